/** What a test of one metric's kind is. */
import type { Evidence } from '../../model/metric.ts';
import type { Answer, StepContext } from '../rule.ts';
import type { Bets } from './bets.ts';
import type { Margin } from './margin.ts';

export interface Tester {
  /** Log evidence, as many numbers for each null hypothesis as it has alternatives; moved by `add`. */
  readonly logs: readonly number[];
  /** One judged window; `evidence` has its sums already. */
  add(evidence: Evidence, answer: Answer): void;
  /** What is kept beside the logs. */
  keep?(): Pick<Bets, 'marks'>;
}

export interface TesterOptions {
  readonly context: StepContext;
  readonly margins: readonly Margin[];
  readonly bets: Bets | undefined;
}
