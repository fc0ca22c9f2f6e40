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
  /** How many times as much the stable version's windows differ as independent requests would, at least 1; absent: not measured. */
  dispersion?(): number;
  /** What is kept beside the logs. */
  keep?(): Pick<Bets, 'marks' | 'spread'>;
}

export interface TesterOptions {
  readonly context: StepContext;
  readonly margins: readonly Margin[];
  readonly bets: Bets | undefined;
}
