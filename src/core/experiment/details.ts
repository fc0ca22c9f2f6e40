/** Experiments and analyses as data: what `--json` and the API answer. Absent and endless is `null`. */
import type { Json } from '../model/document.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Bounds } from './measure.ts';
import type { Analysis, Arm, FixedTest, MetricResult } from './results.ts';

export function experimentDetails(experiment: Experiment): { readonly [key: string]: Json } {
  const { decision, layer, metrics, variants } = experiment;
  return {
    experiment: experiment.key,
    name: experiment.name ?? null,
    description: experiment.description ?? null,
    hypothesis: experiment.hypothesis ?? null,
    owner: experiment.owner ?? null,
    flag: experiment.flag,
    environment: experiment.environment,
    state: experiment.state,
    variants: variants.map(([name, weight]) => ({ name, weight })),
    by: experiment.by ?? null,
    generation: experiment.generation,
    layer: layer ? { name: layer.name, generation: layer.generation ?? null, slots: layer.slots } : null,
    holdouts: experiment.holdouts,
    metrics: metrics.map(({ name, role, kind, better, margin }) => ({
      name,
      role,
      kind,
      better,
      margin: margin ?? null,
    })),
    alpha: experiment.alpha,
    started: experiment.started ?? null,
    stopped: experiment.stopped ?? null,
    rollout: experiment.rollout ?? null,
    decision: decision
      ? {
          at: decision.at,
          by: decision.by.name,
          verdict: decision.verdict,
          variant: decision.variant ?? null,
          harmed: decision.harmed ?? [],
          because: decision.because,
        }
      : null,
  };
}

export function analysisDetails(analysis: Analysis): { readonly [key: string]: Json } {
  const { ruling, ratio } = analysis;
  return {
    experiment: analysis.experiment,
    from: analysis.from,
    until: analysis.until,
    verdict: ruling.verdict,
    variant: ruling.variant ?? null,
    because: ruling.because,
    harmed: ruling.harmed.map(({ variant, because }) => ({ variant, because })),
    missing: ruling.missing,
    users: analysis.users.map(({ variant, users, weight }) => ({ variant, users, weight })),
    crossed: analysis.crossed,
    sampleRatio: { p: ratio.p, chiSquareP: ratio.chiSquare, mismatch: ratio.mismatch },
    metrics: analysis.metrics.map(metricDetails),
  };
}

function metricDetails({ name, role, kind, better, margin, alpha, control, arms, isSummed }: MetricResult): Json {
  return {
    name,
    role,
    kind,
    better,
    margin: margin ?? null,
    alpha,
    control: { variant: control.variant, value: finite(control.value), users: finite(control.users) },
    summed: isSummed === true,
    treatments: arms.map(armDetails),
  };
}

function armDetails({ variant, value, users, effect, theta, result, fixed, chance }: Arm): Json {
  return {
    variant,
    value: finite(value),
    users: finite(users),
    result,
    sequential: effect ? boundsDetails(effect) : null,
    fixed: fixed ? fixedDetails(fixed) : null,
    chanceToWin: finite(chance),
    theta: finite(theta),
  };
}

function boundsDetails({ estimate, lower, upper, p, scale }: Bounds): Json {
  return { effect: finite(estimate), lower: finite(lower), upper: finite(upper), p, scale: scale ?? 'relative' };
}

function fixedDetails({ winner, ...test }: FixedTest): Json {
  return { ...test, winner: winner ?? null };
}

function finite(value: number | undefined): Json {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
