/** Which test a metric's kind has, and what every test is. */
import type { Evidence } from '../../model/metric.ts';
import type { Answer, StepContext } from '../rule.ts';
import type { Bets } from './bets.ts';
import { countTester } from './count.ts';
import { type Margin, marginsOf } from './margin.ts';
import { meanTester } from './mean.ts';
import { proportionTester } from './proportion.ts';
import { shareTester } from './share.ts';

export interface Tester {
  /** Log evidence, as many numbers for each null hypothesis as it has alternatives; moved by `add`. */
  readonly logs: readonly number[];
  /** Right for any number of observations: a failure need not wait for `min-samples`. */
  readonly exact: boolean;
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

export function testerOf(context: StepContext, bets: Bets | undefined): Tester {
  const options: TesterOptions = { context, bets, margins: marginsOf(context.spec) };
  const { kind } = context.spec;
  if (kind === 'proportion') return proportionTester(options);
  if (kind === 'count') return countTester(options);
  return kind === 'histogram' && context.spec.read !== 'mean' ? shareTester(options) : meanTester(options);
}

/** Whether a comparison of this kind is right for any number of observations. */
export function isExact({ kind, read }: StepContext['spec']): boolean {
  return kind === 'proportion' || kind === 'count' || (kind === 'histogram' && read !== 'mean');
}
