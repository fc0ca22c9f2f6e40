/** What a sequential judge keeps of its bets between looks: a few numbers that JSON carries exactly. */
import type { Json } from '../../model/document.ts';
import type { Evidence } from '../../model/metric.ts';

export interface Bets {
  /** Log evidence: for each null hypothesis as many numbers as it has alternatives. */
  readonly logs: readonly number[];
  /** What was learnt in earlier stages: sums of the candidate, or log evidence. */
  readonly earlier?: readonly number[];
  /** What the stage goes on with: boundaries chosen, sums of differences. */
  readonly marks?: readonly number[];
  /** How much more windows differ than independent requests would (dispersion.ts). */
  readonly spread?: readonly number[];
  /** By how much the log evidence is divided for it; absent: 1. */
  readonly dispersion?: number;
  /** The same with the candidate's numbers at their best, from where shares of traffic were found to be off. */
  readonly atBest?: Bets;
  /** The highest log evidence, once it was enough to fail. */
  readonly peak?: number;
}

const KEY = 'bets';

export function betsOf({ extra }: Pick<Evidence, 'extra'>): Bets | undefined {
  return readBets(extra?.[KEY]);
}

function readBets(found: unknown): Bets | undefined {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
  const { logs, earlier, marks, spread, dispersion, peak, atBest } = found as Readonly<Record<string, unknown>>;
  if (!isNumbers(logs)) return undefined;
  const best = readBets(atBest);
  return {
    logs,
    ...(isNumbers(earlier) && { earlier }),
    ...(isNumbers(marks) && { marks }),
    ...(isNumbers(spread) && { spread }),
    ...(typeof dispersion === 'number' && dispersion >= 1 && { dispersion }),
    ...(best && { atBest: best }),
    ...(typeof peak === 'number' && { peak }),
  };
}

export function withBets(extra: Evidence['extra'], bets: Bets): NonNullable<Evidence['extra']> {
  return { ...extra, [KEY]: asJson(bets) };
}

function asJson({ atBest, ...bets }: Bets): { readonly [name: string]: Json } {
  return atBest ? { ...bets, atBest: asJson(atBest) } : { ...bets };
}

function isNumbers(found: unknown): found is readonly number[] {
  return Array.isArray(found) && found.every((one) => typeof one === 'number');
}

/** ln of the mean of exp(logs[from] ... logs[to - 1]): every alternative has the same prior weight. */
export function mixture(logs: readonly number[], from: number, to: number): number {
  let most = -Infinity;
  for (let index = from; index < to; index++) most = Math.max(most, logs[index] ?? 0);
  if (most === -Infinity) return most;
  let sum = 0;
  for (let index = from; index < to; index++) sum += Math.exp((logs[index] ?? 0) - most);
  return most + Math.log(sum / (to - from));
}

/** ln of the evidence against all null hypotheses: the weakest counts, since each has to fall. */
export function logEvidence(logs: readonly number[], hypotheses: number): number {
  const each = logs.length / hypotheses;
  let least = Infinity;
  for (let index = 0; index < hypotheses; index++)
    least = Math.min(least, mixture(logs, index * each, (index + 1) * each));
  return least;
}

/** Whether the evidence has reached a bound, without exponentials where the largest alternative says it already. */
export function reaches(logs: readonly number[], hypotheses: number, bound: number): boolean {
  const each = logs.length / hypotheses;
  for (let index = 0; index < hypotheses; index++) {
    let most = -Infinity;
    for (let at = index * each; at < (index + 1) * each; at++) most = Math.max(most, logs[at] ?? 0);
    if (most < bound) return false;
  }
  return logEvidence(logs, hypotheses) >= bound;
}
