/** Descriptions of samples, effect sizes and outliers as canary judges use them. */
import { impossible, mustBeFinite } from './impossible.ts';

/** The values from low to high. Throws StatisticsError on one that is not finite. */
export function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values, (value) => mustBeFinite(value, 'a value')).toSorted();
}

/** The arithmetic mean; `undefined` of nothing. */
function meanOfValues(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + mustBeFinite(value, 'a value'), 0) / values.length;
}

/**
 * The `p`-th percentile (0 to 100) by linear interpolation, type 7 of Hyndman and Fan 1996, the default of R: h = (n-1)p/100,
 * x[floor h] + (h - floor h)(x[floor h + 1] - x[floor h]). `undefined` of nothing. Throws StatisticsError on a p outside 0 to 100.
 */
export function percentile(values: readonly number[], p: number): number | undefined {
  return percentileOfSorted(sorted(values), p);
}

function percentileOfSorted(values: Float64Array, p: number): number | undefined {
  if (!(p >= 0 && p <= 100)) impossible(`a percentile must lie in 0 to 100, found ${p}`);
  const h = ((values.length - 1) * p) / 100;
  const below = values[Math.floor(h)];
  const above = values[Math.ceil(h)];
  return below === undefined || above === undefined ? undefined : below + (h - Math.floor(h)) * (above - below);
}

/** Cohen's d, without a sign: |mean1 - mean2| over the pooled standard deviation; `undefined` where nothing varies. */
export function cohenD(experiment: readonly number[], control: readonly number[]): number | undefined {
  const difference = Math.abs((meanOfValues(experiment) ?? NaN) - (meanOfValues(control) ?? NaN));
  const dof = experiment.length + control.length - 2;
  const pooled = (squaresAround(experiment) + squaresAround(control)) / dof;
  return pooled > 0 && Number.isFinite(difference) && dof > 0 ? difference / Math.sqrt(pooled) : undefined;
}

function squaresAround(values: readonly number[]): number {
  const mean = meanOfValues(values) ?? 0;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** mean(experiment)/mean(control); `undefined` where either mean is 0 or missing, as Kayenta's NaN. */
export function meanRatio(experiment: readonly number[], control: readonly number[]): number | undefined {
  const [above, below] = [meanOfValues(experiment), meanOfValues(control)];
  return above === undefined || below === undefined || above === 0 || below === 0 ? undefined : above / below;
}

/**
 * The common language effect size: the share of pairs in which the experiment lies above the control, ties half; 0.5 is no
 * difference. `undefined` for an empty arm. Source: McGraw, Wong 1992; equal to (2 R1 - m(m+1))/(2nm) with the rank sum R1.
 */
export function commonLanguage(experiment: readonly number[], control: readonly number[]): number | undefined {
  if (experiment.length === 0 || control.length === 0) return undefined;
  const [x, y] = [sorted(experiment), sorted(control)];
  let [below, upTo, wins] = [0, 0, 0];
  for (const value of x) {
    while (below < y.length && (y[below] as number) < value) below++;
    while (upTo < y.length && (y[upTo] as number) <= value) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (x.length * y.length);
}

export interface Fences {
  /** How many interquartile ranges away from the quartiles a value must lie. */
  readonly factor: number;
  /** Never calls a value between the 1st and the 99th percentile an outlier. */
  readonly reduceSensitivity?: boolean;
}
/**
 * Indexes of the values beyond Q1 - factor IQR or Q3 + factor IQR (type 7 quartiles, strictly beyond). Source: Tukey 1977;
 * Kayenta's IQRDetector. Throws StatisticsError on values that are not finite.
 */
export function iqrOutliers(
  values: readonly number[],
  { factor, reduceSensitivity = false }: Fences,
): readonly number[] {
  const ordered = sorted(values);
  const at = (p: number): number => percentileOfSorted(ordered, p) ?? 0;
  const range = factor * (at(75) - at(25));
  const low = reduceSensitivity ? Math.min(at(1), at(25) - range) : at(25) - range;
  const high = reduceSensitivity ? Math.max(at(99), at(75) + range) : at(75) + range;
  return indexesOf(values, (value) => value < low || value > high);
}

/** Indexes of the values further than `k` population standard deviations from the mean. Source: Kayenta's KSigmaDetector. */
export function kSigmaOutliers(values: readonly number[], k: number): readonly number[] {
  const mean = meanOfValues(values) ?? 0;
  const deviation = Math.sqrt(squaresAround(values) / values.length);
  return indexesOf(values, (value) => Math.abs(value - mean) > k * deviation);
}

function indexesOf(values: readonly number[], matches: (value: number) => boolean): readonly number[] {
  return values.flatMap((value, index) => (matches(value) ? [index] : []));
}
