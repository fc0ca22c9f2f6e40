import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeStage, type StageAnswers } from '../../../src/core/judge/stage.ts';
import type { StageLook } from '../../../src/core/judge/look.ts';
import type { Evidence, Verdict } from '../../../src/core/model/metric.ts';
import { MINUTE, SECOND, toMilliseconds } from '../../../src/core/model/time.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';
import type { SimulationResult } from '../../../src/core/simulate/simulate.ts';
import { csvOf, policy, rate, START, type Shows, tried } from './given.ts';

const BAKE = 5 * MINUTE;
const WIDTH = 10 * SECOND;
const CONFIG = policy({
  stages: ['{ name: canary, weight: 20%, bake: 5m }', '{ name: all, weight: 100%, bake: 1m, analysis: none }'],
  judges:
    '[{ metric: error-rate, below: 4%, min-samples: 300 }, { metric: error-rate, compare: stable, method: regression, ratio: 2, min-samples: 300 }]',
});

/** The stage by itself, looked at every second and not by the machine: what the judges say when the first fails, else at the end. */
function judgedEverySecond(
  result: SimulationResult,
  shows: Shows,
): { readonly verdicts: readonly Verdict[]; readonly at: number } {
  const judges = result.plan.stages[0]?.judges ?? [];
  let evidence: readonly Evidence[] = [];
  for (let now = START; ; now += SECOND) {
    const look: StageLook = {
      stage: 'canary',
      judges,
      exposedAt: START,
      width: WIDTH,
      bake: BAKE,
      end: START + BAKE,
      windows: BAKE / WIDTH,
      watchedUntil: START + BAKE,
      weight: WHOLE / 5,
      hasStable: true,
      perVersion: true,
      now,
    };
    const closed = Math.min(BAKE / WIDTH, Math.max(0, Math.floor((now - 60 * SECOND - START) / WIDTH)));
    const answers: StageAnswers = new Map(
      judges.map(({ id }) => [
        id,
        {
          from: 0,
          answers: Array.from({ length: closed }, (_, index) => ({
            candidate: shows('candidate', index * WIDTH) ?? null,
            baseline: shows('stable', index * WIDTH) ?? null,
          })),
        },
      ]),
    );
    const judged = judgeStage({ look, evidence, answers });
    evidence = judged.evidence;
    if (judged.stage.failed.length > 0 || now >= START + BAKE + MINUTE) return { verdicts: judged.verdicts, at: now };
  }
}

describe('a simulation', () => {
  it('says what the judges say who look every second, and acts within its own period after them', () => {
    const windows = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), {
      minLength: BAKE / WIDTH + 10,
      maxLength: BAKE / WIDTH + 10,
    });
    fc.assert(
      fc.property(windows, fc.constantFrom(5, 15, 60, 300), (bad, seconds) => {
        const shows: Shows = (arm, after) => {
          const [mine = 0, others = 0] = bad[after / WIDTH] ?? [];
          return arm === 'candidate' ? rate(mine, 100) : rate(others * 2, 400);
        };
        const every = seconds * SECOND;
        const result = tried(CONFIG, csvOf({ shows, length: bad.length * WIDTH }), { every });
        const real = judgedEverySecond(result, shows);
        const [record] = result.stages;
        const failed = real.verdicts.filter(({ verdict }) => verdict === 'fail').map(({ judge }) => judge);
        expect(result.outcome === 'rolled-back').toBe(failed.length > 0);
        if (failed.length > 0) {
          // A look that comes later may see a second judge fail as well; the first one stays failed.
          const seen = record?.verdicts.filter(({ verdict }) => verdict === 'fail').map(({ judge }) => judge);
          expect(seen).toEqual(expect.arrayContaining(failed));
          expect(result.at).toBe(START + Math.ceil((real.at - START) / every) * every);
        } else {
          const words = (all: readonly Verdict[] = []): unknown =>
            all.map(({ judge, verdict, seen, samples }) => [judge, verdict, seen, samples]);
          expect(words(record?.verdicts)).toEqual(words(real.verdicts));
          expect(record && toMilliseconds(record.ended ?? '')).toBe(START + Math.ceil((BAKE + MINUTE) / every) * every);
        }
      }),
      { numRuns: 25 },
    );
  });
});
