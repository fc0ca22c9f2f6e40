/** What the numbers of an experiment say: pure, and right at any number of looks. */
import type { ExperimentsConfig } from '../model/config.ts';
import type { Experiment, ExperimentData, ExperimentMetric } from '../model/experiment.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Weight } from '../model/weight.ts';
import { liftPosterior } from '../statistics/bayesian.ts';
import { multinomialTest } from '../statistics/count-ratio.ts';
import { tTest } from '../statistics/fixed.ts';
import { holm } from '../statistics/multiple.ts';
import { sampleRatio } from '../statistics/srm.ts';
import { HARM_ALIKE, isFew } from './alike.ts';
import { boundsOf } from './bounds.ts';
import { rule } from './ruling.ts';
import {
  type Asked,
  type Bounds,
  type Pair,
  plainEffect,
  relativeEffect,
  tuningOf,
  unitsOf,
  valueOf,
} from './measure.ts';
import type { Analysis, Arm, ArmResult, FixedTest, MetricResult, RatioResult, VariantUsers } from './results.ts';
import { controlOf, treatmentsOf } from './words.ts';

export interface Analyzing {
  readonly now: Milliseconds;
  readonly config: ExperimentsConfig;
}

/** Users do not come by the split when chance alone would show this in 1 of 1,000 experiments, however often it is looked at. */
const RATIO_LEVEL = 0.001;
const RATIO_PRIOR = 100;

/** The data must have passed `dataProblem`. */
export function analyze(experiment: Experiment, data: ExperimentData, { now, config }: Analyzing): Analysis {
  const users = experiment.variants.map(([variant, weight]) => ({
    variant,
    weight,
    users: data.variants[variant]?.users ?? 0,
  }));
  const ratio = ratioOf(users);
  const tuning = experiment.tuning ?? tuningOf(config);
  const metrics = adjusted(
    experiment.metrics.map((metric) => metricResult(metric, { experiment, data, tuning })),
    experiment.alpha,
  );
  const ruling = rule({ experiment, users, ratio, metrics, crossed: data.crossed }, { now, config, until: data.until });
  return {
    experiment: experiment.key,
    from: data.from,
    until: data.until,
    users,
    crossed: data.crossed,
    ratio,
    metrics,
    ruling,
  };
}

function ratioOf(users: readonly VariantUsers[]): RatioResult {
  const counts = users.map((one) => one.users);
  const weights = users.map(({ weight }) => weight);
  if (counts.every((count) => count === 0)) return { p: 1, chiSquare: 1, mismatch: false };
  const { p } = multinomialTest({ counts, theta: weights, k: RATIO_PRIOR });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = weights.map((weight) => weight / sum);
  return { p, chiSquare: sampleRatio({ observed: counts, weights: shares }).p, mismatch: p < RATIO_LEVEL };
}

interface Looking {
  readonly experiment: Experiment;
  readonly data: ExperimentData;
  readonly tuning: number;
}

/** Goals share the error level over all goals and treatments (Bonferroni): the sum of false winners stays below it. */
function alphaOf({ role }: ExperimentMetric, { alpha, metrics, variants }: Experiment): number {
  const treatments = variants.length - 1;
  const same = metrics.filter((metric) => metric.role === role).length;
  return alpha / (treatments * (role === 'secondary' ? 1 : same));
}

function metricResult(metric: ExperimentMetric, looking: Looking): MetricResult {
  const { experiment, data } = looking;
  const { name, role, kind, better, margin, q } = metric;
  const control = controlOf(experiment);
  const sums = data.variants[control]?.metrics[name];
  const value = sums && valueOf(metric, sums);
  const users = sums && unitsOf(sums);
  return {
    name,
    role,
    kind,
    better,
    ...(margin !== undefined && { margin }),
    ...(q !== undefined && { q }),
    alpha: alphaOf(metric, experiment),
    control: { variant: control, ...(value !== undefined && { value }), ...(users !== undefined && { users }) },
    ...(sums?.kind === 'count' && sums.n === undefined && { isSummed: true as const }),
    arms: treatmentsOf(experiment).map((variant) => armOf(metric, variant, looking)),
  };
}

function armOf(metric: ExperimentMetric, variant: string, looking: Looking): Arm {
  const pair = pairOf(metric, variant, looking);
  if (!pair) return { variant, result: 'no-data' };
  const value = valueOf(metric, pair.treatment);
  const users = unitsOf(pair.treatment);
  const effect = metric.role === 'guardrail' ? guarded(pair, looking) : twoSided(pair, looking);
  const lift = relativeEffect(pair);
  const fixed = fixedTest(pair, variant, looking.experiment.alpha);
  const chance = lift && liftPosterior(lift, { alpha: looking.experiment.alpha }).chanceToWin;
  return {
    variant,
    ...(value !== undefined && { value }),
    ...(users !== undefined && { users }),
    ...(effect && { effect }),
    ...(lift?.theta !== undefined && { theta: lift.theta }),
    result: effect ? resultOf(metric, effect, valueOf(metric, pair.control)) : 'no-data',
    ...(fixed && { fixed }),
    ...(chance !== undefined && { chance: metric.better === 'higher' ? chance : 1 - chance }),
  };
}

