/** Evidence as a fold over closed windows: each once, in order, decided at windows and never by looks. */
import { type Evidence, type JudgeSpec, type Sample, addSamples } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Weight } from '../model/weight.ts';
import { type Draft, countBreach } from './breach.ts';
import { recordedOf } from './recorded.ts';
import { type Answer, type JudgeRule, type StepContext, ruleKeyOf } from './rule.ts';
import { judgeRules } from './rules.ts';

export interface FoldOptions {
  readonly stage: string;
  /** One for each window, in order. */
  readonly answers: readonly Answer[];
  readonly width: Milliseconds;
  /** Index of the first answer's window; absent: the next to fold. Windows folded before are passed over, a gap folds nothing. */
  readonly from?: number;
  /** The candidate's share of traffic in this stage. */
  readonly weight?: Weight;
}

/**
 * Evidence with more windows in it. Of another stage it begins anew, with what its rule takes over.
 * Any partition of the same windows into looks, late, doubled or overlapping, gives the same evidence.
 */
export function foldAnswers(
  evidence: Evidence | undefined,
  spec: JudgeSpec,
  { stage, answers, width, from, weight = 0 }: FoldOptions,
): Evidence {
  const rule = judgeRules[ruleKeyOf(spec, weight)];
  const before = evidence?.stage === stage ? evidence : begin({ spec, stage, width, rule, previous: evidence });
  const first = from ?? before.folded;
  if (first > before.folded) return before;
  const draft: Draft = { ...before };
  const recorded = recordedOf(before);
  for (let index = before.folded; index < first + answers.length; index++) {
    const answer = answers[index - first];
    if (answer) foldWindow(draft, answer, { spec, width, weight, recorded, index, rule });
  }
  return draft;
}

/** Evidence that the stage's next window begins anew (its bake was restarted); what its rule takes over is kept. */
export function restartEvidence(evidence: Evidence): Evidence {
  return { ...evidence, stage: '' };
}

interface BeginOptions {
  readonly spec: JudgeSpec;
  readonly stage: string;
  readonly width: Milliseconds;
  readonly rule: JudgeRule;
  readonly previous: Evidence | undefined;
}
function begin({ spec, stage, width, rule, previous }: BeginOptions): Evidence {
  const extra = rule.start(spec, previous, width);
  return {
    judge: spec.id,
    stage,
    folded: 0,
    answered: 0,
    silent: 0,
    breaches: 0,
    streak: 0,
    failedAt: null,
    candidate: null,
    baseline: null,
    ...(extra && { extra }),
  };
}

function foldWindow(draft: Draft, answer: Answer, context: StepContext & { readonly rule: JudgeRule }): void {
  const { spec, rule, weight } = context;
  draft.folded += 1;
  const judged = fits(answer.candidate, spec) && (!rule.needs(spec, weight).baseline || fits(answer.baseline, spec));
  if (!judged) {
    draft.silent += 1;
    return;
  }
  const compare = spec.rule.type === 'compare';
  draft.answered += 1;
  draft.silent = 0;
  draft.candidate = addSamples(draft.candidate, summand(answer.candidate, compare));
  if (fits(answer.baseline, spec)) draft.baseline = addSamples(draft.baseline, summand(answer.baseline, compare));
  const step = rule.step(draft, answer, context);
  if (step.extra) draft.extra = step.extra;
  countBreach(draft, step, context);
}

/** An answer of another kind than the metric's is none. */
function fits(sample: Sample | null, spec: JudgeSpec): boolean {
  return sample?.kind === spec.kind;
}

/** A gauge has no sum; compared ones are averaged over the windows, so that one odd window does not decide. */
function summand(sample: Sample | null, compare: boolean): Sample | null {
  if (!compare || sample?.kind !== 'value') return sample;
  return { kind: 'mean', sum: sample.value, n: 1 };
}
