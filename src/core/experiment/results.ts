/** What an analysis says of an experiment, as data. */
import type { ExperimentMetric, ExperimentVerdict } from '../model/experiment.ts';
import type { Weight } from '../model/weight.ts';
import type { Bounds } from './measure.ts';

/** The report of one look at the end: Welch's t test of the difference in the metric's own unit. Not what decides. */
export interface FixedTest {
  readonly difference: number;
  readonly standardError: number;
  readonly t: number;
  readonly dof: number;
  readonly p: number;
  /** Over all goals and treatments (Holm); of other roles `p` itself. */
  readonly adjusted: number;
  readonly lower: number;
  readonly upper: number;
  /** Of the interval: 0.95. */
  readonly level: number;
  readonly winner?: string;
}

/**
 * `better` and `worse` are shown, for a guardrail `worse` than its margin allows; `as-good`: a guardrail is shown to be within its
 * margin; `nothing-seen`: it shows no difference of which a margin could be a part, and stops no winner; `open`: none of them; `no-data`: nothing can be said.
 */
export type ArmResult = 'better' | 'worse' | 'as-good' | 'nothing-seen' | 'open' | 'no-data';

/** A treatment beside the control. Effects are relative to the control, in the metric's own direction. */
export interface Arm {
  readonly variant: string;
  readonly value?: number;
  /** Who has a number of the metric; absent of counts whose users are not known. */
  readonly users?: number;
  /** At any number of looks; of a guardrail each end one-sided. */
  readonly effect?: Bounds;
  /** The factor of the covariate from before (CUPED). */
  readonly theta?: number;
  readonly result: ArmResult;
  readonly fixed?: FixedTest;
  /** The chance that it is better than the control, with a flat prior. */
  readonly chance?: number;
}

export interface MetricResult extends Pick<ExperimentMetric, 'name' | 'role' | 'kind' | 'better' | 'margin' | 'q'> {
  /** The part of the error level that each treatment has. */
  readonly alpha: number;
  readonly control: { readonly variant: string; readonly value?: number; readonly users?: number };
  /** Of a count only its events are known: it is taken as Poisson. */
  readonly isSummed?: true;
  readonly arms: readonly Arm[];
}

/** Whether users arrive by the split: a sequential multinomial test decides, chi-square stands beside it. */
export interface RatioResult {
  readonly p: number;
  readonly chiSquare: number;
  readonly mismatch: boolean;
}

export interface VariantUsers {
  readonly variant: string;
  readonly users: number;
  readonly weight: Weight;
}

export interface Analysis {
  readonly experiment: string;
  readonly from: string;
  readonly until: string;
  readonly users: readonly VariantUsers[];
  readonly crossed: number;
  readonly ratio: RatioResult;
  readonly metrics: readonly MetricResult[];
  readonly ruling: Ruling;
}

/** The verdict on all of it. */
export interface Ruling {
  readonly verdict: ExperimentVerdict;
  /** The winner, or the treatment that is worse. */
  readonly variant?: string;
  readonly because: string;
  /** Treatments of which a guardrail is lost, each with its sentence. */
  readonly harmed: readonly { readonly variant: string; readonly because: string }[];
  /** What must come before anybody can win, as sentences. */
  readonly missing: readonly string[];
}
