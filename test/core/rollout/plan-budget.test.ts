import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedStage } from '../../../src/core/model/rollout.ts';
import { planFor, planForFlag } from '../../../src/core/rollout/plan.ts';
import { withBudget } from '../../../src/core/rollout/plan-budget.ts';
import { BASE, good } from '../config/decoding.ts';
import { judge } from '../judge/given.ts';

const blind = BASE.replace(/ {4}health:.*\n/, '');

function plan(analysis: string): Plan {
  const config = good(`${blind}analysis: ${analysis}\n`);
  const planned = planFor({ config, service: 'web', environment: 'production', kind: 'deploy', strategy: 'canary' });
  if (!planned.ok) throw new Error(planned.summary);
  return planned.plan;
}

const STAGES = (judges: readonly [string, string]) => `strategies:
  twice:
    stages:
      - { name: canary, weight: 5%, bake: 10m, judges: [{ metric: error-rate, compare: stable${judges[0]} }] }
      - { name: half, weight: 50%, bake: 10m, judges: [{ metric: error-rate, compare: stable${judges[1]} }] }
      - { name: all, weight: 100%, bake: 10m, judges: [{ metric: error-rate, compare: stable }] }
`;
function planTwice(judges: readonly [string, string]): Plan {
  const config = good(`${blind}${STAGES(judges)}`);
  const planned = planFor({ config, service: 'web', environment: 'production', kind: 'deploy', strategy: 'twice' });
  if (!planned.ok) throw new Error(planned.summary);
  return planned.plan;
}

const alphas = ({ stages }: Plan): readonly (readonly [string, number | undefined])[] => [
  ...new Map(
    stages.flatMap(({ judges }) =>
      judges.map(({ id, rule }) => [id, rule.type === 'compare' ? rule.alpha : undefined] as const),
    ),
  ),
];

describe('the false-rollback budget', () => {
  it('R-605 is divided evenly over the comparisons that can hold a rollout or take it back, below 100 % and there', () => {
    const judges = `[{ metric: error-rate, compare: stable }, { metric: latency.p95, compare: stable, then: pause },
      { metric: latency.mean, compare: stable, then: notify }, { metric: latency.p99, compare: stable, dry-run: true },
      { metric: latency.p50, compare: stable, method: regression }, { metric: error-rate, below: 5% }]`;
    expect(alphas(plan(`{ judges: ${judges} }`))).toEqual([
      ['error-rate compare stable', 0.0125],
      ['latency.p95 compare stable', 0.0125],
      ['latency.mean compare stable', 0.0125],
      ['latency.p99 compare stable', 0.0125],
      ['latency.p50 compare stable', undefined],
      ['error-rate below 0.05', undefined],
    ]);
  });

  it('is what the configuration says, and part of what an approval is bound to', () => {
    const judges = '[{ metric: error-rate, compare: stable }]';
    const usual = plan(`{ judges: ${judges} }`);
    const strict = plan(`{ false-rollbacks: 1%, judges: ${judges} }`);
    expect([alphas(usual), alphas(strict)]).toEqual([
      [['error-rate compare stable', 0.025]],
      [['error-rate compare stable', 0.005]],
    ]);
    expect(strict.digest).not.toBe(usual.digest);
  });

  it('R-605 is not spent at 100 % by what was never compared below, nor by what only watches there', () => {
    const stage = { bake: 0, promote: 'auto', checks: [] } as const;
    const spec = judge({ rule: { type: 'compare', with: 'stable', method: 'sequential' } });
    const shares = (stages: readonly PlannedStage[]) =>
      withBudget(stages, { falseRollbacks: 0.05 }, true).flatMap(({ judges }) =>
        judges.map(({ rule }) => (rule.type === 'compare' ? rule.alpha : 0)),
      );
    const canary = { ...stage, name: 'canary', weight: 5_000, judges: [spec] };
    const all = { ...stage, name: 'all', weight: 100_000 };
    expect(shares([canary, { ...all, judges: [spec] }])).toEqual([0.025, 0.025]);
    expect(shares([{ ...all, judges: [spec] }])).toEqual([0.05]);
    expect(shares([canary, { ...all, judges: [{ ...spec, then: 'notify' }] }])).toEqual([0.05, 0.05]);
    const fixed = judge({ rule: { type: 'compare', with: 'recorded', method: 'regression' }, id: 'fixed' });
    expect(shares([canary, { ...all, judges: [fixed] }])).toEqual([0.05, undefined]);
  });

  it('is never spent twice, and always a level, whatever the budget and however many judges', () => {
    const rule = { type: 'compare', with: 'stable', method: 'sequential' } as const;
    const stage = { name: 's', weight: 10_000, bake: 0, promote: 'auto', checks: [] } as const;
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        (falseRollbacks, count) => {
          const judges = Array.from({ length: count }, (_, index) => judge({ id: `judge-${index}`, rule }));
          const [planned] = withBudget([{ ...stage, judges }], { falseRollbacks }, true);
          const levels = (planned?.judges ?? []).map(({ rule: one }) =>
            one.type === 'compare' ? (one.alpha ?? 0) : 0,
          );
          expect(levels.every((alpha) => alpha > 0 && alpha < 1)).toBe(true);
          expect(levels.reduce((sum, alpha) => sum + alpha, 0)).toBeLessThanOrEqual(falseRollbacks + 1e-9);
        },
      ),
    );
  });

  it('R-605 comes with the check of the arms’ shares for traffic, not for users of a flag, and not where it is switched off', () => {
    const ratioOf = ({ stages }: Plan) =>
      stages[0]?.judges.map(({ rule }) => (rule.type === 'compare' ? rule.sampleRatio : 0));
    const judges = '[{ metric: error-rate, compare: stable }]';
    expect(ratioOf(plan(`{ judges: ${judges} }`))).toEqual([0.25]);
    expect(ratioOf(plan(`{ sample-ratio: 10%, judges: ${judges} }`))).toEqual([0.1]);
    expect(ratioOf(plan(`{ sample-ratio: 100%, judges: ${judges} }`))).toEqual([undefined]);
    const config = good(`${BASE}analysis: { judges: ${judges} }\n`);
    const flag = planForFlag({ config, flagKey: 'new-dashboard', environment: 'production', services: [] });
    expect(flag.ok && ratioOf(flag.plan)).toEqual([undefined]);
  });
});

describe('the name of a comparison', () => {
  it('R-605 is short where its plan has one rule for the reading', () => {
    expect(alphas(planTwice(['', '']))).toEqual([['error-rate compare stable', 0.025]]);
  });

  it('R-605 tells rules apart that differ from stage to stage, so that evidence of one test is never that of another', () => {
    expect(alphas(planTwice([', method: mann-whitney', ', ratio: 1.5, tolerance: 0.1%']))).toEqual([
      ['error-rate compare stable, mann-whitney', 0.05 / 3],
      ['error-rate compare stable, sequential, ratio 1.5, tolerance 0.001', 0.05 / 3],
      ['error-rate compare stable, sequential', 0.05 / 3],
    ]);
  });
});
