import { describe, expect, it } from 'vitest';
import { questions } from '../../../src/core/judge/question.ts';
import type { Operation, Rollout } from '../../../src/core/model/rollout.ts';
import { SECOND } from '../../../src/core/model/time.ts';
import { copyLabel } from '../../../src/core/rollout/arm.ts';
import type { Circumstances, Input } from '../../../src/core/rollout/input.ts';
import { planFor, type PlanOptions, type Planned } from '../../../src/core/rollout/plan.ts';
import { weightsFor } from '../../../src/core/rollout/traffic.ts';
import { at, bob, errorsCompared, ms, operationOf, rolloutOf, stages } from '../../support/rollout.ts';
import { configOf } from '../../support/world/config.ts';
import { after, seen } from './given.ts';

const spec = {
  ...errorsCompared,
  id: 'error-rate compare baseline',
  rule: { type: 'compare', with: 'baseline', method: 'regression', ratio: 2 },
  delay: 0,
} as const;
const [canary, beta, production] = stages;
const plan = {
  ...rolloutOf().plan,
  stages: [
    { ...canary, judges: [spec], baseline: true as const },
    { ...beta, promote: 'auto' as const, weight: 60_000, judges: [spec] },
    production,
  ],
};

const deployed = operationOf({ id: 'o/1', kind: 'deploy', purpose: 'deploy', label: '1.4.0', ended: at('10:21:00') });
const copied = operationOf({
  id: 'o/2',
  kind: 'deploy',
  purpose: 'baseline',
  label: '1.3.2+baseline',
  copyOf: '1.3.2',
  since: at('10:21:00'),
  ended: at('10:21:10'),
});
const inCanary: Rollout = rolloutOf({
  plan,
  phase: 'exposing',
  phaseSince: at('10:22:00'),
  step: 'baking',
  weight: 5_000,
  exposedAt: at('10:22:00'),
  stages: [{ stage: 'canary', began: at('10:22:00'), exposed: at('10:22:00'), verdicts: [] }],
  operations: [deployed, copied],
});
/** At 60 % there is no room for the copy. */
const inBeta: Rollout = { ...inCanary, stage: 1, weight: 60_000, exposedAt: at('10:30:00') };

const done = (rollout: Rollout, result: Partial<Operation> = {}): Input => {
  const open = rollout.operations.at(-1);
  return {
    type: 'operation',
    id: open?.id ?? '',
    attempt: 1,
    result: { state: 'done', ...(result.state === 'failed' && { state: 'failed', detail: result.detail ?? '' }) },
  };
};
const last = ({ operations }: Rollout): Operation | undefined => operations.at(-1);

