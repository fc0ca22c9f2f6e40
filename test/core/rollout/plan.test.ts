import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Plan } from '../../../src/core/model/rollout.ts';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { planFor, type Planned, type PlanOptions } from '../../../src/core/rollout/plan.ts';
import { sealed } from '../../../src/core/rollout/plan-variants.ts';
import { STRATEGY_PRESETS } from '../../../src/core/rollout/presets.ts';
import { BASE, good } from '../config/decoding.ts';

function planOf(planned: Planned): Plan {
  if (!planned.ok) throw new Error(`${planned.code}: ${planned.summary}`);
  return planned.plan;
}

function refusalOf(planned: Planned): string {
  return planned.ok ? 'planned' : `${planned.code}: ${planned.summary}`;
}

const ANY = { weights: 'any', preview: true } as const;

function deploy(text: string, options: Partial<PlanOptions> = {}): Planned {
  return planFor({ config: good(text), service: 'web', environment: 'production', kind: 'deploy', ...options });
}

const VERCEL = readFileSync(new URL('../../fixtures/config/vercel.yml', import.meta.url), 'utf8');
const KUBERNETES = readFileSync(new URL('../../fixtures/config/kubernetes.yml', import.meta.url), 'utf8');

describe('planFor', () => {
  it('R-101 R-102 plans canary, beta and production with their judges, approvals and GitHub environments', () => {
    const plan = planOf(deploy(VERCEL));
    expect(
      plan.stages.map(({ name, weight, bake, promote, githubEnvironment }) => [
        name,
        weight,
        bake,
        promote,
        githubEnvironment,
      ]),
    ).toEqual([
      ['canary', 5_000, 5 * MINUTE, 'auto', 'canary'],
      ['beta', 25_000, 15 * MINUTE, 'manual', 'beta'],
      ['production', 100_000, 30 * MINUTE, 'auto', 'production'],
    ]);
    expect(plan.stages.map(({ approvals }) => approvals)).toEqual([
      undefined,
      undefined,
      { count: 1, from: ['team:web-leads'], expires: 4 * HOUR },
    ]);
    expect(plan.stages[0]?.judges.map(({ id }) => id)).toEqual([
      'error-rate compare stable',
      'error-rate below 0.01',
      'latency.p95 below 2',
      'latency.mean below 2',
      'error-rate.success above 0.99',
    ]);
    expect(plan.stages[0]?.judges[0]).toMatchObject({
      kind: 'proportion',
      better: 'lower',
      source: 'prometheus',
      delay: MINUTE,
      perVersion: true,
    });
    expect(plan.verify).toEqual({ header: 'x-deployment-version', url: 'https://shop.example.com' });
  });

  it('R-107 R-109 R-111 R-117 R-119 runs checks, backup and migrations before, health and smoke against the candidate, the rest after', () => {
    const plan = planOf(
      deploy(
        `${BASE.replace(
          '    set-',
          `    env: [TOKEN]
    backup: ./backup
    checks: [{ name: lint, run: npm run lint, env: [CI] }]
    smoke: [{ name: buy, get: /buy }]
    consistency: [{ name: sums, run: ./sums }]
    after-deploy: [{ name: cdn, run: ./purge, allow-failure: true }]
    migrations: { apply: ./up, revert: ./down, check: ./valid }
    set-`,
        )}`,
      ),
    );
    expect(plan.before.map(({ name, env }) => [name, env])).toEqual([
      ['lint', ['TOKEN', 'CI']],
      ['backup', ['TOKEN']],
      ['migrations: apply', ['TOKEN']],
      ['migrations: check', ['TOKEN']],
    ]);
    expect(plan.validate.map(({ name }) => name)).toEqual(['health', 'buy']);
    expect(plan.stages[0]?.checks.map(({ name }) => name)).toEqual(['sums']);
    expect(plan.after).toMatchObject([{ name: 'cdn', allowFailure: true, timeout: 10 * MINUTE }]);
  });

  it('adds the judges of a stage to those of the analysis, and lets the stage have the last word on one reading', () => {
    const plan = planOf(
      deploy(
        `${BASE}analysis: { judges: [{ metric: error-rate, below: 1% }, { metric: latency.p99, below: 3s }] }
strategies:
  mine:
    stages:
      - { name: some, weight: 10%, judges: [{ metric: error-rate, below: 5% }] }
      - { name: all, weight: 100% }
`,
        { strategy: 'mine' },
      ),
    );
    expect(plan.stages.map(({ judges }) => judges.map(({ id }) => id))).toEqual([
      ['latency.p99 below 3', 'error-rate below 0.05'],
      ['error-rate below 0.01', 'latency.p99 below 3'],
    ]);
  });

  it('refuses with `platform-cannot` and the nearest strategy that works', () => {
    expect(refusalOf(deploy(BASE, { strategy: 'canary', capabilities: { weights: 'none', preview: false } }))).toMatch(
      /^platform-cannot: .*cannot split traffic, and canary gives 5% to canary: --strategy all-at-once works there/,
    );
    expect(refusalOf(deploy(BASE, { strategy: 'canary', capabilities: { weights: 'none', preview: true } }))).toMatch(
      /--strategy blue-green/,
    );
    expect(
      refusalOf(deploy(BASE, { strategy: 'blue-green', capabilities: { weights: 'any', preview: false } })),
    ).toMatch(/--strategy canary/);
    expect(refusalOf(deploy(BASE, { strategy: 'blue-green', capabilities: { weights: 'none', preview: true } }))).toBe(
      'planned',
    );
  });

  it('what it names as the nearest strategy is one that works', () => {
    for (const { name } of STRATEGY_PRESETS)
      for (const weights of ['any', 'steps', 'none'] as const)
        for (const preview of [true, false]) {
          const refusal = refusalOf(deploy(BASE, { strategy: name, capabilities: { weights, preview } }));
          const nearest = /--strategy (\S+)/.exec(refusal)?.[1];
          if (refusal === 'planned') continue;
          expect(
            refusalOf(deploy(BASE, { strategy: nearest ?? '', capabilities: { weights, preview } })),
            `${name} ${weights}`,
          ).toBe('planned');
        }
  });

  it('refuses a stage that nothing can judge, unless `analysis: none` is written', () => {
    const blind = BASE.replace(/ {4}health:.*\n/, '');
    expect(refusalOf(deploy(blind, { strategy: 'canary' }))).toMatch(
      /^nothing-applicable: nothing can judge stage canary \(5%\).*services.web.health/,
    );
    expect(refusalOf(deploy(BASE, { strategy: 'canary' }))).toBe('planned');
    const plan = planOf(deploy(`${blind}analysis: none\n`, { strategy: 'canary' }));
    expect(plan.stages.every(({ unjudged, judges }) => unjudged === true && judges.length === 0)).toBe(true);
    expect(
      refusalOf(deploy(`${blind}strategies: { quick: { base: canary, analysis: none } }\n`, { strategy: 'quick' })),
    ).toBe('planned');
  });

  it('a threshold judges a part of the traffic only by numbers of the version itself', () => {
    const blind = BASE.replace(/ {4}health:.*\n/, '');
    const judged = (metric: string): string => `${blind}analysis: { judges: [{ metric: ${metric}, below: 50% }] }\n`;
    expect(refusalOf(deploy(judged('error-rate'), { strategy: 'canary' }))).toBe('planned');
    expect(refusalOf(deploy(judged('cpu'), { strategy: 'canary' }))).toMatch(/^nothing-applicable: .*stage canary/);
    expect(refusalOf(deploy(judged('cpu'), { strategy: 'all-at-once' }))).toBe('planned');
    expect(refusalOf(deploy(judged('error-rate'), { strategy: 'blue-green' }))).toMatch(
      /^nothing-applicable: .*stage preview \(0%\)/,
    );
  });

  it('a comparison needs both arms now, or windows of them kept from before', () => {
    const blind = `${BASE.replace(/ {4}health:.*\n/, '')}analysis: { judges: [{ metric: error-rate, compare: stable, method: regression }] }\n`;
    expect(refusalOf(deploy(blind, { strategy: 'canary' }))).toBe('planned');
    expect(refusalOf(deploy(blind, { strategy: 'all-at-once' }))).toMatch(/^nothing-applicable/);
  });

  it('a source that nobody can ask judges nothing: a stage that has no other judge is refused, and the source named', () => {
    const blind = `${BASE.replace(/ {4}health:.*\n/, '')}analysis: { judges: [{ metric: error-rate, below: 1% }] }\n`;
    const strategy = 'canary';
    expect(refusalOf(deploy(blind, { strategy, sources: ['prometheus'] }))).toBe('planned');
    expect(refusalOf(deploy(blind, { strategy, sources: [] }))).toMatch(/prometheus cannot be asked in this version/);
    expect(refusalOf(deploy(BASE, { strategy, sources: [] }))).toBe('planned');
  });

  it('R-804 another strategy is no way around an approval', () => {
    const plan = planOf(deploy(VERCEL, { strategy: 'all-at-once' }));
    expect(plan.stages.map(({ approvals }) => approvals?.count)).toEqual([1]);
    expect(planOf(deploy(KUBERNETES, { strategy: 'canary' })).stages.map(({ approvals }) => approvals?.count)).toEqual([
      undefined,
      undefined,
      2,
    ]);
  });

  it.each([
    [{ service: 'wob' }, /^service-unknown: .*web/],
    [{ environment: 'prod' }, /^environment-unknown: .*production/],
    [{ strategy: 'nowhere' }, /^strategy-unknown: .*canary/],
    [{ strategy: 'canary', until: 'beta' }, /^stage-unknown: canary has no stage beta: it has canary, quarter, all/],
    [{ service: 'constructor' }, /^service-unknown/],
  ])('refuses what the configuration does not know: %j', (options, expected) => {
    expect(refusalOf(deploy(BASE, options))).toMatch(expected);
  });

  it('R-310 carries whether it may go back by itself, and how', () => {
    expect(planOf(deploy(`${BASE}rollback: { automatic: false }\n`)).automaticRollback).toBe(false);
    expect(planOf(deploy(BASE))).toMatchObject({
      automaticRollback: true,
      gradual: [
        { weight: 50_000, bake: 2 * MINUTE },
        { weight: 100_000, bake: 0 },
      ],
    });
  });

  it('leaves out what the built-in router measures for a service that is not behind it', () => {
    const config = good(`version: 1
services:
  web: { deploy: ./x, set-traffic: ./w, health: "https://a.example" }
  api: { platform: { type: local, run: ./api }, health: [{ name: up, get: / }] }
analysis: { judges: [{ metric: error-rate, below: 1% }] }
`);
    const judges = (service: string): number | undefined =>
      planOf(planFor({ config, service, environment: 'production', kind: 'deploy' })).stages[0]?.judges.length;
    expect([judges('web'), judges('api')]).toEqual([0, 1]);
  });

  it('every preset makes a plan that the model takes, the same one each time, with a digest of its content', () => {
    const names = fc.constantFrom(...STRATEGY_PRESETS.map(({ name }) => name));
    fc.assert(
      fc.property(names, fc.constantFrom(BASE, VERCEL, KUBERNETES), (strategy, text) => {
        const plan = planOf(deploy(text, { strategy, capabilities: ANY }));
        expect(Plan.parse(plan)).toEqual(plan);
        expect(planOf(deploy(text, { strategy }))).toEqual(plan);
        expect(sealed(plan)).toEqual(plan);
        const changed = { ...plan, stages: plan.stages.map((stage) => ({ ...stage, bake: stage.bake + 1 })) };
        expect(sealed(changed).digest).not.toBe(plan.digest);
      }),
      { numRuns: 30 },
    );
  });
});
