import { describe, expect, it } from 'vitest';
import { readSaid } from '../../../src/core/conversation/said.ts';
import { requestOf } from '../../../src/core/conversation/request.ts';

const alice = { id: 583_231, login: 'alice', type: 'User' };
const comment = {
  id: 7,
  body: '/deploy',
  html_url: 'https://github.com/acme/shop/pull/4#issuecomment-7',
  created_at: '2026-11-23T09:00:00Z',
  user: alice,
  performed_via_github_app: null,
};
const event = (changed: object = {}, said: object = {}): unknown => ({
  action: 'created',
  issue: { number: 4, pull_request: { url: 'x' } },
  comment: { ...comment, ...said },
  sender: alice,
  ...changed,
});

describe('the payload of a comment', () => {
  it('R-901 is all that is read of it: body, time, author by number, place', () => {
    expect(readSaid(event())).toEqual({
      kind: 'said',
      said: {
        id: 7,
        body: '/deploy',
        url: comment.html_url,
        at: Date.UTC(2026, 10, 23, 9),
        by: { id: '583231', login: 'alice' },
        number: 4,
        isPull: true,
      },
    });
    expect(readSaid(event({ issue: { number: 4 } }))).toMatchObject({ said: { isPull: false } });
  });

  it.each([
    ['edited', event({ action: 'edited' })],
    ['deleted', event({ action: 'deleted' })],
    ['of no action', event({ action: undefined })],
    ['of a bot', event({}, { user: { ...alice, type: 'Bot' } })],
    ['sent by a bot', event({ sender: { ...alice, type: 'Bot' } })],
    ['sent by somebody else', event({ sender: { ...alice, id: 1 } })],
    ['of nobody known to have sent it', event({ sender: null })],
    ['by an App in the name of a person', event({}, { performed_via_github_app: { id: 1 } })],
    ['our own, marked at its begin', event({}, { body: '<!-- sluice:r-1 -->\n/deploy' })],
    ['our own, marked at its end', event({}, { body: '/deploy\n<!-- sluice:r-1 -->' })],
  ])('R-901 is ignored where it is %s', (_, payload) => {
    expect(readSaid(payload)).toMatchObject({ kind: 'ignored' });
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'issue_comment'],
    ['no comment', { action: 'created', issue: { number: 4 } }],
    ['a body that is no text', event({}, { body: 7 })],
    ['no time', event({}, { created_at: 'soon' })],
    ['an author without a number', event({}, { user: { login: 'alice', type: 'User' } })],
    ['a number that no one can have', event({}, { user: { ...alice, id: 1e300 } })],
  ])('is unsuitable with %s', (_, payload) => {
    expect(readSaid(payload)).toMatchObject({ kind: 'unsuitable' });
  });

  it('R-901 is one request for each comment and what it said', () => {
    const one = { id: 7, body: '/deploy' };
    expect(requestOf(one)).toBe(requestOf({ ...one }));
    expect(requestOf(one)).not.toBe(requestOf({ ...one, id: 8 }));
    expect(requestOf(one)).not.toBe(requestOf({ ...one, body: '/deploy ' }));
    expect(requestOf({ ...one, body: '$(touch pwned)\n' })).toMatch(/^comment-7-[0-9a-f]{16}$/);
  });
});
