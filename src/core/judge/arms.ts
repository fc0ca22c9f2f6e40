/** What is kept of a comparison's arms beyond their sums: for how much traffic counts were counted, and how the windows of gauges differ. */
import * as z from 'zod';
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';

/** Of the windows' readings, in order: how many, their sum, the sum of their squares, the last, the sum of products of neighbours. */
export type Readings = readonly number[];

/** Of candidate and baseline. */
type Pair<T> = readonly [candidate: T, baseline: T];

export interface Arms {
  /** Of counts: time of an arm as if it had all the traffic, in ms. */
  readonly exposed?: Pair<Milliseconds>;
  /** Of gauges and of means without a spread. */
  readonly readings?: Pair<Readings>;
}
const Numbers = z.array(z.number());
const Arms: z.ZodType<Arms> = z.strictObject({
  exposed: z.tuple([z.number(), z.number()]).exactOptional(),
  readings: z.tuple([Numbers, Numbers]).exactOptional(),
});

const KEY = 'arms';

export function armsOf({ extra }: Pick<Evidence, 'extra'>): Arms {
  return (extra?.[KEY] === undefined ? undefined : Arms.safeParse(extra[KEY]).data) ?? {};
}

export interface Traffic {
  readonly width: Milliseconds;
  readonly weight: Weight;
  readonly stableWeight: Weight;
}

/** A recorded baseline had all the traffic. */
export function baselineWeight({ rule }: JudgeSpec, stableWeight: Weight): Weight {
  return rule.type === 'compare' && rule.with === 'recorded' ? WHOLE : stableWeight;
}

interface Exposing extends Traffic {
  readonly spec: JudgeSpec;
  readonly armsNow?: (() => Arms) | undefined;
}

/** For how much traffic both arms' sums were counted; of evidence that kept none, by the present weights. */
export function exposedOf(evidence: Evidence, { spec, width, weight, stableWeight, armsNow }: Exposing): Pair<number> {
  const kept = (armsNow?.() ?? armsOf(evidence)).exposed;
  if (kept) return kept;
  const span = evidence.answered * width;
  return [(span * weight) / WHOLE, (span * baselineWeight(spec, stableWeight)) / WHOLE];
}

/** At work on the windows of one stage. */
export interface OpenArms {
  add(candidate: Sample, baseline: Sample | null): void;
  readonly now: () => Arms;
  keep(extra: Evidence['extra']): NonNullable<Evidence['extra']>;
}

/** Undefined where there is nothing to keep: bounds, and kinds whose sums tell all. */
export function openArms(before: Evidence, spec: JudgeSpec, traffic: Traffic): OpenArms | undefined {
  if (spec.rule.type !== 'compare') return undefined;
  const kept = armsOf(before);
  if (spec.kind === 'count') return exposures(exposedOf(before, { spec, ...traffic }), spec, traffic);
  if (spec.kind !== 'value' && spec.kind !== 'mean') return undefined;
  const readings: Pair<number[]> = [[...(kept.readings?.[0] ?? [])], [...(kept.readings?.[1] ?? [])]];
  return {
    add(candidate, baseline) {
      addReading(readings[0], readingOf(candidate));
      addReading(readings[1], readingOf(baseline));
    },
    now: () => ({ readings }),
    keep: (extra) =>
      readings.every((one) => one.length === 0) ? { ...extra } : { ...extra, [KEY]: { readings: [...readings] } },
  };
}

function exposures(before: Pair<number>, spec: JudgeSpec, { width, weight, stableWeight }: Traffic): OpenArms {
  let [own, other] = before;
  return {
    add(_, baseline) {
      own += (width * weight) / WHOLE;
      if (baseline) other += (width * baselineWeight(spec, stableWeight)) / WHOLE;
    },
    now: () => ({ exposed: [own, other] }),
    keep: (extra) => ({ ...extra, [KEY]: { exposed: [own, other] } }),
  };
}

/** Undefined where the sums have a spread of their own. */
function readingOf(sample: Sample | null): number | undefined {
  if (sample?.kind === 'value') return sample.value;
  return sample?.kind === 'mean' && sample.sumSquares === undefined && sample.n > 0 ? sample.sum / sample.n : undefined;
}

function addReading(kept: number[], reading: number | undefined): void {
  if (reading === undefined || !Number.isFinite(reading)) return;
  const [n = 0, sum = 0, squares = 0, last = 0, products = 0] = kept;
  const product = n > 0 ? last * reading : 0;
  kept.splice(0, kept.length, n + 1, sum + reading, squares + reading * reading, reading, products + product);
}

/** One series after another. */
export function addReadings(one: Readings | undefined, other: Readings | undefined): Readings | undefined {
  if (!one?.length || !other?.length) return one?.length ? one : other;
  return one.map((value, at) => (at === 3 ? (other[at] ?? 0) : value + (other[at] ?? 0)));
}
