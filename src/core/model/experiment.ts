/** `experiments/<key>.json`: a flag's variants compared, and the sums of what was seen of them. */
import * as z from 'zod';
import { Actor } from './actor.ts';
import { type FlagEnvironment, Serve } from './flag.ts';
import { Name } from './names.ts';
import { Instant } from './time.ts';
import { Weight } from './weight.ts';

export const EXPERIMENT_KINDS = ['proportion', 'mean', 'ratio', 'count', 'quantile'] as const;
export type ExperimentKind = (typeof EXPERIMENT_KINDS)[number];
export const ROLES = ['goal', 'guardrail', 'secondary'] as const;

/** One metric of an experiment, fixed when it is created. Effects and margins are relative to the control: 0.02 is 2 %. */
export interface ExperimentMetric {
  readonly name: string;
  readonly role: (typeof ROLES)[number];
  readonly kind: ExperimentKind;
  readonly better: 'lower' | 'higher';
  /** Guardrail: how much worse is still as good; it must be shown that it is not worse than that. Absent: it must not be shown to be worse. */
  readonly margin?: number;
  /** The smallest effect worth seeing, for the power forecast. */
  readonly effect?: number;
  /** Which quantile, from 0 to 1; only of kind `quantile`. */
  readonly q?: number;
  /** Its usual value under control (and variance, where the kind has one of its own), for the power forecast. */
  readonly usual?: { readonly mean: number; readonly variance?: number };
}
export const ExperimentMetric: z.ZodType<ExperimentMetric> = z.strictObject({
  name: Name,
  role: z.enum(ROLES),
  kind: z.enum(EXPERIMENT_KINDS),
  better: z.enum(['lower', 'higher']),
  margin: z.number().min(0).exactOptional(),
  effect: z.number().exactOptional(),
  q: z.number().gt(0).lt(1).exactOptional(),
  usual: z.strictObject({ mean: z.number(), variance: z.number().min(0).exactOptional() }).exactOptional(),
});

/** Sums of one quantity over units. */
export interface Sums {
  readonly sum: number;
  readonly sumSquares: number;
}
const Sums: z.ZodType<Sums> = z.strictObject({ sum: z.number(), sumSquares: z.number() });

/**
 * What was seen of one metric in one variant, as sufficient statistics; `n` counts units (users).
 * `covariate` is the same quantity before the experiment began (CUPED). A count of which only the events are known has no `n`, and is
 * compared with the split; with `n` and `sumSquares` (of the users' own counts) it is a mean over users.
 * Histogram: `counts[i]` observations <= `bounds[i]` and > the bound before; the last count is what exceeds every bound.
 */
export type MetricSums =
  | { readonly kind: 'proportion'; readonly n: number; readonly successes: number }
  | {
      readonly kind: 'mean';
      readonly n: number;
      readonly sum: number;
      readonly sumSquares: number;
      readonly covariate?: Sums & { readonly sumOfProducts: number };
    }
  | {
      readonly kind: 'ratio';
      readonly n: number;
      readonly numerator: Sums;
      readonly denominator: Sums;
      readonly sumOfProducts: number;
    }
  | { readonly kind: 'count'; readonly count: number; readonly n?: number; readonly sumSquares?: number }
  | { readonly kind: 'quantile'; readonly bounds: readonly number[]; readonly counts: readonly number[] };
export const MetricSums: z.ZodType<MetricSums> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('proportion'), n: z.number().min(0), successes: z.number().min(0) }),
  z.strictObject({
    kind: z.literal('mean'),
    n: z.number().min(0),
    sum: z.number(),
    sumSquares: z.number(),
    covariate: z.strictObject({ sum: z.number(), sumSquares: z.number(), sumOfProducts: z.number() }).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('ratio'),
    n: z.number().min(0),
    numerator: Sums,
    denominator: Sums,
    sumOfProducts: z.number(),
  }),
  z.strictObject({
    kind: z.literal('count'),
    count: z.number().min(0),
    n: z.number().min(0).exactOptional(),
    sumSquares: z.number().min(0).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('quantile'), bounds: z.array(z.number()), counts: z.array(z.number()) }),
]);

/** Everything a decision about an experiment is made on. */
export interface ExperimentData {
  /** Where it is from: `file orders.csv`, `source prometheus`, `events`. */
  readonly from: string;
  readonly until: Instant;
  /** By variant: users who were assigned it and seen, and the metrics' sums. */
  readonly variants: Readonly<
    Record<string, { readonly users: number; readonly metrics: Readonly<Record<string, MetricSums>> }>
  >;
  /** Units that were seen in more than one variant; they are left out of all sums. */
  readonly crossed: number;
}
export const ExperimentData: z.ZodType<ExperimentData> = z.strictObject({
  from: z.string(),
  until: Instant,
  variants: z.record(z.string(), z.strictObject({ users: z.number(), metrics: z.record(z.string(), MetricSums) })),
  crossed: z.int().min(0),
});

