/** What a kind of judge is: rules plug in by their key and are run by `foldAnswers` and `verdict`. */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import type { Arms } from './arms.ts';
import type { Recorded } from './recorded.ts';

export const RULES = ['threshold', 'regression', 'sequential', 'mann-whitney', 'guarded-regression'] as const;
export type RuleKey = (typeof RULES)[number];

/** What both arms' sources said of one closed window; null: nothing (or the arm was not asked). */
export interface Answer {
  readonly candidate: Sample | null;
  readonly baseline: Sample | null;
}

export interface StepContext {
  readonly spec: JudgeSpec;
  readonly width: Milliseconds;
  readonly weight: Weight;
  /** The share of the arm that is compared with. */
  readonly stableWeight: Weight;
  /** The weight is the stage's own: not while it is reduced, when earlier windows had more. */
  readonly steady: boolean;
  /** How many windows the stage has as planned, without pauses and extensions. */
  readonly planned: number;
  /** What `start` kept from earlier stages, decoded once a fold. */
  readonly recorded: Recorded | undefined;
  /** While a fold works: what is kept of the arms, with the window that is judged. */
  readonly armsNow?: (() => Arms) | undefined;
}

/** What a rule says of one window; the fold counts breaches. */
export interface Step {
  /** Undefined: the window says nothing, a run of breaches is neither longer nor over. */
  readonly breach: boolean | undefined;
  /** Enough was seen for a breach to count as a failure. */
  readonly enough: boolean;
}

/** A window that says nothing. */
export const NO_STEP: Step = { breach: undefined, enough: true };

/** A rule at work on some windows of one stage, in order. */
export interface OpenFold {
  /** One judged window: `evidence` has its sums already, and is the fold's own: it must not be kept. */
  step(evidence: Evidence, answer: Answer): Step;
  /** What the rule keeps beyond the sums; absent: what it began with. */
  keep?(): NonNullable<Evidence['extra']>;
  /** ln of the evidence as it stands, of rules that have one: the fold keeps a trace of it. */
  readonly logEvidence?: () => number;
}

/** What a rule says of its evidence; the frame (no data, coverage, end of the bake) is put around it by `verdict`. */
export interface Seen {
  readonly seen: number | null;
  readonly baseline: number | null;
  /** `min-samples` is reached, on every arm that counts. */
  readonly enough: boolean;
  /** What was seen and what is allowed, with numbers. */
  readonly because: string;
  /** Samples of each arm that a pass needs, where that is more than `min-samples`. */
  readonly needed?: number;
  /** Why no test was made at all, in words: then it is no pass. */
  readonly missing?: string;
  /** Why the arms cannot be compared at all now: no pass, and a reason to pause at once. */
  readonly withheld?: string;
}

export interface JudgeRule {
  readonly key: RuleKey;
  /** Which arms a window needs so that it counts as judged. */
  needs(spec: JudgeSpec, weight: Weight): { readonly candidate: true; readonly baseline: boolean };
  /** What the first window of a stage begins with, taken over from the stage before. */
  start(spec: JudgeSpec, previous: Evidence | undefined, width: Milliseconds): Evidence['extra'];
  /** Begins to work on more windows of the stage that `before` is of. */
  open(before: Evidence, context: StepContext): OpenFold;
  verdict(evidence: Evidence, context: StepContext): Seen;
}

/** The share of the arm that a judge compares with: the rest, or a copy's, which is as large as the candidate's. */
export function stableWeightOf({ rule }: JudgeSpec, weight: Weight, copied: boolean): Weight {
  if (!copied) return WHOLE - weight;
  const withCopy = (rule.type === 'compare' && rule.with === 'baseline') || 2 * weight >= WHOLE;
  return withCopy ? weight : WHOLE - 2 * weight;
}

/**
 * Which rule judges a spec at a weight. With all the traffic there is no second arm: a comparison becomes a regression against the
 * windows kept from before, guarded by chance where it would not have failed by chance below. A recorded baseline is compared by
 * regression at any weight: its traffic is of another time.
 */
export function ruleKeyOf({ rule }: JudgeSpec, weight: Weight): RuleKey {
  if (rule.type !== 'compare') return 'threshold';
  if (rule.method === 'regression' || (rule.method === 'sequential' && rule.with === 'recorded')) return 'regression';
  return weight >= WHOLE ? 'guarded-regression' : rule.method;
}
