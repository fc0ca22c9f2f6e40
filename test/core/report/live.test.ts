import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PHASES } from '../../../src/core/model/rollout.ts';
import { liveRows, plainLine } from '../../../src/core/report/live.ts';
import { widthOf } from '../../../src/core/report/text.ts';
import { alice, awaitingApproval, holdOf, inBeta, ms, rolledBack, rolloutOf } from '../../support/rollout.ts';

describe('live rows', () => {
  it('R-707 show stage, share, bar, time and state, with the metrics beside them where there is room', () => {
    expect(liveRows(inBeta(), ms('10:37:01'), 140).join('\n')).toBe(
      `\
web 1.4.0 -> production  r-7f3a  plan 4f2c  alice 10:20                                                                numbers 1 min 1 s old
  canary        5% [####################]  6:00        passed   errors       0.4% 16/4020 (1.3.2: 0.52% 63/12110)  as 1.3.2  ok
  beta         25% [##########..........]  7:31/15:00  baking   errors       0.4% 16/4020                          < 1%      ok
  production  100% [....................]                       latency p95  322ms (1.3.2: 310ms)                  < 2 s     ok`,
    );
  });

  it('R-707 show the metrics below where the screen is narrow, and why it waits', () => {
    expect(liveRows(awaitingApproval(), ms('10:47:01'), 80)).toEqual([
      'web 1.4.0 -> production  r-7f3a  plan 4f2c  alice 10:20   numbers 11 min 1 s old',
      '  canary        5% [####################]  6:00   passed',
      '  beta         25% [####################]  15:30  passed',
      '  production  100% [....................]         waits for 1 of team:web-leads…',
      '  errors       0.4% 16/4020 (1.3.2: 0.52% 63/12110)  as 1.3.2  ok',
      '  errors       0.4% 16/4020                          < 1%      ok',
      '  latency p95  322ms (1.3.2: 310ms)                  < 2 s     ok',
      'Waits for 1 of team:web-leads until 14:40 UTC (sluice, 2 min 1 s ago); then it …',
    ]);
  });

  it('fit any width and hold nothing that moves a cursor, in every phase', () => {
    const anyRollout = fc.record({
      phase: fc.constantFrom(...PHASES),
      text: fc.string({ unit: 'binary' }),
      width: fc.integer({ min: 20, max: 200 }),
    });
    fc.assert(
      fc.property(anyRollout, ({ phase, text, width }) => {
        const by = { ...alice, name: text };
        const hold = holdOf({ by, reason: text });
        for (const rollout of [
          rolloutOf({ phase, requestedBy: by }),
          inBeta({ hold }),
          rolledBack({ outcome: text }),
        ]) {
          for (const row of liveRows(rollout, ms('10:37:01'), width)) {
            expect(widthOf(row)).toBeLessThanOrEqual(width);
            expect(row).not.toMatch(/\p{Cc}/u);
          }
        }
      }),
    );
  });

  it('R-707 a log gets a line only when something durable changed', () => {
    expect(plainLine(inBeta(), inBeta(), ms('10:45:00'))).toBeUndefined();
    expect(plainLine(inBeta(), awaitingApproval(), ms('10:45:00'))).toBe(
      '10:45:00 web 1.4.0: beta 25% passed, production 100% waits for a person in production',
    );
    expect(plainLine(undefined, rolloutOf(), ms('10:20:00'))).toBe('10:20:00 web 1.4.0: deploy begins in production');
  });
});