describe('the copy of the stable version', () => {
  const deploying = rolloutOf({
    plan,
    phase: 'deploying',
    operations: [
      { ...deployed, state: 'running', claim: { by: 'here', attempt: 1, since: at('10:20'), until: at('11:00') } },
    ],
  });

  it('is deployed when the candidate is there, before anything has traffic', () => {
    const next = after(deploying, done(deploying));
    expect(next.phase).toBe('deploying');
    expect(last(next)).toMatchObject({
      kind: 'deploy',
      purpose: 'baseline',
      label: '1.3.2+baseline',
      commit: deploying.stable?.commit,
      copyOf: '1.3.2',
      state: 'running',
    });
    expect(after(next, done(next)).phase).toBe('validating');
  });

  it('is not deployed by a plan that compares with none, nor where nothing was live', () => {
    const without: Rollout = { ...deploying, plan: { ...plan, stages } };
    expect(after(without, done(without)).phase).toBe('validating');
    const first: Rollout = { ...deploying, stable: null };
    expect(after(first, done(first)).phase).toBe('validating');
  });

  it('sends the rollout back when it does not start, as a candidate that does not start would', () => {
    const next = after(deploying, done(deploying));
    const back = after(
      next,
      done(next, { state: 'failed', detail: '1.3.2+baseline ended (exit 1) before it was ready' }),
    );
    expect(back).toMatchObject({
      phase: 'rolling-back',
      goingBack: { automatic: true, reason: '1.3.2+baseline ended (exit 1) before it was ready' },
    });
    const first = seen(back, {});
    expect(last(first)).toMatchObject({ kind: 'remove', label: '1.4.0' });
    const second = after(first, done(first));
    expect(last(second)).toMatchObject({ kind: 'remove', label: '1.3.2+baseline' });
    expect(after(second, done(second)).phase).toBe('rolled-back');
  });

  it('goes by another label where a version of that name is known', () => {
    expect(copyLabel('1.3.2', ['1.4.0'])).toBe('1.3.2+baseline');
    expect(copyLabel('1.3.2', ['1.3.2+baseline'])).toBe('1.3.2+baseline.2');
    expect(copyLabel('v'.repeat(128), []).length).toBeLessThanOrEqual(128);
  });

  it('takes as much traffic as the candidate, in stages that have the arm and nowhere else', () => {
    expect(weightsFor(inCanary, 5_000)).toEqual({ '1.3.2': 90_000, '1.3.2+baseline': 5_000, '1.4.0': 5_000 });
    expect(weightsFor(inCanary, 50_000)).toEqual({ '1.3.2+baseline': 50_000, '1.4.0': 50_000 });
    expect(weightsFor(inBeta, 60_000)).toEqual({ '1.3.2': 40_000, '1.4.0': 60_000 });
    expect(weightsFor({ ...inCanary, phase: 'rolling-back' }, 5_000)).toEqual({ '1.3.2': 95_000, '1.4.0': 5_000 });
  });

  it('is halved with the candidate', () => {
    const halved = after(inCanary, { type: 'command', command: { verb: 'reduce' }, by: bob });
    expect(last(halved)?.weights).toEqual({ '1.3.2': 95_000, '1.3.2+baseline': 2_500, '1.4.0': 2_500 });
  });

  it('is asked by its own label while it has traffic; above half the stable version is asked instead', () => {
    const asked = (rollout: Rollout): readonly (string | undefined)[] =>
      questions(rollout, ms('10:40:00')).map(({ labels }) => labels.version);
    expect(asked(inCanary)).toEqual(['1.4.0', '1.3.2+baseline']);
    expect(asked(inBeta)).toEqual(['1.4.0', '1.3.2']);
  });

  it('stands in for a stable version that has no traffic left', () => {
    const stable = { ...spec, id: 'stable', rule: { ...spec.rule, with: 'stable' } as const };
    const both = (weight: number): Rollout => ({
      ...inCanary,
      weight,
      plan: { ...plan, stages: [{ ...canary, weight, baseline: true, judges: [stable] }, production] },
    });
    const versions = (weight: number): readonly (string | undefined)[] =>
      questions(both(weight), ms('10:40:00')).map(({ labels }) => labels.version);
    expect(versions(25_000)).toEqual(['1.4.0', '1.3.2']);
    expect(versions(50_000)).toEqual(['1.4.0', '1.3.2+baseline']);
  });
});

