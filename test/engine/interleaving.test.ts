import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/model/time.ts';
import { configOf } from '../support/world/config.ts';
import type { Call } from '../support/world/platform.ts';
import { type Event, storm } from '../support/world/storm.ts';
import { type World, world } from '../support/world/world.ts';

const SHORT = configOf({
  stages: ['{ name: canary, weight: 5%, bake: 1m }', '{ name: all, weight: 100%, bake: 1m }'],
  strategy: 'deadline: 12h',
  keepOld: '1m',
});
/** Without weights a deploy takes everything, and going back is a deploy too. */
const WHOLE = configOf({ stages: ['{ name: all, weight: 100%, bake: 1m }'], strategy: 'deadline: 12h', keepOld: '1m' });

const runner = fc.nat({ max: 1 });
const steps: readonly fc.WeightedArbitrary<Event>[] = [
  { weight: 12, arbitrary: fc.record({ type: fc.constant('step' as const), runner, call: fc.nat({ max: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('tick' as const), runner }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: SECOND, max: 6 * MINUTE }) }),
  },
];
const crash: fc.WeightedArbitrary<Event> = {
  weight: 1,
  arbitrary: fc.record({ type: fc.constant('crash' as const), runner }),
};
const say = (...texts: readonly string[]): fc.WeightedArbitrary<Event> => ({
  weight: 1,
  arbitrary: fc.record({ type: fc.constant('say' as const), text: fc.constantFrom(...texts) }),
});
const eventsOf = (...more: readonly fc.WeightedArbitrary<Event>[]): fc.Arbitrary<readonly Event[]> =>
  fc.array(fc.oneof(...steps, ...more), { minLength: 20, maxLength: 160, size: 'max' });

interface Setting {
  readonly takes?: number;
  readonly weightless?: boolean;
}

async function begun({ takes = 0, weightless = false }: Setting = {}): Promise<World> {
  const w = world({
    config: weightless ? WHOLE : SHORT,
    ...(weightless && { capabilities: { weights: 'none', preview: false, keepsOld: false, instantBack: false } }),
  });
  w.platform.takes = takes;
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0');
  return w;
}

/** Operations that had their effect a second time although nobody asked the platform what became of the first. */
function repeatedUnasked(calls: readonly Call[]): readonly Call[] {
  return calls.filter((call, index) => {
    if (call.kind !== 'deploy' && call.kind !== 'remove') return false;
    const before = calls
      .slice(0, index)
      .findLastIndex((one) => one.operation === call.operation && one.kind === call.kind);
    if (before < 0) return false;
    return !calls.slice(before, index).some((one) => one.kind === 'find' && one.operation === call.operation);
  });
}

const deploysOf = (w: World, label: string): readonly Call[] =>
  w.platform.calls.filter((one) => one.kind === 'deploy' && one.label === label);

/** Whole, known to the platform, and the same on both sides. */
function expectLevel(w: World, wanted: Readonly<Record<string, number>>): void {
  const running = Object.fromEntries([...w.platform.running].filter(([, weight]) => weight > 0));
  expect(running).toEqual(wanted);
  expect(w.place().active).toBeUndefined();
}

