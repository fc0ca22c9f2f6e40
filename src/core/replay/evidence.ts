/** Evidence folded again from its source, beside the one that was committed. */
import { sizeOf } from '../judge/read.ts';
import { printLine } from '../model/document.ts';
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import { plural } from '../report/words.ts';

/** How a source's answer of today compares. */
export type EvidenceAnswer = 'same' | 'unreachable' | 'forgotten' | 'otherwise';

export interface EvidenceAgain {
  readonly judge: string;
  readonly source: string;
  readonly answer: EvidenceAnswer;
  /** A line for people. */
  readonly sentence: string;
}

export interface Folds {
  readonly spec: JudgeSpec;
  readonly before: Evidence | undefined;
  readonly committed: Evidence | undefined;
  /** As the source tells it today. */
  readonly again: Evidence | undefined;
}

/** One judge's evidence; undefined where the decision folded no window of it. */
export function evidenceAgain({ spec, before, committed, again }: Folds): EvidenceAgain | undefined {
  if (!committed) return undefined;
  const known = before?.stage === committed.stage ? before.folded : 0;
  const windows = committed.folded - known;
  if (windows <= 0) return undefined;
  const answer = compare(committed, again);
  return { judge: spec.id, source: spec.source, answer, sentence: sentence(answer, { spec, windows }) };
}

function compare(committed: Evidence, again: Evidence | undefined): EvidenceAnswer {
  if (!again || again.stage !== committed.stage || again.folded < committed.folded) return 'unreachable';
  if (printLine(committed) === printLine(again)) return 'same';
  const fewer = (sizeOf(again.candidate) ?? 0) < (sizeOf(committed.candidate) ?? 0);
  return again.answered < committed.answered || fewer ? 'forgotten' : 'otherwise';
}

function sentence(
  answer: EvidenceAnswer,
  { spec, windows }: { readonly spec: JudgeSpec; readonly windows: number },
): string {
  const which = `${spec.id}, ${plural(windows, 'window')}`;
  switch (answer) {
    case 'same':
      return `${which}: the same evidence, folded again from ${spec.source}`;
    case 'forgotten':
      return `${which}: ${spec.source} no longer knows all of that time; the evidence is the committed one`;
    case 'otherwise':
      return `${which}: ${spec.source} tells of that time otherwise now (numbers that came late?); the evidence is the committed one`;
    case 'unreachable':
      return `${which}: ${spec.source} cannot be asked from here; the evidence is the committed one`;
  }
}
