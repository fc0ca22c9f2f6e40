/** What the plans of a configuration can see, pair by pair: for `check` and `init`. */
import { type Facts, pairKey } from '../facts.ts';
import { type Traffic, sightOf } from '../judge/forecast/sight.ts';
import type { Config } from '../model/config.ts';
import type { Block } from '../report/report.ts';
import { byChanceWords, sightRemarks } from '../report/sight.ts';
import { planFor } from './plan.ts';
import { trafficGiven } from './traffic-seen.ts';

export interface PlanSight {
  /** `service/environment`. */
  readonly pair: string;
  readonly traffic: Traffic;
  readonly sentences: readonly string[];
  /** Of bounds that what is usual crosses by chance. */
  readonly warnings: readonly string[];
}

interface Known {
  /** `--traffic` and `--errors`, as the command has them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly recorded?: Facts['traffic'];
}

/** Only pairs whose traffic is known, and that can be planned at all. */
export function planSights(config: Config, { options, recorded = {} }: Known): readonly PlanSight[] {
  const pairs = Object.entries(config.servicesByEnvironment).flatMap(([environment, services]) =>
    Object.keys(services).map((service) => ({ service, environment })),
  );
  return pairs.flatMap((pair) => {
    const traffic = trafficGiven(options, recorded[pairKey(pair)]);
    if (!traffic) return [];
    const planned = planFor({ config, ...pair, kind: 'deploy' });
    if (!planned.ok) return [];
    const { stages } = planned.plan;
    // What is out of reach is warned of elsewhere.
    const sight = sightOf({ stages, traffic, runs: 60, budget: config.analysis.falseRollbacks });
    const sentences = sightRemarks({ ...sight, outOfReach: [], byChance: [] }, traffic);
    return [{ pair: pairKey(pair), traffic, sentences, warnings: sight.byChance.map(byChanceWords) }];
  });
}

export function sightBlocks(sights: readonly PlanSight[]): readonly Block[] {
  const items = sights.flatMap(({ pair, sentences }) => sentences.map((sentence) => `${pair}: ${sentence}`));
  if (items.length === 0) return [];
  return [
    { type: 'heading', text: 'What the stages can see' },
    { type: 'list', items },
  ];
}
