/** A decision that was made again, laid beside the one that was committed: byte for byte. */
import { type DiffLine, diffLines } from '../report/diff.ts';
import type { Verdict } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';

type Text = string | null;

/** A file of a commit: as its parent has it, as it was committed, and as it comes out now; null: it is not there. */
export interface FileAgain {
  readonly path: string;
  readonly before: Text;
  readonly committed: Text;
  readonly again: Text;
}

/** Files whose text today's decision would write otherwise. */
export function differing(files: readonly FileAgain[]): readonly FileAgain[] {
  return files.filter(({ committed, again }) => committed !== again);
}

const CONTEXT = 2;

/** The lines that differ with a little around them: `before` is what was committed, `after` what comes out now. */
export function excerptOf({ committed, again }: FileAgain): { readonly before: string; readonly after: string } {
  const lines = diffLines(committed ?? '', again ?? '');
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' ');
  const kept = lines.filter((_, index) => near(index));
  return { before: side(kept, '+'), after: side(kept, '-') };
}

function side(lines: readonly DiffLine[], other: DiffLine['sign']): string {
  return lines.flatMap(({ sign, text }) => (sign === other ? [] : [text])).join('\n');
}

/** What one judge said then and says now. */
export interface JudgeDiffers {
  readonly judge: string;
  readonly committed: string;
  readonly again: string;
}

/** The first judge, in the order of the plan, whose verdict is not the one committed; undefined: they all say the same. */
export function firstJudge(committed: Rollout, again: Rollout): JudgeDiffers | undefined {
  const [then, now] = [verdictsOf(committed), verdictsOf(again)];
  const judges = [...new Set([...then.keys(), ...now.keys()])];
  const judge = judges.find((one) => words(then.get(one)) !== words(now.get(one)));
  return judge === undefined ? undefined : { judge, committed: words(then.get(judge)), again: words(now.get(judge)) };
}

/** Of the stage users are in, else of the one that was left last. */
function verdictsOf({ verdicts, stages }: Rollout): ReadonlyMap<string, Verdict> {
  const said =
    verdicts.length > 0 ? verdicts : (stages.findLast((record) => record.verdicts.length > 0)?.verdicts ?? []);
  return new Map(said.map((one) => [one.judge, one]));
}

function words(verdict: Verdict | undefined): string {
  return verdict ? `${verdict.verdict}: ${verdict.because}` : 'says nothing';
}