export const EXPERIMENT_VERDICTS = [
  /** Too few users or too little time, or the intervals still hold both answers. */
  'collecting',
  /** A goal is won and no guardrail lost. */
  'won',
  /** Users do not arrive by the split: nothing can be read from the numbers. */
  'sample-ratio',
  /** A guardrail is shown to be worse than allowed. */
  'guardrail-lost',
  /** The goal is shown to be worse. */
  'lost',
] as const;
export type ExperimentVerdict = (typeof EXPERIMENT_VERDICTS)[number];

/** What was decided, on which numbers; kept with them, so that it can be recomputed. */
export interface ExperimentDecision {
  readonly at: Instant;
  readonly by: Actor;
  readonly verdict: ExperimentVerdict;
  /** The variant that won, or that was shipped. */
  readonly variant?: string;
  /** Treatments of which a guardrail is lost while others go on; each has its alert. */
  readonly harmed?: readonly string[];
  /** One plain sentence with numbers. */
  readonly because: string;
  readonly data: ExperimentData;
}
export const ExperimentDecision: z.ZodType<ExperimentDecision> = z.strictObject({
  at: Instant,
  by: Actor,
  verdict: z.enum(EXPERIMENT_VERDICTS),
  variant: z.string().exactOptional(),
  harmed: z.array(z.string()).exactOptional(),
  because: z.string(),
  data: ExperimentData,
});

export const EXPERIMENT_STATES = ['draft', 'running', 'stopped', 'shipped'] as const;

type Holdouts = NonNullable<FlagEnvironment['holdouts']>;
const HOLDOUTS: z.ZodType<Holdouts> = z.array(z.strictObject({ name: Name, percent: Weight }));

export interface Experiment {
  readonly schemaVersion: 1;
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  readonly hypothesis?: string;
  readonly owner?: string;
  readonly created: Instant;
  readonly flag: string;
  readonly environment: string;
  readonly state: (typeof EXPERIMENT_STATES)[number];
  /** Shares of 100,000 in order; the first is the control. */
  readonly variants: readonly (readonly [string, Weight])[];
  /** The attribute whose values are assigned; absent: the targeting key (the user). */
  readonly by?: string;
  /** Raised to assign anew: with the flag's key the salt of the split. */
  readonly generation: number;
  /**
   * Mutual exclusion: how many slots of a layer that the configuration names; which ones, and of which generation, is drawn at
   * the start and never given away again.
   */
  readonly layer?: {
    readonly name: string;
    readonly count: number;
    readonly generation?: number;
    readonly slots: readonly string[];
  };
  /** Holdouts of the configuration whose users stay out. */
  readonly holdouts: readonly string[];
  readonly metrics: readonly ExperimentMetric[];
  /** The chance that a variant which is no better is called better, over all goals and variants, at any number of looks. */
  readonly alpha: number;
  /** Users of two variants at which intervals are tightest: drawn from the configuration at the start, and not changed by looking. */
  readonly tuning?: number;
  readonly started?: Instant;
  readonly stopped?: Instant;
  /** The flag's environment before the start, for `stop`; null: the flag did not name it. */
  readonly before?: {
    readonly enabled: boolean;
    readonly serve: Serve;
    readonly holdouts?: Holdouts;
  } | null;
  readonly decision?: ExperimentDecision;
  /** The rollout that ships the winner. */
  readonly rollout?: string;
}
export const Experiment: z.ZodType<Experiment> = z.strictObject({
  schemaVersion: z.literal(1),
  key: Name,
  name: z.string().exactOptional(),
  description: z.string().exactOptional(),
  hypothesis: z.string().exactOptional(),
  owner: z.string().exactOptional(),
  created: Instant,
  flag: Name,
  environment: Name,
  state: z.enum(EXPERIMENT_STATES),
  variants: z.array(z.tuple([z.string(), Weight])).min(2),
  by: z.string().exactOptional(),
  generation: z.int().min(0),
  layer: z
    .strictObject({
      name: Name,
      count: z.int().min(1),
      generation: z.int().min(1).exactOptional(),
      slots: z.array(z.string()).default([]),
    })
    .exactOptional(),
  holdouts: z.array(Name).default([]),
  metrics: z.array(ExperimentMetric),
  alpha: z.number().gt(0).lt(1),
  tuning: z.number().gt(0).exactOptional(),
  started: Instant.exactOptional(),
  stopped: Instant.exactOptional(),
  before: z
    .strictObject({ enabled: z.boolean(), serve: Serve, holdouts: HOLDOUTS.exactOptional() })
    .nullable()
    .exactOptional(),
  decision: ExperimentDecision.exactOptional(),
  rollout: z.string().exactOptional(),
});
