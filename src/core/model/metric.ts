import * as z from 'zod';
import type { Json } from './document.ts';

/** What a metric is made of; it decides which judges can read it. */
export const METRIC_KINDS = ['proportion', 'count', 'mean', 'histogram', 'value'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/**
 * What one source said about one closed window for one arm.
 * Histogram: `counts[i]` observations <= `bounds[i]` and > the bound before; the last count is what exceeds every bound,
 * so `counts.length === bounds.length + 1`. Latencies are in seconds.
 */
export type Sample =
  | {
      readonly kind: 'proportion';
      readonly bad: number;
      readonly total: number;
    }
  | {
      readonly kind: 'count';
      readonly count: number;
    }
  | {
      readonly kind: 'mean';
      readonly sum: number;
      readonly n: number;
      readonly sumSquares?: number;
    }
  | {
      readonly kind: 'histogram';
      readonly bounds: readonly number[];
      readonly counts: readonly number[];
      readonly sum?: number;
    }
  | {
      readonly kind: 'value';
      readonly value: number;
    };
export const Sample: z.ZodType<Sample> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('proportion'), bad: z.number(), total: z.number() }),
  z.strictObject({ kind: z.literal('count'), count: z.number() }),
  z.strictObject({ kind: z.literal('mean'), sum: z.number(), n: z.number(), sumSquares: z.number().exactOptional() }),
  z.strictObject({
    kind: z.literal('histogram'),
    bounds: z.array(z.number()),
    counts: z.array(z.number()),
    sum: z.number().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('value'), value: z.number() }),
]);

/** A metric as the configuration names it. */
export interface MetricConfig {
  readonly name: string;
  readonly source: string;
  readonly kind: MetricKind;
  readonly unit?: string;
  /** Which direction is good. */
  readonly better: 'lower' | 'higher';
  /** Queries by role (`bad`, `total`, `buckets`, `sum`, `n`, `value`, ...), with `{{version}}` and friends in them. */
  readonly queries: Readonly<Record<string, string>>;
  readonly preset?: string;
  /** How long after a window's end its data is complete, in ms. */
  readonly delay: number;
  /** Whether the queries tell versions (or variants) apart. */
  readonly perVersion: boolean;
  /** Over which time the metric is shown where nobody says, in ms. */
  readonly window?: number;
}

export const ACTIONS = ['notify', 'pause', 'reduce', 'rollback', 'rollback-gradually', 'disable-flags'] as const;
export type Action = (typeof ACTIONS)[number];

/** A judge as it stands in a stored plan. Bounds are in the metric's own unit; rates as fractions of one; durations in ms. */
export interface JudgeSpec {
  /** Unique in its plan: `error-rate below 0.01`. */
  readonly id: string;
  readonly metric: string;
  /** How the metric is read: `p95`, `mean`, `rate`; absent: the metric itself. */
  readonly read?: string;
  readonly kind: (typeof METRIC_KINDS)[number];
  /** The metric's unit, for sentences; absent: seconds for a histogram, none for others. */
  readonly unit?: string;
  /** Which direction of the metric is good; decides which side of a comparison is a regression. */
  readonly better: 'lower' | 'higher';
  readonly rule:
    | {
        readonly type: 'below';
        readonly bound: number;
      }
    | {
        readonly type: 'above';
        readonly bound: number;
      }
    | {
        readonly type: 'compare';
        readonly with: 'stable' | 'baseline' | 'recorded';
        readonly method: 'sequential' | 'regression' | 'mann-whitney';
        readonly tolerance?: number;
        readonly ratio?: number;
        /** The judge's share of the rollout's false-rollback budget, as a fraction; filled in at planning. */
        readonly alpha?: number;
        /** By how much of its planned share the candidate's may differ before arms cannot be compared; absent: nobody asks. */
        readonly sampleRatio?: number;
      };
  /** Only a breach that lasts this long counts, in ms. */
  readonly for?: number;
  /** How many windows may breach before it fails (Argo's failureLimit: fails when more than this breach). */
  readonly failures: number;
  readonly minSamples: number;
  readonly then: (typeof ACTIONS)[number];
  readonly dryRun: boolean;
  readonly source: string;
  readonly delay: number;
  readonly perVersion: boolean;
}
export const JudgeSpec: z.ZodType<JudgeSpec> = z.strictObject({
  id: z.string(),
  metric: z.string(),
  read: z.string().exactOptional(),
  kind: z.enum(METRIC_KINDS),
  unit: z.string().exactOptional(),
  better: z.enum(['lower', 'higher']),
  rule: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('below'), bound: z.number() }),
    z.strictObject({ type: z.literal('above'), bound: z.number() }),
    z.strictObject({
      type: z.literal('compare'),
      with: z.enum(['stable', 'baseline', 'recorded']),
      method: z.enum(['sequential', 'regression', 'mann-whitney']),
      tolerance: z.number().exactOptional(),
      ratio: z.number().exactOptional(),
      alpha: z.number().gt(0).lt(1).exactOptional(),
      sampleRatio: z.number().gt(0).lt(1).exactOptional(),
    }),
  ]),
  for: z.int().exactOptional(),
  failures: z.int().default(0),
  minSamples: z.int().default(500),
  then: z.enum(ACTIONS).default('rollback'),
  dryRun: z.boolean().default(false),
  source: z.string(),
  delay: z.int().default(60_000),
  perVersion: z.boolean().default(true),
});

