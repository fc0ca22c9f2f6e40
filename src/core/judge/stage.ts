/** All judges of a stage together. */
import type { Action, Evidence, JudgeSpec, Verdict } from '../model/metric.ts';
import { stableWeightOf } from './rule.ts';
import { type FoldOptions, foldAnswers } from './fold.ts';
import { evidenceFor } from './going-on.ts';
import type { StageLook } from './look.ts';
import { verdict } from './verdict.ts';
import { windowsIn } from './window.ts';

/** How hard an action is, softest first; a judge that only notifies holds nothing up. */
const HARDNESS: readonly Action[] = ['notify', 'disable-flags', 'pause', 'reduce', 'rollback-gradually', 'rollback'];

export interface StageVerdict {
  readonly result: 'pass' | 'fail' | 'undecided' | 'no-data';
  /** The judge that decides, and what it asks for; absent where all passed. */
  readonly worst?: Verdict;
  readonly then?: Action;
  /** Every judge that failed and counts or notifies, hardest action first. */
  readonly failed: readonly Verdict[];
}

/**
 * fail before no-data before undecided before pass. `not-applicable` and dry-run judges are shown and not counted;
 * a judge whose action is `notify` is reported in `failed` and holds nothing up.
 */
export function stageVerdict(verdicts: readonly Verdict[]): StageVerdict {
  const shown = verdicts.filter((one) => !one.dryRun && one.verdict !== 'not-applicable');
  const failed = shown.filter((one) => one.verdict === 'fail').toSorted((a, b) => hardness(b.then) - hardness(a.then));
  const counted = shown.filter((one) => one.then !== 'notify');
  const hardest = failed.find((one) => one.then !== 'notify');
  if (hardest) return { result: 'fail', worst: hardest, then: hardest.then, failed };
  for (const word of ['no-data', 'undecided'] as const) {
    const worst = counted.find((one) => one.verdict === word);
    if (worst) return { result: word, worst, failed };
  }
  return { result: 'pass', failed };
}

function hardness(action: Action): number {
  return HARDNESS.indexOf(action);
}

type Answers = Pick<FoldOptions, 'answers' | 'from'>;

/**
 * What sources said at this look, by judge id. Absent: there was nothing to ask, or the source could not be asked and that
 * counts as silence. `unasked`: it could not be asked, and it is too early to call it silent (a first failure, a retry to come).
 */
export type StageAnswers = ReadonlyMap<string, Answers | 'unasked'>;

export interface JudgedStage {
  readonly evidence: readonly Evidence[];
  readonly verdicts: readonly Verdict[];
  readonly stage: StageVerdict;
  /** The bake is over and the last window is closed for every judge: a pass leads on. */
  readonly ended: boolean;
}

/** Folds what was answered and judges the stage; `stage.result` is `pass` only when its time is over. */
export function judgeStage({
  look,
  evidence,
  answers = new Map(),
}: {
  readonly look: StageLook;
  readonly evidence: readonly Evidence[];
  readonly answers?: StageAnswers;
}): JudgedStage {
  const judged = look.judges.map((spec) => {
    const before = evidenceFor(evidence, spec);
    return judgeOne(spec, { look, before, answer: answers.get(spec.id) });
  });
  const verdicts = judged.map((one) => one.verdict);
  const ended = look.now >= look.end && judged.every((one) => one.ended);
  const found = stageVerdict(verdicts);
  return {
    evidence: judged.flatMap((one) => one.evidence ?? []),
    verdicts,
    stage: !ended && found.result === 'pass' ? { ...found, result: 'undecided' } : found,
    ended,
  };
}

interface OneOptions {
  readonly look: StageLook;
  readonly before: Evidence | undefined;
  readonly answer: Answers | 'unasked' | undefined;
}
interface Judged {
  readonly evidence: Evidence | undefined;
  readonly verdict: Verdict;
  readonly ended: boolean;
}
function judgeOne(spec: JudgeSpec, { look, before, answer }: OneOptions): Judged {
  const { stage, width, weight, exposedAt, windows, now, end, steady = true } = look;
  const stableWeight = stableWeightOf(spec, weight, look.copied ?? false);
  const planned = windowsIn(0, look.bake, width);
  const after =
    answer && answer !== 'unasked'
      ? foldAnswers(before, spec, {
          answers: answer.answers,
          from: answer.from ?? (before?.stage === stage ? before.folded : 0),
          stage,
          width,
          weight,
          stableWeight,
          steady,
          planned,
        })
      : before;
  const closed = windowsIn(exposedAt, Math.min(look.watchedUntil, now - spec.delay), width);
  const ended = now >= end && closed >= windows;
  const facts = {
    stage,
    exposedAt,
    width,
    windows,
    closed,
    ended,
    now,
    candidateWeight: weight,
    stableWeight,
    steady,
    planned,
    hasStable: look.hasStable,
    perVersion: spec.perVersion && look.perVersion,
    catchingUp: answer === 'unasked' || (answer !== undefined && answer.answers.length > 0),
  };
  // What was borrowed is nobody's until a window is folded.
  const own = after === before && after?.stage === '' ? undefined : after;
  return { evidence: own, verdict: verdict(spec, after, facts), ended };
}
