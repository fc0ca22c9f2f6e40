/**
 * While the arms' shares of traffic are off a failure counts only if it also follows with the candidate's numbers at their best. What is
 * bet on those begins where shares were found to be off, one window later: a bet knows the past alone.
 */
import type { Evidence, JudgeSpec } from '../../model/metric.ts';
import { alphaOf } from '../alpha.ts';
import type { Answer, StepContext } from '../rule.ts';
import { atBest, isFavourable, sampleRatioOff } from '../sample-ratio.ts';
import { type Bets, betsOf, reaches } from './bets.ts';
import { type Margin, marginsOf } from './margin.ts';
import type { Tester } from './tester.ts';
import { testerOf } from './testers.ts';

export interface Shares {
  add(evidence: Evidence, answer: Answer): void;
  /** Arms cannot be compared as they are. */
  off(): boolean;
  /** Whether the evidence at the candidate's best reaches a bound. */
  reaches(bound: number): boolean;
  keep(): Pick<Bets, 'atBest'>;
}

interface Options {
  readonly before: Evidence;
  readonly kept: Bets | undefined;
  readonly context: StepContext;
  readonly margins: readonly Margin[];
  /** The test of the numbers as they are. */
  readonly plain: Tester;
}

export function openShares({ before, kept, context, margins, plain }: Options): Shares {
  const begin = (bets: Bets): Tester => testerOf({ context, margins, bets });
  let best = kept?.atBest && begin(kept.atBest);
  let off = sampleRatioOff(before, context) !== undefined;
  return {
    add(evidence, answer) {
      if (off && isFavourable(context.spec)) {
        best ??= begin({ logs: [], ...plain.keep?.(), spread: [] });
        best.add(atBest(evidence, context), atBest(answer, context));
      }
      off = sampleRatioOff(evidence, context) !== undefined;
    },
    off: () => off,
    reaches: (bound) => best !== undefined && reaches(best.logs, margins.length, bound),
    keep: () => (best ? { atBest: { logs: best.logs, ...best.keep?.() } } : {}),
  };
}

/** That a failure counts although shares of traffic are off; empty where that is not asked. */
export function atBestWords(spec: JudgeSpec, evidence: Evidence): string {
  const best = evidence.failedAt === null ? undefined : betsOf(evidence)?.atBest;
  if (!best || !reaches(best.logs, marginsOf(spec).length, -Math.log(alphaOf(spec)))) return '';
  return '; so it is even with all that its share of traffic is off by counted in its favour';
}
