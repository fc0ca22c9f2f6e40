import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/model/time.ts';
import { comparing, expectNothingLeft } from '../support/world/comparing.ts';
import { repeatedUnasked } from '../support/world/interleaved.ts';
import { storm } from '../support/world/storm.ts';

/** So many outside calls a rollout with a baseline arm makes. */
const CALLS_COMPARED = 160;

describe('at one outside call after another of a rollout with a baseline arm', () => {
  it('law 6 ends in the same state after a crash at one outside call after another', async () => {
    for (let calls = 1; calls < CALLS_COMPARED; calls += 2) {
      const w = await comparing(calls % 4 === 1 ? 2 * MINUTE : 0);
      const s = storm(w);
      await s.go(0, calls);
      await s.play([{ type: 'crash', runner: 0 }]);
      expect(await s.calm(), `crash at ${String(calls)}`).toBe(true);
      expectNothingLeft(w, '1.4.0', `crash at ${String(calls)}`);
      expect(repeatedUnasked(w.platform.calls)).toEqual([]);
    }
  });

  it('R-401 law 5 goes back at one outside call after another, however late an effect lands', async () => {
    for (let calls = 0; calls < CALLS_COMPARED; calls += 1) {
      const w = await comparing();
      const s = storm(w);
      await s.go(0, calls);
      if (w.rollouts().length === 0) break;
      await w.run('rollback web');
      await s.go(1, calls % 2 === 0 ? 60 : 12);
      if (calls % 5 === 0) await s.play([{ type: 'crash', runner: 0 }]);
      expect(await s.calm(), `rollback at ${String(calls)}`).toBe(true);
      expectNothingLeft(w, '1.3.2', `rollback at ${String(calls)}`);
    }
  });
});