function pairOf(metric: ExperimentMetric, variant: string, { experiment, data }: Looking): Pair | undefined {
  const name = controlOf(experiment);
  const control = data.variants[name]?.metrics[metric.name];
  const treatment = data.variants[variant]?.metrics[metric.name];
  const share = (of: string): Weight => experiment.variants.find(([one]) => one === of)?.[1] ?? 0;
  return control && treatment && { metric, control, treatment, shares: [share(name), share(variant)] };
}

function twoSided(pair: Pair, { experiment, tuning }: Looking): Bounds | undefined {
  return boundsOf(pair, { alpha: alphaOf(pair.metric, experiment), alternative: 'two-sided', tuning });
}

/**
 * Each end one-sided. That it is good enough must be shown of every guardrail, so that each has the whole level; that one of them is
 * worse than allowed would be found by chance in any of them, so that they share it.
 */
function guarded(pair: Pair, { experiment, tuning }: Looking): Bounds | undefined {
  const { metric } = pair;
  const upward = metric.better === 'higher';
  const shown = experiment.alpha;
  const shared = alphaOf(metric, experiment);
  const one = (alternative: Asked['alternative'], alpha: number): Bounds | undefined =>
    boundsOf(pair, { alpha, alternative, tuning });
  const below = one('greater', upward ? shown : shared);
  const above = one('less', upward ? shared : shown);
  return below && above && { ...below, upper: above.upper, p: upward ? above.p : below.p };
}

/** The interval turned so that up is good. */
function goodward({ better }: Pick<ExperimentMetric, 'better'>, { lower, upper }: Bounds): readonly [number, number] {
  return better === 'higher' ? [lower, upper] : [-upper, -lower];
}

/** A margin is a part of the control's value, also where the effect is told in the metric's own unit. */
function resultOf(metric: ExperimentMetric, effect: Bounds, control = 0): ArmResult {
  const { margin = 0, role } = metric;
  if (effect.isSame) return role === 'guardrail' ? 'nothing-seen' : 'open';
  const [least, most] = goodward(metric, effect);
  if (role !== 'guardrail') {
    if (isFew(effect)) return 'open';
    return least > 0 ? 'better' : most < 0 ? 'worse' : 'open';
  }
  const allowed = effect.scale === 'absolute' ? -margin * Math.abs(control) : -margin;
  if (most < allowed) return isFew(effect, HARM_ALIKE) ? 'open' : 'worse';
  return least > allowed && metric.margin !== undefined && !isFew(effect) ? 'as-good' : 'open';
}

function fixedTest(pair: Pair, variant: string, alpha: number): FixedTest | undefined {
  const effect = plainEffect(pair, 'absolute');
  if (!effect || effect.dof === undefined || !(effect.standardError > 0)) return undefined;
  const { estimate, standardError, dof } = effect;
  const { p, lower, upper } = tTest(effect, { alpha, alternative: 'two-sided' });
  const good = pair.metric.better === 'higher' ? estimate > 0 : estimate < 0;
  return {
    difference: estimate,
    standardError,
    t: estimate / standardError,
    dof,
    p,
    adjusted: p,
    lower,
    upper,
    level: 1 - alpha,
    ...(p < alpha && { winner: good ? variant : 'control' }),
  };
}

/** Holm's p over all goals and treatments, and who wins by it. */
function adjusted(metrics: readonly MetricResult[], alpha: number): readonly MetricResult[] {
  const goals = metrics.filter(({ role }) => role === 'goal').flatMap(({ arms }) => arms);
  const tests = goals.flatMap(({ fixed }) => (fixed ? [fixed] : []));
  const byTest = new Map(holm(tests.map(({ p }) => p)).map((p, index) => [tests[index], p] as const));
  return metrics.map((metric) => ({
    ...metric,
    arms: metric.arms.map((arm) => {
      const p = arm.fixed && byTest.get(arm.fixed);
      return arm.fixed && p !== undefined
        ? { ...arm, fixed: heldTo(arm.fixed, p, { alpha, control: metric.control.variant }) }
        : arm;
    }),
  }));
}

function heldTo(
  { winner, ...test }: FixedTest,
  p: number,
  { alpha, control }: { readonly alpha: number; readonly control: string },
): FixedTest {
  const named = winner === 'control' ? control : winner;
  return { ...test, adjusted: p, ...(named !== undefined && p < alpha && { winner: named }) };
}