/** Severities of an anomaly; those of alerts. */
const ANOMALIES = ['low', 'medium', 'high', 'critical'] as const;

export const VERDICTS = ['pass', 'fail', 'undecided', 'no-data', 'not-applicable'] as const;

/** What a judge says of a stage at one look; kept in the rollout with the numbers it saw. */
export interface Verdict {
  readonly judge: string;
  readonly verdict: (typeof VERDICTS)[number];
  readonly then: (typeof ACTIONS)[number];
  readonly dryRun: boolean;
  /** One plain sentence with numbers: `errors 6.1% (46 of 756), allowed below 1%`. */
  readonly because: string;
  readonly samples: number;
  readonly seen: number | null;
  readonly baseline: number | null;
  /** Of a comparison that failed: how severe, by the size of the shown effect. */
  readonly severity?: (typeof ANOMALIES)[number];
  /** End of the last window folded in, ISO. */
  readonly until: string;
}
export const Verdict: z.ZodType<Verdict> = z.strictObject({
  judge: z.string(),
  verdict: z.enum(VERDICTS),
  then: z.enum(ACTIONS),
  dryRun: z.boolean(),
  because: z.string(),
  samples: z.number(),
  seen: z.number().nullable(),
  baseline: z.number().nullable(),
  severity: z.enum(ANOMALIES).exactOptional(),
  until: z.string(),
});

/**
 * What a judge has seen so far: a fold over closed windows in order, each once.
 * Sufficient statistics only, so that a restart loses nothing and the file stays small.
 */
export interface Evidence {
  readonly judge: string;
  /** The stage the windows below belong to. */
  readonly stage: string;
  /** Number of windows of this stage folded in; the next to fold has this index. */
  readonly folded: number;
  /** Of those, how many had an answer. */
  readonly answered: number;
  /** Windows in a row, up to the last folded one, without an answer. */
  readonly silent: number;
  /** Windows that breached, and how long the present run of breaches is (in windows). */
  readonly breaches: number;
  readonly streak: number;
  /** Whether it failed at some window, and at which: decided once, in order of windows. */
  readonly failedAt: number | null;
  readonly candidate: Sample | null;
  readonly baseline: Sample | null;
  /** What a particular judge needs beyond the sums (log e-value, recorded series ...), by name. */
  readonly extra?: Readonly<Record<string, Json>>;
}
export const Evidence: z.ZodType<Evidence> = z.strictObject({
  judge: z.string(),
  stage: z.string(),
  folded: z.int(),
  answered: z.int(),
  silent: z.int(),
  breaches: z.int(),
  streak: z.int(),
  failedAt: z.int().nullable(),
  candidate: Sample.nullable(),
  baseline: Sample.nullable(),
  extra: z.record(z.string(), z.json()).exactOptional(),
});

/** Two samples of one metric as one; of histograms whose bounds differ, and of values, the later. */
export function addSamples(one: Sample | null, other: Sample | null): Sample | null {
  if (!one || !other) return one ?? other;
  if (one.kind === 'proportion' && other.kind === 'proportion')
    return { kind: 'proportion', bad: one.bad + other.bad, total: one.total + other.total };
  if (one.kind === 'count' && other.kind === 'count') return { kind: 'count', count: one.count + other.count };
  if (one.kind === 'mean' && other.kind === 'mean') return addMeans(one, other);
  if (one.kind === 'histogram' && other.kind === 'histogram') return addHistograms(one, other);
  return other;
}

type Of<K extends MetricKind> = Extract<Sample, { kind: K }>;

function addMeans(one: Of<'mean'>, other: Of<'mean'>): Sample {
  const both = { kind: 'mean' as const, sum: one.sum + other.sum, n: one.n + other.n };
  if (one.sumSquares === undefined || other.sumSquares === undefined) return both;
  return { ...both, sumSquares: one.sumSquares + other.sumSquares };
}

function addHistograms(one: Of<'histogram'>, other: Of<'histogram'>): Sample {
  if (one.bounds.length !== other.bounds.length || one.bounds.some((bound, at) => bound !== other.bounds[at]))
    return other;
  const counts = one.counts.map((count, index) => count + (other.counts[index] ?? 0));
  const both = { kind: 'histogram' as const, bounds: one.bounds, counts };
  return one.sum === undefined || other.sum === undefined ? both : { ...both, sum: one.sum + other.sum };
}
