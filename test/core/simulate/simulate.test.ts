import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND, toMilliseconds } from '../../../src/core/model/time.ts';
import { type SimulationResult, simulate } from '../../../src/core/simulate/simulate.ts';
import { only, tickOn, world } from '../../support/world/world.ts';
import { csvOf, policy, rate, seriesOf, type Shows, START, tried } from './given.ts';

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
    { when: 'from the beginning', from: 0, bad: 6, every: 15 * SECOND },
    { when: 'in the middle of beta', from: 14 * MINUTE, bad: 8, every: 15 * SECOND },
    { when: 'looked at every five minutes only', from: 7 * MINUTE, bad: 30, every: 5 * MINUTE },
  ])('takes a bad series back when the engine does: $when', async ({ from, bad, every }) => {
    const shows = failing(from, bad);
    const result = tried(policy({ judges: STRICT }), csvOf({ shows }), { every });
    const { back, cause, exposed } = await real(shows, { every });
    expect(back).toBeDefined();
    expect(result).toMatchObject({ outcome: 'rolled-back', at: back, cause });
    expect(exposedIn(result)).toEqual(exposed);
  });
});

describe('what else a policy does', () => {
  const RECORDED =
    '[{ metric: error-rate, below: 1%, min-samples: 500 }, { metric: error-rate, compare: stable, method: regression, ratio: 3 }]';

  it('judges the stage with all the traffic against the windows kept from before, as the engine does', async () => {
    const shows: Shows = (arm, after) => (arm === 'stable' ? rate(3, 300) : rate(after > 25 * MINUTE ? 6 : 1, 100));
    const judges = '[{ metric: error-rate, compare: stable, method: regression, ratio: 2, min-samples: 200 }]';
    const result = tried(policy({ judges }), csvOf({ shows }));
    const { back, cause } = await real(shows, { judges });
    expect(back).toBeDefined();
    expect(result).toMatchObject({ outcome: 'rolled-back', stage: 'all', at: back, cause });
  });

  it('takes back by an anytime-valid comparison, with the engine’s own evidence', async () => {
    const judges = '[{ metric: error-rate, compare: stable, min-samples: 200 }]';
    // Shares as the stages give them: 5 % for six minutes, 25 % for sixteen, then all.
    const total = (after: number): number => (after < 6 * MINUTE ? 100 : after < 22 * MINUTE ? 500 : 2_000);
    const shows: Shows = (arm, after) => {
      const mine = total(after);
      if (arm === 'stable') return rate(Math.round((2_000 - mine) / 100), 2_000 - mine);
      return rate(Math.round(mine * (after < 9 * MINUTE ? 0.01 : 0.03)), mine);
    };
    const result = tried(policy({ judges }), csvOf({ shows }));
    const { back, cause } = await real(shows, { judges });
    expect(back).toBeDefined();
    expect(result).toMatchObject({ outcome: 'rolled-back', stage: 'beta', at: back, cause });
    expect(result.because).toContain('evidence');
  });

  it('fires triggers on metrics, at the moment at which the engine does', async () => {
    const more = 'triggers: { storm: { metric: error-rate, above: 10%, for: 2m, then: rollback } }';
    const judges = '[{ metric: error-rate, below: 90% }]';
    const shows = failing(8 * MINUTE, 40);
    const result = tried(policy({ judges, more }), csvOf({ shows }));
    const { back, cause } = await real(shows, { judges, more });
    expect(back).toBeDefined();
    expect(result).toMatchObject({ outcome: 'rolled-back', at: back, cause: 'trigger storm' });
    expect(cause).toBe('trigger/storm');
  });

  it('makes the bake longer while samples are too few, and then does what is configured', () => {
    const few: Shows = (arm) => rate(0, arm === 'candidate' ? 5 : 95);
    const asked = (then: string): SimulationResult =>
      tried(policy({ judges: STRICT, more: `  undecided: { extend: 10m, then: ${then} }` }), csvOf({ shows: few }));
    const paused = asked('pause');
    expect(paused).toMatchObject({ outcome: 'held', cause: 'error-rate below 0.01', stage: 'canary' });
    expect(paused.happenings.map(({ what }) => what)).toEqual(['exposed', 'extended', 'extended', 'held']);
    expect(asked('rollback')).toMatchObject({ outcome: 'rolled-back', cause: 'undecided' });
    // 5 minutes, twice as much again, and a minute until the numbers are complete.
    expect(paused.at - START).toBe(16 * MINUTE);
  });

  it('stops for silence: a series that breaks off in the bake is no data, not health', () => {
    const gap: Shows = (arm, after) => (arm === 'candidate' && after >= 4 * MINUTE ? undefined : steady(arm, after));
    const result = tried(policy({ judges: STRICT }), csvOf({ shows: gap }));
    expect(result).toMatchObject({
      outcome: 'held',
      stage: 'canary',
      cause: 'error-rate below 0.01',
      at: START + 6 * MINUTE,
    });
    expect(result.because).toContain('says nothing');
    expect(result.remarks.join()).toContain('no numbers from 2026-11-21T10:04:00.000Z on');
  });

  it('notifies and goes on where a judge only notifies, and where it is a dry run', () => {
    for (const more of ['then: notify', 'dry-run: true']) {
      const judges = `[{ metric: error-rate, below: 1%, min-samples: 500, ${more} }, { metric: error-rate, below: 50% }]`;
      const result = tried(policy({ judges }), csvOf({ shows: failing(0, 6) }));
      expect(result.outcome).toBe('passed');
      expect(result.happenings.map(({ what }) => what)).toContain('fail');
    }
  });

  it('says where the candidate had another share in the series than the stage gives it', () => {
    const half: Shows = (arm) => rate(0, arm === 'candidate' ? 100 : 300);
    const { remarks } = tried(policy({ judges: STRICT }), csvOf({ shows: half }));
    expect(remarks.filter((remark) => remark.includes('other shares'))).toEqual([
      expect.stringContaining('25% instead of 5% in canary. The method `sequential`'),
    ]);
  });

  it('R-707 counts shares only while the stage had its own: a series of the same plan, recorded at the time, has them', () => {
    const shares: Shows = (arm, after) => {
      const part = after < 5 * MINUTE ? 0.05 : after < 21 * MINUTE ? 0.25 : 1;
      return rate(0, Math.round(1_000 * (arm === 'candidate' ? part : 1 - part)));
    };
    const { remarks } = tried(policy({ judges: STRICT }), csvOf({ shows: shares }));
    expect(remarks.filter((remark) => remark.includes('other shares'))).toEqual([]);
  });

  it('R-707 refuses a beginning outside of the series, and says what it spans', () => {
    const config = policy({ judges: STRICT });
    const series = seriesOf(csvOf({ shows: steady }), config);
    const place = { service: 'web', environment: 'production' };
    for (const from of [START - MINUTE, START + 45 * MINUTE, START + 600 * MINUTE])
      expect(simulate(config, series, { ...place, from })).toMatchObject({
        ok: false,
        code: 'value-invalid',
        summary: expect.stringContaining('2026-11-21T10:00:00.000Z to 2026-11-21T10:45:00.000Z'),
      });
    expect(simulate(config, series, { ...place, from: START }).ok).toBe(true);
    expect(simulate(config, series, { ...place, every: 0 })).toMatchObject({ ok: false, code: 'value-invalid' });
  });

  it('says how far it came where the series ends first', () => {
    const result = tried(policy({ judges: STRICT }), csvOf({ shows: steady, length: 12 * MINUTE }));
    expect(result).toMatchObject({ outcome: 'unfinished', stage: 'beta', at: START + 12 * MINUTE });
  });

  it('tells nobody of a rollback where automatic ones are off', () => {
    const result = tried(
      policy({ judges: STRICT, more: 'rollback: { automatic: false }' }),
      csvOf({ shows: failing(0, 6) }),
    );
    expect(result).toMatchObject({ outcome: 'held', cause: 'error-rate below 0.01' });
    expect(result.because).toContain('automatic rollback is off');
  });

  it.each([
    {
      what: 'coarser than the windows',
      given: { judges: STRICT },
      text: csvOf({ shows: steady, step: MINUTE }),
      code: 'data-invalid',
      said: 'every 1m, and stage canary (bake 5m) is judged in windows of 10s',
    },
    {
      what: 'without the arm to compare with',
      given: { judges: RECORDED },
      text: csvOf({ shows: (arm, at) => (arm === 'stable' ? undefined : steady(arm, at)) }),
      code: 'data-missing',
      said: 'needs error-rate of the stable version',
    },
    {
      what: 'for a strategy without judges',
      given: { judges: '[]', stages: ['{ name: all, weight: 100%, bake: 5m, analysis: none }'] },
      text: csvOf({ shows: steady }),
      code: 'data-missing',
      said: 'has no judges',
    },
  ])('refuses a series $what', ({ given, text, code, said }) => {
    const config = policy(given);
    const simulated = simulate(config, seriesOf(text, config), { service: 'web', environment: 'production' });
    expect(simulated).toMatchObject({ ok: false, code, summary: expect.stringContaining(said) });
  });
});