describe('two runners on one branch, in any order', () => {
  it('law 6 end in the same state whatever dies between whatever writes', async () => {
    await fc.assert(
      fc.asyncProperty(eventsOf(crash), async (events) => {
        const w = await begun({ takes: 2 * MINUTE });
        const s = storm(w);
        await s.play(events);
        expect(await s.calm()).toBe(true);
        expect(w.ended()[0]?.phase).toBe('completed');
        expectLevel(w, { '1.4.0': 100_000 });
        expect([...w.platform.running.keys()]).toEqual(['1.4.0']);
        expect(w.place()).toMatchObject({ live: { label: '1.4.0' }, weights: { '1.4.0': 100_000 }, queue: [] });
      }),
      { numRuns: 10 },
    );
  });

  it('law 2 repeat an operation only after the platform was asked', async () => {
    await fc.assert(
      fc.asyncProperty(eventsOf(crash), async (events) => {
        const w = await begun({ takes: 2 * MINUTE });
        const s = storm(w);
        await s.play(events);
        await s.calm();
        expect(repeatedUnasked(w.platform.calls)).toEqual([]);
        expect(deploysOf(w, '1.4.0')).toHaveLength(1);
      }),
      { numRuns: 10 },
    );
  });

  it('law 1 make no commit twice without news', async () => {
    await fc.assert(
      fc.asyncProperty(eventsOf(), async (events) => {
        const w = await begun();
        const s = storm(w);
        await s.play(events);
        await s.calm();
        const before = w.commits().length;
        const idle = storm(w);
        await idle.calm();
        expect(w.commits()).toHaveLength(before);
      }),
      { numRuns: 10 },
    );
  });

  it('R-401 law 5 a rollback at any moment ends with the candidate at 0 and removed', async () => {
    await fc.assert(
      fc.asyncProperty(
        eventsOf(crash),
        eventsOf(crash),
        fc.constantFrom(0, 20 * MINUTE),
        async (first, then, takes) => {
          const w = await begun({ takes });
          const s = storm(w);
          await s.play(first);
          if (w.rollouts().length === 0) return;
          await w.run('rollback web');
          await s.play(then);
          expect(await s.calm()).toBe(true);
          expectLevel(w, { '1.3.2': 100_000 });
          expect([...w.platform.running.keys()]).toEqual(['1.3.2']);
          expect(w.place()).toMatchObject({ live: { label: '1.3.2' }, weights: { '1.3.2': 100_000 } });
          // A late effect was put right by whoever had it, not found by chance later.
          expect(w.platform.calls.filter(({ operation }) => operation.startsWith('level/'))).toEqual([]);
          expect(repeatedUnasked(w.platform.calls)).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('R-401 a rollback at any moment on a platform without weights leaves the old version live', async () => {
    await fc.assert(
      fc.asyncProperty(
        eventsOf(crash),
        eventsOf(crash),
        fc.constantFrom(0, 20 * MINUTE),
        async (first, then, takes) => {
          const w = await begun({ takes, weightless: true });
          const s = storm(w);
          await s.play(first);
          if (w.rollouts().length === 0) return;
          await w.run('rollback web');
          await s.play(then);
          expect(await s.calm()).toBe(true);
          expectLevel(w, { '1.3.2': 100_000 });
          expect(repeatedUnasked(w.platform.calls)).toEqual([]);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('survive whatever people say meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        eventsOf(
          crash,
          say('pause web', 'resume web', 'promote web', 'reduce web', 'rollback web', 'deploy web@1.5.0', 'cancel web'),
        ),
        fc.constantFrom(0, 4 * MINUTE),
        async (events, takes) => {
          const w = await begun({ takes });
          const s = storm(w);
          await s.play(events);
          for (const held of w.rollouts().filter((one) => one.hold)) await w.run(`resume ${held.id}`);
          expect(await s.calm()).toBe(true);
          const live = w.place().live?.label ?? '';
          expectLevel(w, { [live]: 100_000 });
          expect(Object.values(w.place().weights).reduce((a, b) => a + b, 0)).toBe(100_000);
          expect(repeatedUnasked(w.platform.calls)).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });
});

/** So many outside calls a rollout makes from its first tick to its end, and a few more. */
const CALLS = 100;

describe('at one outside call of a rollout after another', () => {
  it('law 6 a crash there and a restart end in the same state', async () => {
    for (let calls = 1; calls < CALLS; calls += 3) {
      const w = await begun({ takes: calls % 2 === 0 ? 2 * MINUTE : 0 });
      const s = storm(w);
      await s.go(0, calls);
      await s.play([{ type: 'crash', runner: 0 }]);
      expect(await s.calm(), `crash at ${String(calls)}`).toBe(true);
      expect(w.ended()[0]?.phase, `crash at ${String(calls)}`).toBe('completed');
      expectLevel(w, { '1.4.0': 100_000 });
      expect(repeatedUnasked(w.platform.calls)).toEqual([]);
    }
  });

  it('R-401 law 5 a rollback there wins over the effect that is under way, however late that lands', async () => {
    for (let calls = 0; calls < CALLS; calls += 2) {
      const w = await begun();
      const s = storm(w);
      await s.go(0, calls);
      if (w.rollouts().length === 0) break;
      await w.run('rollback web');
      // The other process takes the traffic back first; then the one that was stopped goes on.
      await s.go(1, calls % 4 === 0 ? 60 : 12);
      if (calls % 5 === 0) await s.play([{ type: 'crash', runner: 0 }]);
      expect(await s.calm(), `rollback at ${String(calls)}`).toBe(true);
      expectLevel(w, { '1.3.2': 100_000 });
      expect([...w.platform.running.keys()], `rollback at ${String(calls)}`).toEqual(['1.3.2']);
      // A late effect was put right by whoever had it, not found by chance later.
      expect(w.platform.calls.filter(({ operation }) => operation.startsWith('level/'))).toEqual([]);
    }
  });
});

describe('a long deploy', () => {
  it('law 2 of 20 minutes under a tick of five is one deployment', async () => {
    const w = await begun({ takes: 20 * MINUTE });
    const [one, two] = [w.runner('one'), w.runner('two')];
    for (let passed = 0; passed < 40 * MINUTE; passed += 5 * MINUTE) {
      await Promise.all([one.tick(), two.tick()]);
      w.pass(5 * MINUTE);
    }
    expect(deploysOf(w, '1.4.0')).toHaveLength(1);
    expect(w.ended().map(({ phase }) => phase)).toEqual(['completed']);
    expectLevel(w, { '1.4.0': 100_000 });
  });
});
