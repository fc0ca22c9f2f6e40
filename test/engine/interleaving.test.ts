import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/model/time.ts';
import { configOf } from '../support/world/config.ts';
import { crash, deploysOf, eventsOf, expectLevel, repeatedUnasked, say } from '../support/world/interleaved.ts';
import { storm } from '../support/world/storm.ts';
import { type World, world } from '../support/world/world.ts';

const SHORT = configOf({
  stages: ['{ name: canary, weight: 5%, bake: 1m }', '{ name: all, weight: 100%, bake: 1m }'],
  strategy: 'deadline: 12h',
  keepOld: '1m',
});
/** Without weights a deploy takes everything, and going back is a deploy too. */
const WHOLE = configOf({ stages: ['{ name: all, weight: 100%, bake: 1m }'], strategy: 'deadline: 12h', keepOld: '1m' });

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

describe('two runners on one branch, in any order', () => {
  it('law 6 end in the same state whatever dies between whatever writes', async () => {
    await fc.assert(
      fc.asyncProperty(eventsOf(160, crash), async (events) => {
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
      fc.asyncProperty(eventsOf(160, crash), async (events) => {
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
      fc.asyncProperty(eventsOf(160), async (events) => {
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
        eventsOf(160, crash),
        eventsOf(160, crash),
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
        eventsOf(160, crash),
        eventsOf(160, crash),
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
          160,
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
