/**
 * Kayenta's NetflixACAJudge for those who come from there: each metric classified by the Mann-Whitney test, groups scored, a
 * verdict over thresholds. Made for one look at the end; its test has no error level over several (see `compare` for that).
 */
import { iqrOutliers } from '../../statistics/descriptive.ts';
import { normalQuantile } from '../../statistics/distribution.ts';
import {
  type EffectSizeMeasure,
  type Shift,
  type SideBounds,
  classify,
  effectSize,
  isPast,
  mannWhitney,
} from '../../statistics/mann-whitney.ts';

/** How a metric is judged. The defaults are Kayenta's. */
export interface KayentaRule {
  /** The side on which a change is bad; `either` by default. */
  readonly direction?: 'increase' | 'decrease' | 'either';
  /** What becomes of a NaN: dropped (default), or taken as 0, for error counts that are absent when there are none. */
  readonly nanStrategy?: 'remove' | 'replace';
  readonly outliers?: 'keep' | 'remove';
  /** Interquartile ranges; 3 by default. */
  readonly outlierFactor?: number;
  /** A change beyond `criticalAt`, or no data, makes the whole score 0. */
  readonly critical?: boolean;
  /** An empty arm counts as failed. Without effect on a critical metric, which fails everything anyway. */
  readonly mustHaveData?: boolean;
  /** Shown, not scored. */
  readonly muted?: boolean;
  readonly effectSize?: EffectSizeMeasure;
  /** The effect from which on a change is one; 1 for the ratio of means, 0.5 for the common language effect size. */
  readonly allowed?: SideBounds;
  readonly criticalAt?: SideBounds;
  /** Kayenta's judge fixes these two in its code, 0.25 and 0.98; a class that would configure them exists and is not used. */
  readonly tolerance?: number;
  readonly confidence?: number;
}

export interface KayentaArms {
  readonly experiment: readonly number[];
  readonly control: readonly number[];
}

export type KayentaClass = 'Pass' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric' | 'Error';

export interface KayentaClassification {
  readonly classification: KayentaClass;
  /** Whether this alone makes the score 0. */
  readonly critical: boolean;
  readonly reason?: string;
  /** Where the test ran. */
  readonly shift?: Shift;
  /** Absent where the effect has no value (a mean of 0). */
  readonly effect?: number;
}

/** NaN and outliers of one arm as the rule wants them; outliers are found in each arm by itself. */
export function kayentaPrepare(values: readonly number[], rule: KayentaRule): readonly number[] {
  const { nanStrategy = 'remove', outliers = 'keep', outlierFactor = 3 } = rule;
  const known =
    nanStrategy === 'remove'
      ? values.filter((value) => !Number.isNaN(value))
      : values.map((value) => (Number.isNaN(value) ? 0 : value));
  if (outliers === 'keep' || !known.every(Number.isFinite)) return known;
  const found = new Set(iqrOutliers(known, { factor: outlierFactor, reduceSensitivity: true }));
  return known.filter((_, index) => !found.has(index));
}

/**
 * The class of a metric whose arms are prepared. Shortcuts: an empty arm; arms that hold the same values, or one single value, pass.
 * Arms that are both constant get a little noise so that ranks vary. What cannot be computed is `Error`, never an exception.
 * Source: Kayenta's MannWhitneyClassifier.
 */
export function kayentaClassify(arms: KayentaArms, rule: KayentaRule = {}): KayentaClassification {
  const { experiment, control } = arms;
  if (experiment.length === 0 || control.length === 0) return withoutData(arms, rule);
  if (![...experiment, ...control].every(Number.isFinite))
    return { classification: 'Error', critical: rule.critical ?? false, reason: 'a value is not finite' };
  if (sameValues(experiment, control))
    return { classification: 'Pass', critical: false, reason: 'the arms hold the same values' };
  if (isConstant([...experiment, ...control])) return { classification: 'Pass', critical: false };
  return tested(arms, rule);
}

function withoutData({ experiment }: KayentaArms, rule: KayentaRule): KayentaClassification {
  const { nanStrategy = 'remove', critical = false, mustHaveData = false } = rule;
  const reason = `no data for the ${experiment.length === 0 ? 'experiment' : 'control'}`;
  if (nanStrategy === 'replace') return { classification: 'Pass', critical: false };
  if (mustHaveData && !critical) return { classification: 'NodataFailMetric', critical: false, reason };
  return { classification: 'Nodata', critical, reason };
}

function tested({ experiment, control }: KayentaArms, rule: KayentaRule): KayentaClassification {
  const { direction = 'either', critical = false, tolerance = 0.25, confidence = 0.98 } = rule;
  const measure = rule.effectSize ?? 'meanRatio';
  const usual = measure === 'cles' ? 0.5 : 1;
  const { allowed = { decrease: usual, increase: usual }, criticalAt = { decrease: usual, increase: usual } } = rule;
  const noisy = isConstant(experiment) && isConstant(control);
  const shift = mannWhitney(noisy ? vary(experiment) : experiment, noisy ? vary(control) : control, { confidence });
  if (shift === undefined) return { classification: 'Error', critical, reason: 'all observations are tied' };
  const effect = effectSize(experiment, control, measure);
  const classification = classify({ shift, effect, tolerance, direction, allowed });
  const side = classification === 'High' ? 'increase' : 'decrease';
  return {
    classification,
    critical: critical && classification !== 'Pass' && isPast(effect, { bounds: criticalAt, side }),
    ...(classification !== 'Pass' && { reason: `classified ${classification}` }),
    shift,
    ...(effect !== undefined && { effect }),
  };
}

function sameValues(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  const [a, b] = [Float64Array.from(one).toSorted(), Float64Array.from(other).toSorted()];
  return a.every((value, index) => value === b[index]);
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/** Kayenta draws noise with sd = value 1e-5; normal scores have the same spread and give the same answer every time. */
function vary(values: readonly number[]): readonly number[] {
  return values.map((value, index) => value + Math.abs(value) * 1e-5 * normalQuantile((index + 0.5) / values.length));
}
