/** Evidence as a fold over closed windows: each once, in order, decided at windows and never by looks. */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { type OpenArms, openArms } from './arms.ts';
import { type Draft, countBreach } from './breach.ts';
import { PASSED_SHARE, recordedOf, SPENT } from './recorded.ts';
import { type Answer, type JudgeRule, type OpenFold, ruleKeyOf } from './rule.ts';
import { judgeRules } from './rules.ts';
import { grow, ownSum, type Sum } from './sums.ts';
import { openTrace, traceOf } from './trace.ts';
import { sameBounds, type Unusable, unusableOf, whyUnusable, withUnusable } from './usable.ts';

export interface FoldOptions {
  readonly stage: string;
  /** One for each window, in order. */
  readonly answers: readonly Answer[];
  readonly width: Milliseconds;
  /** Index of the first answer's window; absent: the next to fold. Windows folded before are passed over, a gap folds nothing. */
  readonly from?: number;
  /** The candidate's share of traffic in this stage. */
  readonly weight?: Weight;
  /** The share of the arm that is compared with; absent: all the rest. */
  readonly stableWeight?: Weight;
  /** Whether the stage had that weight from its first window on. */
  readonly steady?: boolean;
  /** Windows of the stage as planned. */
  readonly planned?: number;
}

/** How many windows a stage is taken to have where nobody says. */
const USUAL_WINDOWS = 50;

/**
 * Evidence with more windows in it. Of another stage it begins anew, with what its rule takes over.
 * Any partition of the same windows into looks, late, doubled or overlapping, gives the same evidence.
 */
export function foldAnswers(evidence: Evidence | undefined, spec: JudgeSpec, options: FoldOptions): Evidence {
  const { stage, answers, width, weight = 0 } = options;
  const rule = judgeRules[ruleKeyOf(spec, weight)];
  const before = evidence?.stage === stage ? evidence : begin({ spec, stage, width, rule, previous: evidence });
  const first = options.from ?? before.folded;
  if (first > before.folded || first + answers.length <= before.folded) return before;
  const work = beginWork(before, { spec, rule, options });
  const { logEvidence } = work.open;
  const trace = logEvidence && openTrace(traceOf(before));
  for (let index = before.folded; index < first + answers.length; index++) {
    const answer = answers[index - first];
    if (logEvidence) trace?.reach(index, logEvidence);
    if (answer) foldWindow(work, answer);
  }
  const kept = work.draft.answered === before.answered ? undefined : keptOf(work, before);
  const extra = logEvidence ? trace?.keep(kept ?? before.extra, work.draft.folded, logEvidence) : kept;
  const all = work.unusable ? withUnusable(extra ?? before.extra, work.unusable) : extra;
  return all ? { ...work.draft, extra: all } : work.draft;
}

function keptOf({ open, arms }: Work, before: Evidence): Evidence['extra'] {
  const extra = open.keep?.();
  return arms ? arms.keep(extra ?? before.extra) : extra;
}

/** A fold at work; sums and draft are its own. */
interface Work {
  readonly draft: Draft;
  candidate: Sum | null;
  baseline: Sum | null;
  readonly open: OpenFold;
  readonly arms: OpenArms | undefined;
  readonly needsBaseline: boolean;
  readonly spec: JudgeSpec;
  readonly width: Milliseconds;
  unusable: Unusable | undefined;
}

interface WorkOptions {
  readonly spec: JudgeSpec;
  readonly rule: JudgeRule;
  readonly options: FoldOptions;
}
function beginWork(before: Evidence, { spec, rule, options }: WorkOptions): Work {
  const { width, weight = 0, stableWeight = WHOLE - weight, steady = true, planned = USUAL_WINDOWS } = options;
  const arms = openArms(before, spec, { width, weight, stableWeight });
  const context = {
    spec,
    width,
    weight,
    stableWeight,
    steady,
    planned,
    recorded: recordedOf(before),
    armsNow: arms?.now,
  };
  return {
    draft: { ...before },
    candidate: before.candidate && ownSum(before.candidate),
    baseline: before.baseline && ownSum(before.baseline),
    open: rule.open(before, context),
    arms,
    needsBaseline: rule.needs(spec, weight).baseline,
    spec,
    width,
    unusable: unusableOf(before),
  };
}

/** Evidence that the stage's next window begins anew (its bake was restarted); what its rule takes over is kept. */
export function restartEvidence(evidence: Evidence): Evidence {
  return { ...evidence, stage: '' };
}

/** What was seen of the baseline, and the shares of traffic that were passed over. */
const KEPT_FOR_ANOTHER: readonly string[] = ['width', 'recorded', 'arms', PASSED_SHARE];
/** What was recorded is compared with once more, with what is left of the budget. */
const KEPT_WHEN_FORGOTTEN: readonly string[] = [...KEPT_FOR_ANOTHER, SPENT];

/**
 * Evidence that a person passed over: the next window begins it anew, with nothing of what the candidate showed or what was bet.
 * What was recorded of the baseline is kept, and which stage with all the traffic it was.
 */
export function forgetEvidence(evidence: Evidence): Evidence {
  return onlyWith(KEPT_WHEN_FORGOTTEN, evidence);
}

/** The same for another rule on the same reading: nothing was spent of its budget. */
export function lendEvidence(evidence: Evidence): Evidence {
  return onlyWith(KEPT_FOR_ANOTHER, evidence);
}

function onlyWith(names: readonly string[], evidence: Evidence): Evidence {
  const { extra, ...rest } = restartEvidence(evidence);
  const kept = Object.entries(extra ?? {}).filter(([name]) => names.includes(name));
  const begun = { ...rest, breaches: 0, streak: 0, failedAt: null, candidate: null };
  return kept.length > 0 ? { ...begun, extra: Object.fromEntries(kept) } : begun;
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

function foldWindow(work: Work, answer: Answer): void {
  const { draft, spec } = work;
  draft.folded += 1;
  const candidate = usable(answer.candidate, work.candidate, work);
  const baseline = usable(answer.baseline, work.baseline, work);
  if (!candidate || (work.needsBaseline && !baseline)) {
    draft.silent += 1;
    return;
  }
  const compare = spec.rule.type === 'compare';
  draft.answered += 1;
  draft.silent = 0;
  work.candidate = grow(work.candidate, summand(candidate, compare));
  if (baseline) work.baseline = grow(work.baseline, summand(baseline, compare));
  draft.candidate = work.candidate;
  draft.baseline = work.baseline;
  work.arms?.add(candidate, baseline);
  countBreach(draft, work.open.step(draft, { candidate, baseline }), work);
}

/** The sample, if it is one: another kind than the metric's is none, nor is one that cannot be or cannot be added. */
function usable(sample: Sample | null, sum: Sum | null, work: Work): Sample | null {
  if (sample?.kind !== work.spec.kind) return null;
  const because =
    whyUnusable(sample) ?? (sameBounds(sample, sum) ? undefined : 'the boundaries of its buckets changed');
  if (because === undefined) return sample;
  work.unusable = { windows: (work.unusable?.windows ?? 0) + 1, because };
  return null;
}

/** A gauge has no sum; compared ones are averaged over the windows, so that one odd window does not decide. */
function summand(sample: Sample, compare: boolean): Sample {
  if (!compare || sample.kind !== 'value') return sample;
  return { kind: 'mean', sum: sample.value, n: 1 };
}
