/** A gauge, or a mean without its spread: the windows themselves are the sample, and what is tested is the mean of their differences. */
import { readSample } from '../read.ts';
import type { Answer } from '../rule.ts';
import type { Bets } from './bets.ts';
import type { Margin } from './margin.ts';
import { logMixture, rhoFor } from '../../statistics/normal-mixture.ts';

/** Fewer windows than this, counted as independent ones, say nothing asymptotically. */
export const FEWEST_WINDOWS = 20;
/** Tightest after so many windows. */
const TUNED_AT = 60;
/** Numbers kept for each null hypothesis: n, sum, sum of squares, the last one, sum of products of neighbours. */
const KEPT = 5;

export interface Differences {
  add(answer: Answer): void;
  /** ln E of the null hypothesis with that index. */
  log(index: number): number;
  keep(): Pick<Bets, 'marks'>;
}

interface Options {
  readonly kept: readonly number[] | undefined;
  readonly alpha: number;
  readonly sided: 1;
}

export function differences(margins: readonly Margin[], { kept, ...tuning }: Options): Differences {
  const sums = kept?.length === margins.length * KEPT ? [...kept] : [];
  const rho = rhoFor({ vOpt: TUNED_AT, ...tuning });
  return {
    add(answer) {
      const seen = readSample(answer.candidate, 'mean', 0);
      const usual = readSample(answer.baseline, 'mean', 0);
      if (seen === null || usual === null || !Number.isFinite(seen - usual)) return;
      margins.forEach(({ sign, ratio, tolerance }, index) => {
        addTo(sums, index * KEPT, sign * (seen - ratio * usual) - tolerance);
      });
    },
    log: (index) => logOf(sums.slice(index * KEPT, (index + 1) * KEPT), rho),
    keep: () => (sums.length > 0 ? { marks: sums } : {}),
  };
}

function addTo(sums: number[], at: number, difference: number): void {
  const [n = 0, sum = 0, squares = 0, last = 0, products = 0] = sums.slice(at, at + KEPT);
  const product = n > 0 ? last * difference : 0;
  const next = [n + 1, sum + difference, squares + difference * difference, difference, products + product];
  next.forEach((value, index) => (sums[at + index] = value));
}

/** Evidence of windows that never differ from each other: one that is worse by chance half the time would be so n times in a row. */
export const EACH_OF_THE_SAME: number = Math.LN2;

function logOf(sums: readonly number[], rho: number): number {
  const [n = 0, sum = 0] = sums;
  if (n < FEWEST_WINDOWS) return 0;
  const mean = sum / n;
  const around = spreadAround(sums);
  if (around === 0) return mean > 0 ? n * EACH_OF_THE_SAME : 0;
  const independent = independentOf(sums, around);
  const dof = independent - 1;
  if (independent < FEWEST_WINDOWS) return 0;
  const z = normalOf(mean / Math.sqrt(around / (n - 1) / independent), dof);
  return logMixture({ s: z * Math.sqrt(n), v: n, rho, sided: 1 });
}

/** Student's t as a normal z by Wallace's formula (1959), good to 0.002 from 2 degrees on. */
export function normalOf(t: number, dof: number): number {
  return Math.sign(t) * ((8 * dof + 1) / (8 * dof + 3)) * Math.sqrt(dof * Math.log1p((t * t) / dof));
}

/** Sum of squares around the mean; 0 where only rounding is left of it. */
export function spreadAround([n = 0, sum = 0, squares = 0]: readonly number[]): number {
  const around = squares - (sum * sum) / n;
  return around > 1e-12 * squares ? around : 0;
}

/**
 * Windows are neighbours: by the correlation f of each with the next (a first-order autoregression) n of them tell as much as
 * n (1-f)/(1+f) independent ones.
 */
export function independentOf([n = 0, sum = 0, , , products = 0]: readonly number[], around: number): number {
  const mean = sum / n;
  const short = (products - (n - 1) * mean * mean) / around;
  // Of n windows the correlation is estimated too small by about (1 + 3f)/n: Marriott and Pope, 1954.
  const f = Math.min(0.99, Math.max(0, short + (1 + 3 * Math.max(0, short)) / n));
  return (n * (1 - f)) / (1 + f);
}

/** Why the differences kept were not tested; undefined where they were. */
export function whyNotTested(kept: readonly number[] = []): string | undefined {
  for (let at = 0; at < Math.max(1, kept.length); at += KEPT) {
    const sums = kept.slice(at, at + KEPT);
    const [n = 0] = sums;
    if (n < FEWEST_WINDOWS) return `${n} windows, ${FEWEST_WINDOWS} are needed for a test`;
    const around = spreadAround(sums);
    if (around === 0) continue;
    const independent = Math.floor(independentOf(sums, around));
    if (independent < FEWEST_WINDOWS)
      return `${n} windows resemble their neighbours so much that they count as ${independent}, ${FEWEST_WINDOWS} are needed for a test`;
  }
  return undefined;
}
