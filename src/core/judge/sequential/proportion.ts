/** Proportions: every window is a block of trials. */
import type { Evidence, Sample } from '../../model/metric.ts';
import { RATIOS, beginLogs } from './alternatives.ts';
import { type Block, bet } from './bet.ts';
import { addWindow, beginPlaces, dispersionOf } from './dispersion.ts';
import type { Tester, TesterOptions } from './tester.ts';

const EACH = RATIOS.length + 1;
const TIMES = 5;
const MORE = 5;

export function proportionTester({ context, margins, bets }: TesterOptions): Tester {
  const logs = beginLogs(bets?.logs, margins.length * EACH);
  const [earlierBad = 0, earlierTotal = 0] = bets?.earlier ?? [];
  const spread = beginPlaces(bets?.spread, 1);
  const place = { kept: spread, index: 0 };
  const recorded = partsOf(context.recorded?.sample ?? null);
  let [stableBad = recorded.bad] = bets?.marks ?? [];
  return {
    logs,
    add(evidence, answer) {
      const block = blockOf(answer.candidate, answer.baseline);
      const sums = blockOf(evidence.candidate, evidence.baseline);
      const past = {
        bad: sums.bad - block.bad + earlierBad,
        size: sums.size - block.size + earlierTotal,
        stableBad,
        stableSize: sums.stableSize - block.stableSize + recorded.total,
      };
      stableBad += usualPart(block, past);
      addWindow(place, block);
      for (let index = 0; index < margins.length; index++) {
        const margin = margins[index];
        if (margin) bet(logs, index * EACH, { block, past, margin, ratios: RATIOS, events: 'trials' });
      }
    },
    dispersion: () => dispersionOf(place),
    keep: () => ({ spread, marks: [stableBad] }),
  };
}

/**
 * A window's bad events of the stable version, as far as they teach what is usual: at most five times what was expected and five more (so
 * of good ones), so that one incident does not make every later window look healthy. Bets may know of the past whatever they like.
 */
function usualPart({ stableBad: bad, stableSize: size }: Block, past: Block): number {
  if (!(past.stableSize > 0)) return bad;
  const most = (events: number): number => (TIMES * size * (events + 0.5)) / (past.stableSize + 1) + MORE;
  return Math.max(size - most(past.stableSize - past.stableBad), Math.min(bad, most(past.stableBad)));
}

/** The candidate's sums, to go on learning from in the next stage. */
export function proportionsSoFar({ candidate }: Evidence, earlier: readonly number[] = []): readonly number[] {
  const { bad, total } = partsOf(candidate);
  return [bad + (earlier[0] ?? 0), total + (earlier[1] ?? 0)];
}

const NOTHING = { bad: 0, total: 0 };

/** Sources that extrapolate may give more bad events than events. */
function partsOf(sample: Sample | null): { readonly bad: number; readonly total: number } {
  if (sample?.kind !== 'proportion' || !(sample.total > 0)) return NOTHING;
  const { bad, total } = sample;
  return bad >= 0 && bad <= total ? sample : { bad: bad > total ? total : 0, total };
}

function blockOf(candidate: Sample | null, baseline: Sample | null): Block {
  const one = partsOf(candidate);
  const other = partsOf(baseline);
  return { bad: one.bad, size: one.total, stableBad: other.bad, stableSize: other.total };
}
