import { Octokit } from '@octokit/core';
import { expect, it } from 'vitest';
import { openFakeGithub } from '../fake.ts';
import { ROUTES } from '../routes/index.ts';
import type { FakeGithub } from '../types.ts';
import { checkReply, checkRequest, knownOperations } from './openapi.ts';

const REF = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
const PARAMS = new Map([
  ['owner', 'acme'],
  ['repo', 'shop'],
  ['ref', 'heads/main'],
]);

/** A fake whose violations are looked at and not refused. */
async function watched(
  work: (fake: FakeGithub, request: Octokit['request']) => Promise<void>,
): Promise<readonly string[]> {
  const fake = await openFakeGithub();
  try {
    await work(fake, new Octokit({ auth: fake.token(), baseUrl: fake.apiUrl }).request);
    return [...fake.violations];
  } finally {
    await fake.close();
  }
}

it('knows every route of the fake, and no other', () => {
  expect(knownOperations().toSorted()).toEqual(ROUTES.map(({ name }) => name).toSorted());
});

it('catches a reply that GitHub would not give', () => {
  const good = {
    ref: 'refs/heads/main',
    node_id: 'x',
    url: 'https://a.b/c',
    object: { type: 'commit', sha: 'a'.repeat(40), url: 'https://a.b/c' },
  };
  expect(checkReply(REF, { status: 200, body: good })).toEqual([]);
  expect(checkReply(REF, { status: 200, body: { ...good, object: { type: 'commit', sha: 'short' } } })).toEqual([
    expect.stringContaining("must have required property 'url'"),
    expect.stringContaining('/object/sha must NOT have fewer than 40 characters'),
  ]);
  expect(checkReply(REF, { status: 202, body: good })).toEqual([`${REF}: no reply 202 is documented`]);
  expect(checkReply(REF, { status: 500 })).toEqual([`${REF}: no reply 500 is documented`]);
});

it.each([
  ['an unknown query parameter', { query: 'deep=1', body: undefined }, 'no query parameter deep'],
  ['a body where none is wanted', { query: '', body: { sha: 'x' } }, 'no body is wanted'],
])('catches a request with %s', (_what, { query, body }, problem) => {
  expect(checkRequest(REF, { params: PARAMS, query: new URLSearchParams(query), body })).toEqual([
    `${REF}: ${problem}`,
  ]);
});

it('catches a misspelt, a missing and a wrong property of a body, and answers 422', async () => {
  const route = 'PATCH /repos/{owner}/{repo}/git/refs/{ref}';
  const violations = await watched(async (_fake, request) => {
    const wrong = { owner: 'acme', repo: 'shop', ref: 'heads/main', forced: true, force: 'yes' };
    await expect(request(route, wrong as never)).rejects.toMatchObject({ status: 422 });
  });
  expect(violations).toEqual([
    `${route}: body: no property forced`,
    expect.stringContaining("must have required property 'sha'"),
    expect.stringContaining('/force must be boolean'),
  ]);
});

it('catches a call to a route that is not listed', async () => {
  const violations = await watched(async (_fake, request) => {
    await expect(request('GET /repos/acme/shop/stargazers')).rejects.toMatchObject({ status: 404 });
  });
  expect(violations).toEqual(['not a route of the fake: GET /repos/acme/shop/stargazers']);
});

it('holds back nothing of a planted fault', async () => {
  const violations = await watched(async (fake, request) => {
    fake.fault({ route: 'GET /repos/{owner}/{repo}', status: 503, body: 'Unicorn!' });
    await expect(request('GET /repos/{owner}/{repo}', { owner: 'acme', repo: 'shop' })).rejects.toMatchObject({
      status: 503,
    });
  });
  expect(violations).toEqual([]);
});
