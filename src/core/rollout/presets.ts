/** Strategies that are known by name, and stages made from parameters (requirements ). */
import type { JudgeConfig, StageConfig, StrategyConfig } from '../model/config.ts';
import type { MetricConfig } from '../model/metric.ts';
import { DAY, HOUR, type Milliseconds, MINUTE } from '../model/time.ts';
import { fromPercent, printPercent, WHOLE, type Weight } from '../model/weight.ts';

interface Step {
  readonly name?: string;
  readonly percent: number;
  readonly bake: Milliseconds;
  readonly promote?: StageConfig['promote'];
}

/** A stage without a name of its own is called by its share: `25`. */
function stage({ name, percent, bake, promote = 'auto' }: Step): StageConfig {
  return { name: name ?? String(percent), weight: fromPercent(percent), bake, promote, checks: [] };
}

interface Made {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly preview?: boolean;
  readonly deadline?: Milliseconds;
}

function strategy({ name, steps, preview = false, deadline = DAY }: Made): StrategyConfig {
  return { name, stages: steps.map(stage), keepOld: 30 * MINUTE, deadline, preview };
}

const PREVIEW: Step = { name: 'preview', percent: 0, bake: 2 * MINUTE };

const MADE: readonly Made[] = [
  {
    name: 'canary-beta-production',
    steps: [
      { name: 'canary', percent: 5, bake: 5 * MINUTE },
      { name: 'beta', percent: 25, bake: 15 * MINUTE, promote: 'manual' },
      { name: 'production', percent: 100, bake: 30 * MINUTE },
    ],
    // It waits for a person, who may be asleep.
    deadline: 7 * DAY,
  },
  {
    name: 'canary',
    steps: [
      { name: 'canary', percent: 5, bake: 10 * MINUTE },
      { name: 'quarter', percent: 25, bake: 10 * MINUTE },
      { name: 'all', percent: 100, bake: 30 * MINUTE },
    ],
  },
  { name: 'blue-green', preview: true, steps: [PREVIEW, { name: 'all', percent: 100, bake: 30 * MINUTE }] },
  {
    name: 'blue-green-with-canary',
    preview: true,
    steps: [
      PREVIEW,
      { name: 'canary', percent: 10, bake: 10 * MINUTE },
      { name: 'half', percent: 50, bake: 15 * MINUTE },
      { name: 'all', percent: 100, bake: 30 * MINUTE },
    ],
  },
  { name: 'all-at-once', steps: [{ name: 'all', percent: 100, bake: 5 * MINUTE }] },
  {
    name: 'gradual',
    steps: [
      { percent: 5, bake: DAY },
      { percent: 15, bake: DAY },
      { percent: 30, bake: DAY },
      { percent: 50, bake: 2 * DAY },
      { percent: 75, bake: 2 * DAY },
      { percent: 100, bake: HOUR },
    ],
    deadline: 14 * DAY,
  },
  {
    name: '1-10-25-50-100',
    steps: [
      { percent: 1, bake: 30 * MINUTE },
      { percent: 10, bake: 30 * MINUTE },
      { percent: 25, bake: HOUR },
      { percent: 50, bake: HOUR },
      { percent: 100, bake: 30 * MINUTE },
    ],
  },
  {
    name: '5-25-100',
    steps: [
      { percent: 5, bake: 2 * MINUTE },
      { percent: 25, bake: 3 * MINUTE },
      { percent: 100, bake: 5 * MINUTE },
    ],
  },
  {
    name: '10-50-100',
    steps: [
      { percent: 10, bake: 2 * MINUTE },
      { percent: 50, bake: 3 * MINUTE },
      { percent: 100, bake: 5 * MINUTE },
    ],
  },
];

/** Every strategy that a configuration may name without writing it. */
export const STRATEGY_PRESETS: readonly StrategyConfig[] = MADE.map(strategy);

/** The strategy of a service that names none. */
export const USUAL_STRATEGY = 'all-at-once';

/** The preset whose stages carry the promote thresholds. */
export const THRESHOLD_STRATEGY = 'canary-beta-production';

/**
 * The promote thresholds of R-102, for those metrics that exist and can say so:
 * error rate below 1 %, mean response time below 2 s, success rate above 99 %.
 */
export function promoteThresholds(metrics: Readonly<Record<string, MetricConfig>>): readonly JudgeConfig[] {
  const judge = { failures: 0, minSamples: 500, then: 'rollback', dryRun: false } as const;
  const errors = metrics['error-rate'];
  const latency = metrics['latency'];
  const judges: JudgeConfig[] = [];
  if (errors?.kind === 'proportion')
    judges.push({ metric: errors.name, rule: { type: 'below', bound: 0.01 }, ...judge });
  if (
    latency &&
    (latency.kind === 'histogram' || latency.kind === 'mean') &&
    (latency.unit === 's' || latency.unit === 'ms')
  ) {
    const bound = latency.unit === 's' ? 2 : 2_000;
    judges.push({ metric: latency.name, read: 'mean', rule: { type: 'below', bound }, ...judge });
  }
  if (errors?.kind === 'proportion')
    judges.push({ metric: errors.name, read: 'success', rule: { type: 'above', bound: 0.99 }, ...judge });
  return judges;
}

/** A canary as six numbers: shares of 100,000, times in ms. */
export interface CanaryParameters {
  readonly initial: Weight;
  readonly increment: Weight;
  /** The last share before everything. */
  readonly target: Weight;
  /** How long each share is watched. */
  readonly interval: Milliseconds;
  readonly maxDuration?: Milliseconds;
  /** How often it is looked at. */
  readonly window?: Milliseconds;
}

export type CanaryStages =
  | { readonly ok: true; readonly stages: readonly StageConfig[]; readonly deadline?: Milliseconds }
  | { readonly ok: false; readonly problem: string };

const MOST_STAGES = 100;

/**
 * Stages from parameters: initial, then each increment up to the target, then everything.
 * Refused where they make no ascending list, more than 100 stages, or more time than `maxDuration`.
 */
export function fromParameters(canary: CanaryParameters): CanaryStages {
  const { initial, increment, target, interval, maxDuration, window } = canary;
  if (initial <= 0 || initial > target)
    return {
      ok: false,
      problem: `initial ${printPercent(initial)} is not between 0% and the target ${printPercent(target)}`,
    };
  if (increment <= 0) return { ok: false, problem: 'an increment of 0% never gets anywhere' };
  if ((target - initial) / increment > MOST_STAGES)
    return { ok: false, problem: `that makes more than ${MOST_STAGES} stages` };
  const weights: Weight[] = [];
  for (let weight = initial; weight < target; weight += increment) weights.push(weight);
  weights.push(target);
  if (target < WHOLE) weights.push(WHOLE);
  const stages = weights.map((weight): StageConfig => {
    const made = stage({ percent: weight / 1_000, bake: interval });
    return window === undefined ? made : { ...made, interval: window };
  });
  const total = stages.length * interval;
  if (maxDuration !== undefined && total > maxDuration)
    return {
      ok: false,
      problem: `${stages.length} stages of ${interval / 1_000} s take longer than the longest duration of ${maxDuration / 1_000} s`,
    };
  return maxDuration === undefined ? { ok: true, stages } : { ok: true, stages, deadline: maxDuration };
}
