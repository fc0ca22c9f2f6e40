/** What the plan's stages can see at the traffic that a series shows. */
import { sightOf } from '../judge/forecast/sight.ts';
import { sightRemarks, sightTable } from '../report/sight.ts';
import type { Block } from '../report/report.ts';
import { wholeOf } from './answers.ts';
import type { Plan } from '../model/rollout.ts';
import { sizeOf } from '../judge/read.ts';
import { SECOND } from '../model/time.ts';
import { WHOLE } from '../model/weight.ts';
import { trafficOf } from '../rollout/traffic-seen.ts';
import type { Series } from './series.ts';

/** The usual is what the stable version showed; the traffic is that of both. Nothing where the series has no stable one. */
export function seriesSight({ stages }: Plan, { metrics }: Series): readonly Block[] {
  const recordings = Object.entries(metrics).flatMap(([metric, { stable, candidate }]) => {
    if (!stable) return [];
    const { sample, span } = wholeOf(stable);
    if (!sample) return [];
    const others = candidate ? wholeOf(candidate) : { sample: null, span: 0 };
    const rate = (events: number | null, length: number): number =>
      length > 0 ? ((events ?? 0) * SECOND) / length : 0;
    const own = rate(sizeOf(sample), span);
    const both = own + rate(sizeOf(others.sample), others.span);
    return [{ metric, sample, span, weight: both > 0 ? (own / both) * WHOLE : 0 }];
  });
  const traffic = trafficOf(recordings, 'as the series shows');
  if (!traffic) return [];
  const sight = sightOf({ stages, traffic });
  const table = sightTable(sight, stages);
  const items = sightRemarks(sight, traffic);
  return [...(items.length > 0 ? [{ type: 'list' as const, items }] : []), ...(table ? [table] : [])];
}
