/**
 * Histograms read as a quantile: at a few bucket boundaries around it, the share of slower ones among the candidate's is compared with
 * that among the stable version's, each a comparison of proportions. Which boundaries, the past alone decides (boundaries.ts).
 */
import type { Sample } from '../../model/metric.ts';
import { SHARE_RATIOS, beginLogs } from './alternatives.ts';
import { bet } from './bet.ts';
import { BOUNDARIES, above, candidateIndex, chooseMarks, isSettled, tailOf } from './boundaries.ts';
import { addWindow, beginPlaces, clearPlaces, dispersionOf } from './dispersion.ts';
import { sameBounds } from '../usable.ts';
import type { Tester, TesterOptions } from './tester.ts';

type Histogram = Extract<Sample, { kind: 'histogram' }>;

const EACH = SHARE_RATIOS.length + 1;

export function shareTester({ context, margins, bets }: TesterOptions): Tester {
  const { spec, recorded } = context;
  const tail = tailOf(spec.read);
  let marks: readonly number[] = bets?.marks ?? [];
  const logs = beginLogs(bets?.logs, margins.length * BOUNDARIES * EACH);
  const spread = beginPlaces(bets?.spread, margins.length * BOUNDARIES);
  /** Until enough is known, each window chooses again: a bet may know all of the past. */
  const choose = (past: Histogram): void => {
    if (marks.length > 0 && isSettled(past, tail)) return;
    const chosen = chooseMarks(past, tail, margins);
    if (marks.length > 0 && chosen.some((mark, at) => mark !== marks[at])) clearPlaces(spread);
    marks = chosen;
  };
  return {
    logs,
    add(evidence, answer) {
      const { candidate, baseline } = answer;
      if (candidate?.kind !== 'histogram' || baseline?.kind !== 'histogram') return;
      const sums = evidence.baseline?.kind === 'histogram' ? evidence.baseline : baseline;
      const own = evidence.candidate?.kind === 'histogram' ? evidence.candidate : candidate;
      const past = fitting(recorded?.sample, baseline);
      choose(earlierThan(sums, baseline, past));
      const size = above(candidate, 0);
      const stableSize = above(baseline, 0);
      const sizes = [above(own, 0) - size, above(sums, 0) - stableSize + (past ? above(past, 0) : 0)] as const;
      for (let index = 0; index < marks.length * margins.length; index++) {
        const margin = margins[Math.floor(index / marks.length)];
        const mark = marks[index % marks.length];
        if (!margin || mark === undefined) continue;
        const from = baseline.bounds.indexOf(mark);
        const reached = candidateIndex(candidate.bounds, mark, margin);
        if (from < 0 || reached === undefined) continue;
        const bad = above(candidate, reached + 1);
        const stableBad = above(baseline, from + 1);
        const first = Math.floor(index / marks.length) * BOUNDARIES + (index % marks.length);
        const block = { bad, size, stableBad, stableSize };
        addWindow({ kept: spread, index: first }, block);
        bet(logs, first * EACH, {
          block,
          past: {
            bad: above(own, reached + 1) - bad,
            size: sizes[0],
            stableBad: above(sums, from + 1) - stableBad + (past ? above(past, from + 1) : 0),
            stableSize: sizes[1],
          },
          margin: { sign: margin.sign, ratio: 1, tolerance: 0 },
          ratios: SHARE_RATIOS,
          events: 'trials',
        });
      }
    },
    dispersion: () =>
      most(logs.flatMap((_, at) => (at % EACH === 0 ? [dispersionOf({ kept: spread, index: at / EACH })] : []))),
    keep: () => (marks.length > 0 ? { marks, spread } : {}),
  };
}

/** One factor for all boundaries, the largest: divided each by its own, evidence below 1 would gain. */
function most(factors: readonly number[]): number {
  return factors.reduce((one, other) => Math.max(one, other), 1);
}

/** What was recorded with other boundaries cannot be added. */
function fitting(recorded: Sample | undefined, baseline: Histogram): Histogram | undefined {
  return recorded?.kind === 'histogram' && sameBounds(recorded, baseline) ? recorded : undefined;
}

function earlierThan(sums: Histogram, window: Histogram, past: Histogram | undefined): Histogram {
  const counts = sums.counts.map((count, index) => count - (window.counts[index] ?? 0) + (past?.counts[index] ?? 0));
  return { ...sums, counts };
}
