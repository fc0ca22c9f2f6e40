/** How Kayenta makes a score and a verdict of classified metrics. */
import { impossible } from '../../statistics/impossible.ts';
import {
  type KayentaArms,
  type KayentaClassification,
  type KayentaRule,
  kayentaClassify,
  kayentaPrepare,
} from './kayenta.ts';

export interface KayentaMetric extends KayentaArms, KayentaRule {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Of 100. */
export interface KayentaThresholds {
  readonly pass: number;
  readonly marginal: number;
}

export interface KayentaInput {
  readonly metrics: readonly KayentaMetric[];
  /** In per cent; groups without one share what is left. */
  readonly groupWeights?: Readonly<Record<string, number>>;
  readonly thresholds: KayentaThresholds;
}

export interface KayentaMetricResult extends KayentaClassification {
  readonly name: string;
  readonly groups: readonly string[];
  readonly muted: boolean;
}
export interface KayentaGroup {
  readonly name: string;
  /** Passed metrics in per cent of those that had data; 0 without data. */
  readonly score: number;
  readonly weight: number;
  readonly noData: boolean;
}
export interface KayentaResult {
  readonly classification: 'Pass' | 'Marginal' | 'Fail';
  readonly score: number;
  /** Why the score was set to 0. */
  readonly reason?: string;
  readonly groups: readonly KayentaGroup[];
  readonly metrics: readonly KayentaMetricResult[];
}

/**
 * The whole judge: prepare, classify, score, compare with the thresholds (score >= pass: Pass, >= marginal: Marginal, else Fail).
 * The score is the weighted sum of the groups, to 2 decimals; it is 0 where a critical metric failed or had no data, and where half of
 * the metrics had none. Conflict in the original, kept: a group without any data shows 0 but adds 100 to the sum, so that it neither
 * helps nor harms. Throws StatisticsError on weights below 0 or above 100 in sum. Source: NetflixACAJudge, WeightedSumScorer.
 */
export function kayentaJudge({ metrics, groupWeights = {}, thresholds }: KayentaInput): KayentaResult {
  const results = metrics.map(judgeMetric);
  const scored = results.filter(({ muted }) => !muted);
  const groups = groupsOf(scored, groupWeights);
  const reason = zeroBecause(scored);
  const sum = groups.reduce((whole, { score, weight, noData }) => whole + ((noData ? 100 : score) * weight) / 100, 0);
  const score = reason === undefined ? Math.round(sum * 100) / 100 : 0;
  const classification = score >= thresholds.pass ? 'Pass' : score >= thresholds.marginal ? 'Marginal' : 'Fail';
  return { classification, score, ...(reason !== undefined && { reason }), groups, metrics: results };
}

function judgeMetric(metric: KayentaMetric): KayentaMetricResult {
  const arms = {
    experiment: kayentaPrepare(metric.experiment, metric),
    control: kayentaPrepare(metric.control, metric),
  };
  return {
    name: metric.name,
    groups: metric.groups,
    muted: metric.muted ?? false,
    ...kayentaClassify(arms, metric),
  };
}

function zeroBecause(scored: readonly KayentaMetricResult[]): string | undefined {
  const failed = scored.find(({ critical, classification }) => critical && classification !== 'Pass');
  if (failed) return `critical metric ${failed.name}: ${failed.classification}`;
  const silent = scored.filter(({ classification }) => classification === 'Nodata').length;
  return silent >= scored.length / 2 ? `${silent} of ${scored.length} metrics had no data` : undefined;
}

function groupsOf(
  scored: readonly KayentaMetricResult[],
  weights: Readonly<Record<string, number>>,
): readonly KayentaGroup[] {
  const given = Object.values(weights);
  const sum = given.reduce((whole, weight) => whole + weight, 0);
  if (!given.every((weight) => weight >= 0) || !(sum <= 100))
    impossible('group weights must be at least 0 and 100 in sum');
  const names = [...new Set(scored.flatMap(({ groups }) => groups))];
  const weightOf = (name: string): number | undefined => (Object.hasOwn(weights, name) ? weights[name] : undefined);
  const share = (100 - sum) / names.filter((name) => weightOf(name) === undefined).length;
  return names.map((name) => {
    const classes = scored.filter(({ groups }) => groups.includes(name)).map(({ classification }) => classification);
    const counted = classes.filter((each) => each !== 'Nodata' && each !== 'Error');
    const passed = classes.filter((each) => each === 'Pass').length;
    const noData = counted.length === 0;
    return { name, score: noData ? 0 : (100 * passed) / counted.length, weight: weightOf(name) ?? share, noData };
  });
}

/**
 * The end of a run with several judgements: only the last one counts. Conflict in the original, kept: a score *equal* to `marginal`
 * fails here, though the documentation lets it go on. Without thresholds a run passes; without a judgement it does not.
 */
export function kayentaRunPasses(scores: readonly number[], thresholds?: KayentaThresholds): boolean {
  const last = scores.at(-1);
  if (last === undefined) return false;
  return thresholds === undefined || (last > thresholds.marginal && last >= thresholds.pass);
}
