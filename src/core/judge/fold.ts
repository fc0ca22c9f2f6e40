/** Evidence as a fold over closed windows: each once, in order, decided at windows and never by looks. */
import { type Evidence, type JudgeSpec, type Sample, addSamples } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Weight } from '../model/weight.ts';
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
  let folded = evidence?.stage === stage ? evidence : begin({ spec, stage, width, rule, previous: evidence });
  const first = from ?? folded.folded;
  if (first > folded.folded) return folded;
  const context = { spec, width, weight, recorded: recordedOf(folded) };
  for (const answer of answers.slice(folded.folded - first))
    folded = foldWindow(folded, answer, { ...context, index: folded.folded, rule });
  return folded;
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

function foldWindow(evidence: Evidence, answer: Answer, context: StepContext & { readonly rule: JudgeRule }): Evidence {
  const { spec, rule, weight, index } = context;
  const needs = rule.needs(spec, weight);
  const judged = fits(answer.candidate, spec) && (!needs.baseline || fits(answer.baseline, spec));
  if (!judged) return { ...evidence, folded: index + 1, silent: evidence.silent + 1 };
  const compare = spec.rule.type === 'compare';
  const summed: Evidence = {
    ...evidence,
    folded: index + 1,
    answered: evidence.answered + 1,
    silent: 0,
    candidate: addSamples(evidence.candidate, summand(answer.candidate, compare)),
    baseline: addSamples(evidence.baseline, summand(fits(answer.baseline, spec) ? answer.baseline : null, compare)),
  };
  return rule.step(summed, answer, context);
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
