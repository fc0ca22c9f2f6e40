/**
 * Counts without totals: errors, crashes, sign-ups. What is compared are rates as if an arm had all the traffic. Without a tolerance the
 * bet knows only whose each event was, so that the base rate may do what it likes: Lindon and Malek, arXiv 2011.03567.
 */
import type { Sample } from '../../model/metric.ts';
import { SECOND } from '../../model/time.ts';
import { WHOLE } from '../../model/weight.ts';
import { RATIOS, beginLogs } from './alternatives.ts';
import { bet } from './bet.ts';
import { addWindow, beginPlaces, dispersionOf } from './dispersion.ts';
import type { Tester, TesterOptions } from './tester.ts';

const EACH = RATIOS.length + 1;

export function countTester({ context, margins, bets }: TesterOptions): Tester {
  const { width, weight, stableWeight } = context;
  const logs = beginLogs(bets?.logs, margins.length * EACH);
  const size = ((weight / WHOLE) * width) / SECOND;
  const stableSize = ((stableWeight / WHOLE) * width) / SECOND;
  const spread = beginPlaces(bets?.spread, 1);
  const place = { kept: spread, index: 0 };
  const recordedCount = countOf(context.recorded?.sample ?? null);
  const recordedSize = (context.recorded?.span ?? 0) / SECOND;
  return {
    logs,
    add(evidence, answer) {
      if (!context.steady) return;
      const windows = evidence.answered - 1;
      const block = { bad: countOf(answer.candidate), size, stableBad: countOf(answer.baseline), stableSize };
      const past = {
        bad: countOf(evidence.candidate) - block.bad,
        size: windows * size,
        stableBad: countOf(evidence.baseline) - block.stableBad,
        stableSize: windows * stableSize,
      };
      // What was recorded had other weights: good enough to guess a base rate by while there is nothing else.
      const known = windows > 0 ? past : { ...past, stableBad: recordedCount, stableSize: recordedSize };
      addWindow(place, block, true);
      for (let index = 0; index < margins.length; index++) {
        const margin = margins[index];
        if (margin) bet(logs, index * EACH, { block, past: known, margin, ratios: RATIOS, events: 'poisson' });
      }
    },
    dispersion: () => dispersionOf(place),
    keep: () => ({ spread }),
  };
}

function countOf(sample: Sample | null): number {
  return sample?.kind === 'count' && sample.count > 0 ? sample.count : 0;
}
