import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';
import { fromParameters, STRATEGY_PRESETS } from '../../../src/core/rollout/presets.ts';
import { BASE, good } from '../config/decoding.ts';

/** `5:5 25:15 100:30`: percent and minutes of bake. */
function shape(name: string): string | undefined {
  const strategy = STRATEGY_PRESETS.find((preset) => preset.name === name);
  return strategy?.stages.map(({ weight, bake }) => `${weight / 1_000}:${bake / MINUTE}`).join(' ');
}

describe('strategies by name', () => {
  it.each([
    ['R-101', 'canary-beta-production', '5:5 25:15 100:30'],
    ['R-104', 'all-at-once', '100:5'],
    ['R-104', 'gradual', '5:1440 15:1440 30:1440 50:2880 75:2880 100:60'],
    ['R-104', '1-10-25-50-100', '1:30 10:30 25:60 50:60 100:30'],
    ['R-104', '5-25-100', '5:2 25:3 100:5'],
    ['R-104', '10-50-100', '10:2 50:3 100:5'],
    ['R-106', 'blue-green', '0:2 100:30'],
    ['R-104', 'blue-green-with-canary', '0:2 10:10 50:15 100:30'],
    ['R-203', 'canary', '5:10 25:10 100:30'],
  ])('%s %s has the stages %s', (_, name, expected) => {
    expect(shape(name)).toBe(expected);
  });

  it('R-104 each ascends to 100% by stages of different names, within its deadline', () => {
    for (const { name, stages, deadline } of STRATEGY_PRESETS) {
      const weights = stages.map(({ weight }) => weight);
      expect(weights, name).toEqual([...new Set(weights)].sort((a, b) => a - b));
      expect(weights.at(-1), name).toBe(WHOLE);
      expect(new Set(stages.map((stage) => stage.name)).size, name).toBe(stages.length);
      expect(
        stages.reduce((sum, { bake }) => sum + bake, 0),
        name,
      ).toBeLessThanOrEqual(deadline);
    }
  });

  it('R-102 canary-beta-production carries the thresholds of those metrics that exist', () => {
    const judges = (text: string): readonly unknown[] =>
      good(text).strategies['canary-beta-production']?.stages.map((stage) =>
        stage.judges?.map(({ metric, read, rule }) => [
          read === undefined ? metric : `${metric}.${read}`,
          rule.type,
          rule.type === 'compare' ? 0 : rule.bound,
        ]),
      ) ?? [];
    const thresholds = [
      ['error-rate', 'below', 0.01],
      ['latency.mean', 'below', 2],
      ['error-rate.success', 'above', 0.99],
    ];
    expect(judges(BASE)).toEqual([thresholds, thresholds, thresholds]);
    expect(judges(BASE.replace('unit: s,', 'unit: ms,'))[0]).toContainEqual(['latency.mean', 'below', 2_000]);
    expect(judges('version: 1\nservices: { web: { deploy: ./x } }\n')).toEqual([undefined, undefined, undefined]);
  });

  it('R-102 what the user says of a reading counts before the preset', () => {
    const config = good(`${BASE}analysis: { judges: [{ metric: error-rate, below: 3% }] }\n`);
    const judges = config.strategies['canary-beta-production']?.stages[0]?.judges ?? [];
    expect(judges.filter(({ metric, rule }) => metric === 'error-rate' && rule.type === 'below')).toEqual([]);
    expect(judges).toHaveLength(2);
  });
});

describe('fromParameters', () => {
  it('R-105 goes from the initial share by increments to the target, then to everything', () => {
    const made = fromParameters({ initial: 5_000, increment: 10_000, target: WHOLE, interval: 5 * MINUTE });
    expect(made.ok && made.stages.map(({ weight }) => weight / 1_000)).toEqual([
      5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 100,
    ]);
    const half = fromParameters({ initial: 10_000, increment: 25_000, target: 50_000, interval: MINUTE });
    expect(half.ok && half.stages.map(({ name }) => name)).toEqual(['10', '35', '50', '100']);
  });

  it('R-105 the longest duration is the deadline, and refused where the stages need longer', () => {
    const canary = { initial: 50_000, increment: 50_000, target: WHOLE, interval: HOUR };
    expect(fromParameters({ ...canary, maxDuration: 2 * HOUR })).toMatchObject({ ok: true, deadline: 2 * HOUR });
    expect(fromParameters({ ...canary, maxDuration: HOUR })).toMatchObject({ ok: false });
  });

  it('R-105 is what `strategies.N.canary` says', () => {
    const config = good(
      `${BASE}strategies: { mine: { canary: { initial: 5%, increment: 10%, target: 35%, interval: 5m, max-duration: 2h, window: 30s } } }\n`,
    );
    expect(config.strategies['mine']).toMatchObject({
      deadline: 2 * HOUR,
      stages: [5, 15, 25, 35, 100].map((percent) => ({ weight: percent * 1_000, bake: 5 * MINUTE, interval: 30_000 })),
    });
  });

  it('R-105 makes ascending stages that end at 100%, or refuses, whatever the parameters', () => {
    const share = fc.integer({ min: 0, max: WHOLE });
    fc.assert(
      fc.property(share, share, share, (initial, increment, target) => {
        const made = fromParameters({ initial, increment, target, interval: MINUTE });
        if (!made.ok) return;
        const weights = made.stages.map(({ weight }) => weight);
        expect(weights[0]).toBe(initial);
        expect(weights.at(-1)).toBe(WHOLE);
        expect(weights).toContain(target);
        expect(weights.every((weight, index) => weight > (weights[index - 1] ?? 0))).toBe(true);
        expect(weights.length).toBeLessThanOrEqual(102);
        expect(new Set(made.stages.map(({ name }) => name)).size).toBe(weights.length);
      }),
    );
  });
});
