/** Which test a metric's kind has. */
import type { JudgeSpec } from '../../model/metric.ts';
import { countTester } from './count.ts';
import { meanTester } from './mean.ts';
import { proportionTester } from './proportion.ts';
import { shareTester } from './share.ts';
import type { Tester, TesterOptions } from './tester.ts';

export function testerOf(options: TesterOptions): Tester {
  const { spec } = options.context;
  if (!isExact(spec)) return meanTester(options);
  if (spec.kind === 'proportion') return proportionTester(options);
  return spec.kind === 'count' ? countTester(options) : shareTester(options);
}

/** Whether a comparison of this kind is right for any number of observations: then a failure need not wait for `min-samples`. */
export function isExact({ kind, read }: Pick<JudgeSpec, 'kind' | 'read'>): boolean {
  return kind === 'proportion' || kind === 'count' || (kind === 'histogram' && read !== 'mean');
}
