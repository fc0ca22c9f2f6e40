/** What a plan asks of a platform, and the nearest plan that works where it cannot. */
import type { PlatformFacts } from '../facts.ts';
import type { ServiceConfig, StageConfig, StrategyConfig } from '../model/config.ts';
import type { JudgeSpec } from '../model/metric.ts';
import { printPercent, WHOLE } from '../model/weight.ts';
import { fitsTwice } from './arm.ts';

/** What a platform must be able to do for a plan; one that does not say that it runs copies of a version cannot. */
export type Capable = Pick<PlatformFacts, 'weights' | 'preview'> & Partial<Pick<PlatformFacts, 'baseline'>>;

/** What the platform lacks for the strategy, and the nearest strategy that works; undefined when it lacks nothing. */
export function cannot(strategy: StrategyConfig, service: ServiceConfig, capabilities: Capable): string | undefined {
  const { weights, preview } = capabilities;
  const partial = strategy.stages.find(({ weight }) => weight > 0 && weight < WHOLE);
  const previewed = strategy.preview || strategy.stages.some(({ weight }) => weight === 0);
  const nearest = preview ? 'blue-green' : 'all-at-once';
  const platform = nameOf(service);
  if (partial && weights === 'none')
    return `${platform} cannot split traffic, and ${strategy.name} gives ${printPercent(partial.weight)} to ${partial.name}: --strategy ${nearest} works there`;
  if (!previewed || preview) return undefined;
  const other = weights === 'none' ? 'all-at-once' : 'canary';
  return `${platform} cannot show a candidate before it has traffic, which ${strategy.name} needs: --strategy ${other} works there`;
}

function nameOf({ name, platform }: Pick<ServiceConfig, 'name' | 'platform'>): string {
  return `the platform ${platform.type} of ${name}`;
}

/**
 * The judge for which a stage has a baseline arm: it compares with one, its metric tells versions apart, and the stage's share
 * can be had twice. Above half of the traffic there is no room for such an arm, and the comparison is with the stable version.
 */
export function comparedWithCopy(
  { weight }: Pick<StageConfig, 'weight'>,
  judges: readonly JudgeSpec[],
): JudgeSpec | undefined {
  if (!fitsTwice(weight)) return undefined;
  return judges.find(({ rule, perVersion }) => rule.type === 'compare' && rule.with === 'baseline' && perVersion);
}

/** The sentence that refuses a stage whose baseline arm the platform cannot run. */
export function cannotCopy(judge: JudgeSpec, stage: string, service: Pick<ServiceConfig, 'name' | 'platform'>): string {
  return `${nameOf(service)} cannot run a fresh copy of the stable version, with which ${judge.id} compares in ${stage}: \`compare: stable\` works there`;
}
