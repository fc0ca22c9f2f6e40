/** What a comparison lacks for a test, beyond samples: where none was made a judge never passes. */
import type { Evidence, JudgeSpec } from '../../model/metric.ts';
import type { Bets } from './bets.ts';
import { boundaryWords, whyNoBoundary } from './boundaries.ts';
import { whyNotTested } from './differences.ts';
import { marginsOf } from './margin.ts';
import { whySpreadless } from './mean.ts';
import { isExact } from './testers.ts';

/** In words; undefined where a test was made. */
export function missingOf(spec: JudgeSpec, evidence: Evidence, bets: Bets | undefined): string | undefined {
  const { baseline } = evidence;
  if (!isExact(spec)) return byWindows(evidence) ? whyNotTested(bets?.marks) : whySpreadless(evidence);
  if (baseline?.kind !== 'histogram') return undefined;
  return whyNoBoundary(baseline, { spec, margins: marginsOf(spec), marks: bets?.marks ?? [] });
}

/** A gauge, or a mean without sums of squares: windows are the sample. */
function byWindows({ candidate, baseline }: Evidence): boolean {
  const isPlain = (sample: Evidence['candidate']): boolean =>
    sample?.kind === 'mean' && sample.sumSquares === undefined;
  return isPlain(candidate) || isPlain(baseline);
}

/** What has to be said of how a quantile was compared; mostly nothing. */
export function comparedWords(spec: JudgeSpec, { candidate }: Evidence, bets: Bets | undefined): string {
  if (spec.kind !== 'histogram' || !isExact(spec) || candidate?.kind !== 'histogram') return '';
  return boundaryWords(candidate, { spec, margins: marginsOf(spec), marks: bets?.marks ?? [] });
}
