import { describe, expect, it } from 'vitest';
import type { Place, QueueEntry } from '../../src/core/model/place.ts';
import type { State } from '../../src/core/model/state.ts';
import { decideQueueTurn } from '../../src/core/rollout/queue.ts';
import { alice, at, rolloutOf } from '../support/rollout.ts';
import { placeOf, stateOf } from '../support/state.ts';
import { decided, factsOf, placesOf, releaseOf, twoPlaces } from './deciding.ts';

const config = { ...twoPlaces('allow: { deploy: [team:web] }'), defaultEnvironment: 'production' };
const moving = rolloutOf();
const busy = stateOf({
  config,
  rollouts: new Map([[moving.id, moving]]),
  places: placesOf(placeOf({ active: moving.id })),
});
const web = { role: 'write' as const, teams: ['web'] };

/** What waits after the command, its pair free again. */
function waiting(text: string): { readonly state: State; readonly place: Place; readonly entry: QueueEntry } {
  const { outcome, changes } = decided(busy, text, { rights: web });
  expect(outcome.code).toBe('queued');
  const [change] = changes;
  if (!change) throw new Error('nothing was queued');
  const { active: _, ...place } = change.document as Place;
  return { state: { ...busy, places: placesOf(place) }, place, entry: place.queue[0] as QueueEntry };
}

describe('a deploy that waits', () => {
  it('keeps where it goes, what it meant and what its asker was allowed, whatever those words mean later', () => {
    const { entry, state, place } = waiting('deploy web@head');
    expect(entry).toMatchObject({ release: releaseOf('1.3.0'), rights: web });
    expect(entry.command).toContain('--environment production');
    const later = { ...factsOf(), releases: { 'web@head': releaseOf('1.1.0') } };
    const elsewhere = { ...state, config: { ...config, defaultEnvironment: 'staging' } };
    const turn = decideQueueTurn(elsewhere, place, later);
    expect(turn?.outcome).toMatchObject({ ok: true, code: 'started' });
    expect(turn?.changes.map(({ document }) => document)).toContainEqual(
      expect.objectContaining({
        id: entry.id,
        subject: expect.objectContaining({ environment: 'production', release: releaseOf('1.3.0') }),
      }),
    );
  });

  it('R-804 is asked of the policy at its turn: what is no longer allowed leaves the queue', () => {
    const { state, place } = waiting('deploy web@1.2.0');
    const stricter = {
      ...state,
      config: { ...twoPlaces('allow: { deploy: [team:sre] }'), defaultEnvironment: 'production' },
    };
    const turn = decideQueueTurn(stricter, place, factsOf());
    expect(turn?.outcome.summary).toContain('left the queue of web/production: deploy in production is for team:sre');
    expect(turn?.changes).toEqual([expect.objectContaining({ document: expect.objectContaining({ queue: [] }) })]);
  });

  it('leaves the queue when its version is live by then', () => {
    const { state, place } = waiting('deploy web@1.2.0');
    const live = { ...releaseOf('1.2.0'), since: at('10:00:00'), rollout: 'r-1' };
    const there = { ...place, live };
    const turn = decideQueueTurn({ ...state, places: placesOf(there) }, there, factsOf());
    expect(turn?.outcome.summary).toContain('is live in production already');
    expect(turn?.changes[0]?.document).toMatchObject({ queue: [] });
  });

  it.each([
    ['latest', '', []],
    ['all', 'queue: all', ['1.2.0']],
  ])('with %s, a newer one begun by hand leaves waiting what may still follow it', (_, service, left) => {
    const { place } = waiting('deploy web@1.2.0');
    const free = {
      ...busy,
      config: { ...twoPlaces('', service), defaultEnvironment: 'production' },
      places: placesOf(place),
    };
    const { outcome, changes } = decided(free, 'deploy web@1.3.0', { request: 'request-2' });
    expect(outcome.code).toBe('started');
    const after = changes.find(({ path }) => path.startsWith('services/'))?.document as Place;
    expect(after.queue.map(({ release }) => release?.label)).toEqual(left);
    expect(outcome.summary.includes('left the queue: this one is newer')).toBe(left.length === 0);
  });
});

describe('a deploy by hand', () => {
  it('R-406 begins in the cooldown after an automatic rollback, and says so', () => {
    const cooling = { ...busy, places: placesOf(placeOf({ cooldownUntil: at('10:45:00') })) };
    const { outcome } = decided(cooling, 'deploy web@1.3.0', { rights: web });
    expect(outcome).toMatchObject({ code: 'started' });
    expect(outcome.summary).toContain(`cooldown after an automatic rollback, which lasts until ${at('10:45:00')}`);
    expect(
      decided(cooling, 'deploy web@1.3.0', { rights: web, now: Date.parse(at('10:46:00')) }).outcome.summary,
    ).not.toContain('cooldown');
  });

  it('R-805 names the gates that it passed over, and no others', () => {
    const frozen = {
      ...busy,
      config: {
        ...twoPlaces('freezes: [{ name: year-end, from: 2026-11-01, until: 2026-12-01 }]'),
        defaultEnvironment: 'production',
      },
      places: placesOf(placeOf({ lock: { by: alice, since: at('10:00:00'), until: at('12:00:00') } })),
    };
    const { outcome } = decided(frozen, 'deploy web@1.3.0 --override freeze,lock -m hotfix', {
      rights: { role: 'maintain', teams: [] },
    });
    expect(outcome.summary).toMatch(/passed over: freeze \(production is frozen \(year-end\)[^,]*\)$/);
  });
});

describe('a vote', () => {
  it('of somebody nobody vouches for does not approve, and is told what to do', () => {
    const [half, all] = moving.plan.stages;
    const approvals = { count: 1, from: [], expires: 3_600_000 };
    const asks = rolloutOf({
      phase: 'exposing',
      step: 'baking',
      plan: { ...moving.plan, stages: [half, { ...all, approvals }].map((one) => one as never) },
    });
    const state = { ...busy, config: twoPlaces(''), rollouts: new Map([[asks.id, asks]]) };
    const local = { kind: 'git' as const, id: 'b@example.com', name: 'B', verified: false };
    const { outcome } = decided(state, 'approve r-7f3a', { actor: local, rights: { teams: [] } });
    expect(outcome).toMatchObject({ ok: false, code: 'not-permitted' });
    expect(outcome.summary).toContain("say it with a forge's token");
    const bob = { kind: 'github' as const, id: '42', name: 'bob', verified: true };
    expect(decided(state, 'approve r-7f3a', { actor: bob }).outcome.ok).toBe(true);
  });
});
