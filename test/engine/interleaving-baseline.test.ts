import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/model/time.ts';
import { COMPARED, comparing, expectEqualArms, expectNothingLeft, STABLE } from '../support/world/comparing.ts';
import { crash, deploysOf, eventsOf, repeatedUnasked, say } from '../support/world/interleaved.ts';
import { type Storm, storm } from '../support/world/storm.ts';
import { tickOn } from '../support/world/world.ts';

/** How far one process comes before the storm breaks: from the first call to beyond the last one. */
const reached = fc.nat({ max: 150 });
const some = eventsOf(60, crash);
const takes = fc.constantFrom(0, 2 * MINUTE);
/** Two stretches of accidents, before and after somebody asks to go back. */
const twice = fc.tuple(some, some);
const WORDS = [
  'pause web',
  'resume web',
  'promote web',
  'promote web --to most',
  'reduce web',
  'rollback web',
  'deploy web@1.5.0',
];

describe('a rollout with a baseline arm', () => {
  it('law 6 ends in the same state whatever dies between whatever writes, and leaves no copy', async () => {
    await fc.assert(
      fc.asyncProperty(reached, some, takes, async (calls, events, long) => {
        const w = await comparing(long);
        const s: Storm = storm(w);
        await s.go(0, calls);
        await s.play(events);
        expect(await s.calm()).toBe(true);
        expect(w.ended()[0]?.phase).toBe('completed');
        expectNothingLeft(w, '1.4.0');
        expect(deploysOf(w, '1.3.2+baseline')).toMatchObject([{ copyOf: '1.3.2' }]);
        expect(repeatedUnasked(w.platform.calls)).toEqual([]);
        expectEqualArms(w);
      }),
      { numRuns: 6 },
    );
  });

  it('R-401 law 5 goes back at any moment, with candidate and copy at 0 and removed', async () => {
    await fc.assert(
      fc.asyncProperty(reached, twice, takes, async (calls, [first, then], long) => {
        const w = await comparing(long);
        const s = storm(w);
        await s.go(0, calls);
        await s.play(first);
        if (w.rollouts().length === 0) return;
        await w.run('rollback web');
        await s.play(then);
        expect(await s.calm()).toBe(true);
        expectNothingLeft(w, '1.3.2');
        expect(w.platform.calls.filter(({ operation }) => operation.startsWith('level/'))).toEqual([]);
        expect(repeatedUnasked(w.platform.calls)).toEqual([]);
        expectEqualArms(w);
      }),
      { numRuns: 15 },
    );
  });

  it('leaves no copy whatever people say meanwhile', async () => {
    const words = say(...WORDS);
    await fc.assert(
      fc.asyncProperty(reached, eventsOf(60, crash, words), takes, async (calls, events, long) => {
        const w = await comparing(long);
        const s = storm(w);
        await s.go(0, calls);
        await s.play(events);
        for (const held of w.rollouts().filter((one) => one.hold)) await w.run(`resume ${held.id}`);
        expect(await s.calm()).toBe(true);
        expectNothingLeft(w, w.place().live?.label ?? '');
        expect(repeatedUnasked(w.platform.calls)).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it('R-101 makes two commits more than one without it: the copy is there, and it is gone', async () => {
    const counted = async (config: typeof COMPARED): Promise<number> => {
      const w = await comparing(0, config);
      const before = w.commits().length;
      expect(await tickOn(w, w.runner('one'), { every: MINUTE, until: HOUR })).toBe(true);
      expect(w.ended()[0]?.phase).toBe('completed');
      return w.commits().length - before;
    };
    expect(await counted(COMPARED)).toBe((await counted(STABLE)) + 2);
  });
});