describe('the removal of the copy', () => {
  const tick = (rollout: Rollout, changed: Partial<Circumstances> = {}): Rollout => seen(rollout, {}, changed);

  it('begins with the first stage that has no room for it, once its weights are there', () => {
    const weights = operationOf({
      id: 'o/3',
      kind: 'weights',
      purpose: 'stage',
      state: 'running',
      since: at('10:30:00'),
    });
    const { exposedAt: _, ...shifting } = inBeta;
    const moving: Rollout = { ...shifting, step: 'shifting', operations: [deployed, copied, weights] };
    expect(tick(moving)).toBe(moving);
    const next = after(moving, done(moving));
    expect(next).toMatchObject({ step: 'baking', exposedAt: at('10:40:00') });
    expect(last(next)).toMatchObject({ kind: 'remove', purpose: 'baseline', label: '1.3.2+baseline' });
  });

  it('never begins beside another effect on the pair, which it would supersede', () => {
    const weights = operationOf({ id: 'o/3', kind: 'weights', purpose: 'shift', state: 'running' });
    const moving: Rollout = { ...inBeta, operations: [deployed, copied, weights] };
    expect(tick(moving).operations).toHaveLength(3);
  });

  it('is waited for before the next stage sets weights', () => {
    const removing = tick(inBeta);
    const passed: Rollout = { ...removing, verdicts: [verdict] };
    expect(tick(passed, { now: ms('11:30:00') }).stage).toBe(1);
    const gone = after(passed, done(passed), { now: ms('11:30:00') });
    expect(gone).toMatchObject({ stage: 2, step: 'shifting' });
    expect(gone.operations.filter(({ purpose }) => purpose === 'baseline')).toHaveLength(2);
  });

  it('is tried three times with a pause between, then left to the end of the rollout', () => {
    let rollout = tick(inBeta);
    let now = ms('10:40:00');
    for (let tries = 1; tries <= 3; tries++) {
      expect(rollout.operations).toHaveLength(2 + tries);
      rollout = after(rollout, done(rollout, { state: 'failed', detail: 'no' }), { now });
      expect(tick(rollout, { now: now + SECOND }).operations).toHaveLength(2 + tries);
      now += 10 * tries * SECOND;
      rollout = tick(rollout, { now });
    }
    expect(rollout.operations).toHaveLength(5);
    const provisional: Rollout = { ...rollout, phase: 'provisional', phaseSince: at('11:30:00'), weight: 100_000 };
    expect(last(tick(provisional, { now: ms('11:30:00') }))).toMatchObject({ kind: 'remove', purpose: 'baseline' });
    expect(tick(provisional, { now: ms('11:30:00'), pairTaken: true })).toBe(provisional);
  });

  it('is said to have failed in the outcome, and keeps nobody from going back', () => {
    let rollout: Rollout = { ...inCanary, phase: 'rolling-back', phaseSince: at('10:40:00'), goingBack };
    let now = ms('10:40:00');
    const candidate = operationOf({
      id: 'o/3',
      kind: 'remove',
      purpose: 'clean-up',
      label: '1.4.0',
      since: at('10:40:00'),
    });
    rollout = { ...rollout, operations: [deployed, copied, candidate] };
    for (let tries = 1; tries <= 3; tries++) {
      rollout = tick(rollout, { now });
      rollout = after(rollout, done(rollout, { state: 'failed', detail: 'no' }), { now });
      now += 10 * tries * SECOND;
    }
    expect(rollout).toMatchObject({ phase: 'rolled-back', outcome: 'asked; 1.3.2+baseline could not be removed' });
  });

  it('never takes away a release that has the same label', () => {
    expect(tick(inBeta, { inUse: ['1.3.2+baseline'] }).operations).toHaveLength(2);
  });
});

const verdict = {
  judge: spec.id,
  verdict: 'pass',
  then: 'rollback',
  dryRun: false,
  because: '',
  samples: 1_000,
  seen: 0,
  baseline: 0,
  until: at('10:40:00'),
} as const;
const goingBack = {
  by: bob,
  at: at('10:40:00'),
  automatic: false,
  reason: 'asked',
  cause: 'command',
  to: '1.3.2',
  step: 1,
  steps: [{ weight: 100_000, bake: 0 }],
  incident: 'i-1',
};

describe('a plan with `compare: baseline`', () => {
  const judges = '[{ metric: error-rate, compare: baseline, method: regression, ratio: 2, min-samples: 10 }]';
  const local = 'platform: { type: local, run: node server.js }';
  const tiers = (...weights: readonly number[]): readonly string[] =>
    weights.map((weight) => `{ name: at-${String(weight)}, weight: ${String(weight)}%, bake: 5m }`);
  const planned = (options: Partial<PlanOptions>, weights = [0, 5, 50, 60, 100]): Planned =>
    planFor({
      config: configOf({
        platform: local,
        judges,
        stages: tiers(...weights),
        service: 'health: https://shop.example.com/healthz',
      }),
      service: 'web',
      environment: 'production',
      kind: 'deploy',
      ...options,
    });
  const ANY = { weights: 'any', preview: true } as const;

  it('has the arm wherever the share can be had twice', () => {
    const made = planned({ capabilities: { ...ANY, baseline: true } });
    if (!made.ok) throw new Error(made.summary);
    expect(made.plan.stages.map(({ weight, baseline }) => [weight, baseline])).toEqual([
      [0, undefined],
      [5_000, true],
      [50_000, true],
      [60_000, undefined],
      [100_000, undefined],
    ]);
  });

  it('is refused on a platform that runs no copies, with the nearest plan that works', () => {
    expect(planned({ capabilities: { ...ANY, baseline: false } })).toMatchObject({
      ok: false,
      code: 'platform-cannot',
      summary:
        'the platform local of web cannot run a fresh copy of the stable version, with which error-rate compare baseline compares in at-5: `compare: stable` works there',
    });
    expect(planned({ capabilities: ANY })).toMatchObject({ ok: false, code: 'platform-cannot' });
  });

  it('is not refused where no stage has room for the arm', () => {
    expect(planned({ capabilities: ANY }, [60, 100])).toMatchObject({ ok: true });
    expect(planned({ capabilities: ANY, strategy: 'all-at-once' })).toMatchObject({ ok: true });
  });
});
