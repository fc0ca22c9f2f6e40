import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND, toMilliseconds } from '../../../src/core/model/time.ts';
import type { SimulationResult } from '../../../src/core/simulate/simulate.ts';
import { only, tickOn, world } from '../../support/world/world.ts';
import { csvOf, policy, rate, type Shows, START, tried } from './given.ts';

/** A third of a per cent at each side. */
const steady: Shows = (arm, after) => rate(after % (30 * SECOND) === 0 ? 1 : 0, arm === 'candidate' ? 100 : 1_900);
/** From a moment on the candidate fails so many of a hundred. */
const failing =
  (from: number, bad: number): Shows =>
  (arm, after) =>
    arm === 'candidate' && after >= from ? rate(bad, 100) : steady(arm, after);

const STRICT = '[{ metric: error-rate, below: 1%, min-samples: 500 }]';

/** The same numbers in the real engine, looked at as often. */
async function real(
  shows: Shows,
  { judges = STRICT, more = '', every = 15 * SECOND }: { judges?: string; more?: string; every?: number } = {},
): Promise<{
  readonly back: number | undefined;
  readonly cause: string | undefined;
  readonly exposed: readonly number[];
}> {
  const w = world({
    config: policy({ judges, more }),
    start: START,
    series: (version, at) => shows(version === '1.4.0' ? 'candidate' : 'stable', at - START) ?? null,
  });
  const runner = w.runner('one');
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0');
  await tickOn(w, runner, { every, until: HOUR });
  const rollout = w.ended()[0] ?? only(w);
  return {
    back: rollout.goingBack && toMilliseconds(rollout.goingBack.at),
    cause: rollout.goingBack?.cause,
    exposed: rollout.stages.flatMap(({ exposed }) => (exposed === undefined ? [] : [toMilliseconds(exposed)])),
  };
}

const exposedIn = (result: SimulationResult): readonly number[] =>
  result.stages.flatMap(({ exposed }) => (exposed === undefined ? [] : [toMilliseconds(exposed)]));

describe('a policy on old numbers', () => {
  it('lets a healthy series through all stages, at the moments at which the engine does', async () => {
    const result = tried(policy({ judges: STRICT }), csvOf({ shows: steady }));
    expect(result).toMatchObject({ outcome: 'passed', stage: 'all' });
    expect(result.stages.map(({ stage, how }) => [stage, how])).toEqual([
      ['canary', 'passed'],
      ['beta', 'passed'],
      ['all', 'passed'],
    ]);
    expect(exposedIn(result)).toEqual((await real(steady)).exposed);
  });

  it.each([
    ['from the beginning', 0, 6, 15 * SECOND],
    ['in the middle of beta', 14 * MINUTE, 8, 15 * SECOND],
    ['looked at every five minutes only', 7 * MINUTE, 30, 5 * MINUTE],
  ])('takes a bad series back when the engine does: %s', async (_, from, bad, every) => {
    const shows = failing(from, bad);
    const result = tried(policy({ judges: STRICT }), csvOf({ shows }), { every });
    const { back, cause, exposed } = await real(shows, { every });
    expect(back).toBeDefined();
    expect(result).toMatchObject({ outcome: 'rolled-back', at: back, cause });
    expect(exposedIn(result)).toEqual(exposed);
  });
});
