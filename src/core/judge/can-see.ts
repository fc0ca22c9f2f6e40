/** What a canary can see: the plan says it before anybody trusts it. */
import type { Milliseconds } from '../model/time.ts';
import { SECOND } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { printCount } from '../report/words.ts';
import { binomialTail } from './binomial.ts';

interface CanaryOptions {
  /** Of the whole service. */
  readonly requestsPerSecond: number;
  /** What is usual, as a fraction. */
  readonly errorRate: number;
  readonly weight: Weight;
  readonly bake: Milliseconds;
  /** The threshold judge's bound; absent: the least that a healthy version passes 19 times in 20. */
  readonly bound?: number;
  readonly minSamples?: number;
  readonly ratios?: readonly number[];
}

export interface CanSee {
  /** That the candidate gets in the bake, about. */
  readonly requests: number;
  /** `min-samples` is within reach. */
  readonly enough: boolean;
  /** How likely a version with so many times the usual errors is noticed. */
  readonly noticed: readonly { readonly ratio: number; readonly chance: number }[];
  /** The chance that a version as good as the stable one is called bad. */
  readonly falseAlarm: number;
  readonly sentence: string;
}

const FALSE_ALARM = 0.05;

/**
 * By the exact binomial distribution of errors among the candidate's requests, judged once, at the end of the bake.
 * Looks in between add to both chances; traffic that comes in bursts makes both worse.
 */
export function canSee(options: CanaryOptions): CanSee {
  const { requestsPerSecond, errorRate, weight, bake, bound, minSamples = 0, ratios = [3, 2] } = options;
  const requests = Math.floor((requestsPerSecond * (weight / WHOLE) * bake) / SECOND);
  const critical = bound === undefined ? criticalCount(requests, errorRate) : Math.ceil(bound * requests);
  const chance = (ratio: number): number =>
    requests < Math.max(1, minSamples) ? 0 : binomialTail(requests, Math.min(1, errorRate * ratio), critical);
  const noticed = ratios.map((ratio) => ({ ratio, chance: chance(ratio) }));
  const enough = requests >= minSamples;
  return { requests, enough, noticed, falseAlarm: chance(1), sentence: sentence({ requests, minSamples, noticed }) };
}

/** The least number of errors that a healthy version reaches with a chance of 5 % at most. */
function criticalCount(requests: number, errorRate: number): number {
  let low = 0;
  let high = requests + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialTail(requests, errorRate, middle) <= FALSE_ALARM) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sentence({
  requests,
  minSamples,
  noticed,
}: Pick<CanSee, 'requests' | 'noticed'> & { minSamples: number }): string {
  const about = `about ${printCount(rounded(requests))} requests`;
  if (requests < minSamples)
    return `${about}: too few for min-samples ${printCount(minSamples)}; a longer bake or a larger weight would do`;
  const parts = noticed.map(({ ratio, chance }, index) => {
    return `${timesWord(ratio)}${index === 0 ? ' the errors are noticed' : ''} ${often(chance)}`;
  });
  return `${about}; ${parts.join(', ')}`;
}

/** `twice`, `three times`, `5 times`. */
export function timesWord(ratio: number): string {
  return ratio === 2 ? 'twice' : ratio === 3 ? 'three times' : `${ratio} times`;
}

/** `9 times in 10`, `hardly ever`. */
export function often(chance: number): string {
  if (chance >= 0.95) return 'nearly always';
  return chance < 0.05 ? 'hardly ever' : `${Math.round(chance * 10)} times in 10`.replace(/^1 times/, '1 time');
}

/** Two digits: it is a forecast. */
export function rounded(count: number): number {
  return Number(count.toPrecision(2));
}
