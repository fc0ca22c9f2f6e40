import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Plan } from '../../../src/core/model/rollout.ts';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { planForFlag, planForRollback, type Planned } from '../../../src/core/rollout/plan.ts';
import { sealed } from '../../../src/core/rollout/plan-variants.ts';
import { BASE, good } from '../config/decoding.ts';

function planOf(planned: Planned): Plan {
  if (!planned.ok) throw new Error(`${planned.code}: ${planned.summary}`);
  return planned.plan;
}

function refusalOf(planned: Planned): string {
  return planned.ok ? 'planned' : `${planned.code}: ${planned.summary}`;
}

const VERCEL = readFileSync(new URL('../../fixtures/config/vercel.yml', import.meta.url), 'utf8');

describe('planForFlag', () => {
  const flag = (text: string, options = {}): Planned =>
    planForFlag({ config: good(text), flagKey: 'new-dashboard', environment: 'production', services: [], ...options });

  it('R-506 R-507 is a gradual rollout by users, with nothing to deploy and nothing to keep', () => {
    const plan = planOf(flag(BASE));
    expect(plan.stages.map(({ weight, bake }) => [weight / 1_000, bake / HOUR])).toEqual([
      [5, 24],
      [15, 24],
      [30, 24],
      [50, 48],
      [75, 48],
      [100, 1],
    ]);
    expect(plan).toMatchObject({ before: [], validate: [], after: [], keepOld: 0, settle: 0 });
    expect(plan.verify).toBeUndefined();
  });

  it('has no stage in which nobody is served', () => {
    expect(planOf(flag(BASE, { strategy: 'blue-green-with-canary' })).stages.map(({ name }) => name)).toEqual([
      'canary',
      'half',
      'all',
    ]);
  });

  it('waits for the approvals of its environment', () => {
    const plan = planOf(
      flag(`${BASE}environments: { production: { approvals: { count: 2, from: [team:sre] } } }\n`, {
        strategy: '5-25-100',
      }),
    );
    expect(plan.stages.map(({ approvals }) => approvals?.count)).toEqual([undefined, undefined, 2]);
  });

  it('is refused where neither health of its services nor a judge could notice anything', () => {
    const blind = BASE.replace(/ {4}health:.*\n/, '');
    expect(refusalOf(flag(blind))).toMatch(/^nothing-applicable: flag\/new-dashboard: .*{{variant}}/);
    expect(refusalOf(flag(`${blind}analysis: none\n`))).toBe('planned');
    expect(refusalOf(flag(BASE, { environment: 'prod' }))).toMatch(/^environment-unknown/);
  });
});

describe('planForRollback', () => {
  const back = (text: string, gradual: boolean, weights: 'any' | 'none' = 'any'): Plan =>
    planOf(
      planForRollback({
        config: good(text),
        service: 'web',
        environment: 'production',
        gradual,
        capabilities: { weights, preview: true },
      }),
    );

  it('R-401 is immediate, or 50% for 2 minutes and then everything', () => {
    expect(back(BASE, false).stages.map(({ weight }) => weight)).toEqual([100_000]);
    expect(back(BASE, true).stages.map(({ weight, bake }) => [weight, bake])).toEqual([
      [50_000, 2 * MINUTE],
      [100_000, MINUTE],
    ]);
    expect(back(BASE, true, 'none').stages).toHaveLength(1);
  });

  it('never waits: no approval, no check before, nothing that could judge it; and never goes back by itself', () => {
    const plan = back(VERCEL, true);
    expect(
      plan.stages.every(
        ({ approvals, judges, unjudged, promote }) =>
          !approvals && judges.length === 0 && unjudged === true && promote === 'auto',
      ),
    ).toBe(true);
    expect(plan).toMatchObject({ before: [], validate: [], automaticRollback: false });
    expect(Plan.parse(plan)).toEqual(plan);
    expect(sealed(plan)).toEqual(plan);
  });

  it('R-404 asks for health when it is done', () => {
    expect(back(VERCEL, false).after.map(({ name }) => name)).toEqual(['home', 'checkout']);
  });
});
