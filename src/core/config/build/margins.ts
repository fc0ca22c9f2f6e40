/** What a comparison is allowed: margins with which it could never fail, or would fail what is as good, are refused. */
import type { MetricConfig } from '../../model/metric.ts';
import type { JudgePart } from '../part/analysis.ts';
import type { Findings, Remark } from '../problem.ts';
import type { Path } from '../tree.ts';

interface Margins {
  readonly ratio?: number | undefined;
  /** In the metric's unit. */
  readonly tolerance?: number | undefined;
}

interface Context {
  readonly metric: MetricConfig;
  readonly part: JudgePart;
  readonly path: Path;
  readonly findings: Findings;
}

/** Whether both make sense for the metric; what does not is a problem, with the range and what was probably meant. */
export function sensibleMargins({ ratio, tolerance }: Margins, { metric, part, path, findings }: Context): boolean {
  const wrong = [
    ['ratio', ratio === undefined ? undefined : oddRatio(ratio, metric)] as const,
    ['tolerance', tolerance === undefined ? undefined : oddTolerance(tolerance, { metric, part })] as const,
  ];
  for (const [key, remark] of wrong) if (remark) findings.problem([...path, key], remark);
  return wrong.every(([, remark]) => remark === undefined);
}

function oddRatio(ratio: number, { name, better }: MetricConfig): Remark | undefined {
  const lower = better === 'lower';
  if (lower ? ratio >= 1 : ratio > 0 && ratio <= 1) return undefined;
  const expected = lower
    ? 'at least `1`: `1.2` lets it be 20% more'
    : 'more than `0` and at most `1`: `0.8` lets it be 20% less';
  const never = !lower && ratio <= 0;
  const because = never
    ? 'it could never fail'
    : `${lower ? 'less' : 'more'} of \`${name}\` is better, and a version that is as good as the stable one would fail`;
  const turned = ratio > 0 ? Number((1 / ratio).toPrecision(3)) : undefined;
  return {
    message: `\`ratio\` is \`${ratio}\`: ${because}: expected ${expected}`,
    found: String(ratio),
    expected,
    ...(turned !== undefined && { hint: `did you mean \`${turned}\`?` }),
  };
}

function oddTolerance(tolerance: number, { metric, part }: Pick<Context, 'metric' | 'part'>): Remark | undefined {
  const written = part.tolerance?.written ?? String(tolerance);
  const say = (because: string, expected: string): Remark => ({
    message: `\`tolerance\` is \`${written}\`: ${because}: expected ${expected}`,
    found: written,
    expected,
  });
  if (tolerance < 0)
    return say(
      'a version that is as good as the stable one would fail',
      `how much worse is still as good, such as \`${written.replace(/^-/, '')}\``,
    );
  if (metric.kind === 'proportion' && tolerance >= 1)
    return say('no rate can be worse by that much, so it could never fail', 'less than `100%`, such as `0.3%`');
  return undefined;
}

/** A budget of nothing could never fail anything; one of a half says nothing. */
export function sensibleBudget(budget: number | undefined, findings: Findings): void {
  if (budget === undefined || (budget > 0 && budget < 0.5)) return;
  const found = `${Number((100 * budget).toPrecision(6))}%`;
  const because =
    budget > 0 ? 'every other good rollout would go back' : 'no comparison could ever be sure enough to fail';
  const expected = 'more than `0%` and less than `50%`, such as `5%`';
  findings.problem(['analysis', 'false-rollbacks'], {
    message: `\`false-rollbacks\` is \`${found}\`: ${because}: expected ${expected}`,
    found,
    expected,
  });
}
