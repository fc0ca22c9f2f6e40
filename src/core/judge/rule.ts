/** What a kind of judge is: rules plug in by their key and are run by `foldAnswers` and `verdict`. */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import type { Recorded } from './recorded.ts';

export const RULES = ['threshold', 'regression', 'sequential', 'mann-whitney'] as const;
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
  /** Index of the window. */
  readonly index: number;
  /** What `start` kept from earlier stages, decoded once a fold. */
  readonly recorded: Recorded | undefined;
}

/** What a rule says of one window; the fold counts breaches. */
export interface Step {
  /** Undefined: the window says nothing, a run of breaches is neither longer nor over. */
  readonly breach: boolean | undefined;
  /** Enough was seen for a breach to count as a failure. */
  readonly enough: boolean;
  /** What the rule keeps beyond the sums; absent: as before. */
  readonly extra?: NonNullable<Evidence['extra']>;
}

/** What a rule says of its evidence; the frame (no data, coverage, end of the bake) is put around it by `verdict`. */
export interface Seen {
  readonly seen: number | null;
  readonly baseline: number | null;
  /** `min-samples` is reached, on every arm that counts. */
  readonly enough: boolean;
  /** What was seen and what is allowed, with numbers. */
  readonly because: string;
}

export interface JudgeRule {
  readonly key: RuleKey;
  /** Not built yet: it collects sums, and decides nothing. */
  readonly later?: string;
  /** Which arms a window needs so that it counts as judged. */
  needs(spec: JudgeSpec, weight: Weight): { readonly candidate: true; readonly baseline: boolean };
  /** What the first window of a stage begins with, taken over from the stage before. */
  start(spec: JudgeSpec, previous: Evidence | undefined, width: Milliseconds): Evidence['extra'];
  /** One judged window: `evidence` has its sums already, and is the fold's own: it must not be kept. */
  step(evidence: Evidence, answer: Answer, context: StepContext): Step;
  verdict(evidence: Evidence, context: Omit<StepContext, 'index'>): Seen;
}

/**
 * Which rule judges a spec at a weight. With all the traffic there is no second arm: a comparison becomes a regression against
 * the windows kept from before. A recorded baseline is compared by regression as well: its traffic is of another time.
 */
export function ruleKeyOf({ rule }: JudgeSpec, weight: Weight): RuleKey {
  if (rule.type !== 'compare') return 'threshold';
  if (rule.method === 'sequential' && (weight >= WHOLE || rule.with === 'recorded')) return 'regression';
  return weight >= WHOLE ? 'regression' : rule.method;
}
