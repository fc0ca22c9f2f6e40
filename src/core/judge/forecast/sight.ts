/** What a plan can see: how many requests each stage brings, and how likely its judges notice that something is worse. */
import type { JudgeSpec, Sample } from '../../model/metric.ts';
import type { PlannedStage } from '../../model/plan.ts';
import { MINUTE, type Milliseconds, SECOND } from '../../model/time.ts';
import { WHOLE, type Weight } from '../../model/weight.ts';
import { type ByChance, byChance } from './by-chance.ts';
import { often, rounded, timesWord } from './often.ts';
import { eventsIn, failsOften, forecast } from './forecast.ts';
import { readSample } from '../read.ts';
import { marginsOf } from '../sequential/margin.ts';
import { nameReading, printReading } from '../wording.ts';
import { printCount } from '../../report/words.ts';

/** What is known of a service's traffic. */
export interface Traffic {
  /** Requests of the whole service, per second. */
  readonly perSecond: number;
  /** What a healthy version shows, by metric: sums over some time. */
  readonly usual: Readonly<Record<string, Sample>>;
  /** Of errors, where no metric says it, as a fraction. */
  readonly errorRate?: number;
  /** `as given`, `as 1.3.2 had it in r-7f3a`. */
  readonly from: string;
}

/** Of one judge: the chance that it fails, in each stage and in all. */
export interface JudgeSight {
  readonly judge: string;
  /** So many times the errors, with the chance for it; for latencies and means the least that is noticed 9 times in 10. */
  readonly noticed: readonly { readonly worse: number; readonly byStage: readonly number[]; readonly whole: number }[];
  readonly falseAlarm: number;
  /** By how much the metric must get worse to be noticed 9 times in 10: 1.3 is 30 %; absent: ten times worse is not. */
  readonly smallest?: number;
  /** Where ten times worse is not: the chance that it is noticed all the same. */
  readonly tenfold?: number;
  /** Where that is because of the buckets: their last boundary, which what is allowed reaches. */
  readonly endsAt?: number;
}

/** A stage that cannot bring the samples its judges ask for, and what would. */
export interface OutOfReach {
  readonly stage: string;
  readonly judges: readonly string[];
  readonly samples: number;
  readonly minSamples: number;
  /** Rounded up to a minute. */
  readonly bake: Milliseconds;
  /** Undefined where even all traffic is too little in that time. */
  readonly weight?: Weight;
}

export interface Sight {
  /** Of the candidate, by stage. */
  readonly requests: readonly number[];
  readonly judges: readonly JudgeSight[];
  readonly outOfReach: readonly OutOfReach[];
  /** Bounds that are crossed by chance more often than they may be. */
  readonly byChance: readonly ByChance[];
  /** One or two sentences: requests until everybody has it, and what is noticed. */
  readonly sentences: readonly string[];
}

export interface SightOptions {
  readonly stages: readonly PlannedStage[];
  readonly traffic: Traffic;
  /** So many times the usual errors; 3 and 2 by default. */
  readonly ratios?: readonly number[];
  readonly runs?: number;
  /** Of rollouts that are no worse so many may be taken back or held by one bound; the usual budget by default. */
  readonly budget?: number;
}

/** `analysis.false-rollbacks` where nobody says. */
const USUAL_BUDGET = 0.05;

/** Noticed so often is reliably. */
export const OFTEN = 0.9;
const MOST_WORSE = 10;

/** What the plan's judges would notice at this traffic. Judges that decide nothing, count nothing or whose usual value nobody knows are left out. */
export function sightOf({ stages, traffic, ratios = [3, 2], runs, budget = USUAL_BUDGET }: SightOptions): Sight {
  const known = deciding(stages).flatMap((judge) => {
    const usual = usualOf(judge, traffic);
    if (!usual) return [];
    return [{ judge, common: { stages, perSecond: traffic.perSecond, usual, ...(runs !== undefined && { runs }) } }];
  });
  const judges = known.flatMap(({ judge, common }) => sightOfJudge(judge, { ...common, ratios }) ?? []);
  const chances = known.flatMap(({ judge, common }) => {
    const chance = judges.find((one) => one.judge === judge.id)?.falseAlarm ?? 0;
    return byChance(judge, { ...common, budget, chance }) ?? [];
  });
  const requests = stages.map((stage) => eventsIn(stage, traffic.perSecond));
  const outOfReach = samplesOutOfReach(stages, traffic.perSecond);
  return { requests, judges, outOfReach, byChance: chances, sentences: sentencesOf({ stages, requests, judges }) };
}

/** Every judge of the plan once, if it decides anything. */
function deciding(stages: readonly PlannedStage[]): readonly JudgeSpec[] {
  const all = stages.flatMap(({ judges, weight }) => judges.filter((judge) => weight > 0 && !judge.dryRun));
  return [...new Map(all.map((judge) => [judge.id, judge])).values()];
}

/** An error rate that was given stands for every rate of bad events. */
function usualOf({ metric, kind }: JudgeSpec, { usual, errorRate }: Traffic): Sample | undefined {
  const known = usual[metric];
  if (known?.kind === kind) return known;
  if (kind !== 'proportion' || errorRate === undefined) return undefined;
  const total = 1e7;
  return { kind: 'proportion', bad: errorRate * total, total };
}

interface JudgeOptions {
  readonly stages: readonly PlannedStage[];
  readonly perSecond: number;
  readonly usual: Sample;
  readonly ratios: readonly number[];
  readonly runs?: number;
}
function sightOfJudge(judge: JudgeSpec, { ratios, ...options }: JudgeOptions): JudgeSight | undefined {
  const same = forecast(judge, { ...options, worse: 1 });
  if (!same) return undefined;
  const common = { judge: judge.id, falseAlarm: same.whole };
  if (options.usual.kind === 'proportion') {
    const noticed = ratios.flatMap((worse) => {
      const seen = forecast(judge, { ...options, worse });
      return seen ? [{ worse, ...seen }] : [];
    });
    return { ...common, noticed };
  }
  const smallest = smallestShift(judge, options);
  if (smallest !== undefined) return { ...common, noticed: [], smallest };
  const tenfold = forecast(judge, { ...options, worse: MOST_WORSE })?.whole ?? 0;
  const endsAt = bucketsEnd(judge, options.usual);
  return { ...common, noticed: [], tenfold, ...(endsAt !== undefined && { endsAt }) };
}

/** The last boundary of a histogram that cannot show that more than allowed was taken; undefined: it can. */
function bucketsEnd(judge: JudgeSpec, usual: Sample): number | undefined {
  const last = usual.kind === 'histogram' ? usual.bounds.at(-1) : undefined;
  const reading = readSample(usual, judge.read, 0);
  if (last === undefined || reading === null || judge.better !== 'lower') return undefined;
  const { rule } = judge;
  const allowed =
    rule.type === 'compare' ? marginsOf(judge).map((one) => one.ratio * reading + one.tolerance) : [rule.bound];
  return Math.max(...allowed) > last ? last : undefined;
}

/** Halved until a twentieth: the draws of a forecast say no more. */
function smallestShift(judge: JudgeSpec, options: Omit<JudgeOptions, 'ratios'>): number | undefined {
  const isSeen = (worse: number): boolean => failsOften(judge, { ...options, worse, share: OFTEN });
  if (!isSeen(MOST_WORSE)) return undefined;
  let low = 1;
  let high = MOST_WORSE;
  while (high / low > 1.05) {
    const middle = Math.sqrt(low * high);
    if (isSeen(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Stages whose bake brings fewer samples than a judge asks for; judges that ask for as many are told together. */
export function samplesOutOfReach(
  stages: readonly Pick<PlannedStage, 'name' | 'weight' | 'bake' | 'judges'>[],
  perSecond: number,
): readonly OutOfReach[] {
  if (perSecond <= 0) return [];
  return stages.flatMap(({ name: stage, weight, bake, judges }): readonly OutOfReach[] => {
    const samples = eventsIn({ weight, bake }, perSecond);
    const short = judges.filter(({ kind, minSamples }) => kind !== 'count' && kind !== 'value' && samples < minSamples);
    if (weight <= 0 || bake <= 0) return [];
    return [...new Set(short.map(({ minSamples }) => minSamples))].map((minSamples) => {
      const longer = Math.ceil((minSamples * SECOND) / (perSecond * (weight / WHOLE)) / MINUTE) * MINUTE;
      const percent = Math.ceil((minSamples * SECOND * 100) / (perSecond * bake));
      const larger = percent <= 100 ? { weight: percent * 1_000 } : {};
      const asking = short.filter((judge) => judge.minSamples === minSamples).map(({ id }) => id);
      return { stage, judges: asking, samples, minSamples, bake: longer, ...larger };
    });
  });
}

interface Wording {
  readonly stages: readonly PlannedStage[];
  readonly requests: readonly number[];
  readonly judges: readonly JudgeSight[];
}

/** Until everybody has it: the stages with a part of the traffic, else all. */
function sentencesOf({ stages, requests, judges }: Wording): readonly string[] {
  if (requests.every((count) => count === 0)) return [];
  const parts = stages.map(({ weight }, index) => (weight > 0 && weight < WHOLE ? index : -1)).filter((at) => at >= 0);
  const counted = parts.length > 0 ? parts : stages.map((_, index) => index);
  const sum = (all: readonly number[]): number => counted.reduce((total, index) => total + (all[index] ?? 0), 0);
  const names = counted.map((index) => stages[index]?.name ?? '').join(' and ');
  const about = `${names} ${counted.length === 1 ? 'sees' : 'see'} about ${printCount(rounded(sum(requests)))} requests`;
  const errors = timesOf(judges, sum);
  const shifts = judges.flatMap(({ judge, smallest, endsAt, noticed }) => {
    const spec = stages.flatMap((stage) => stage.judges).find(({ id }) => id === judge);
    return spec && noticed.length === 0 ? [shiftWords(spec, { smallest, endsAt })] : [];
  });
  return [errors === '' ? about : `${about}; ${errors}`, ...shifts];
}

/** By the judge that notices most, so that chances are not counted twice. */
function timesOf(judges: readonly JudgeSight[], sum: (all: readonly number[]) => number): string {
  const ratios = [...new Set(judges.flatMap(({ noticed }) => noticed.map(({ worse }) => worse)))];
  return ratios
    .map((worse, index) => {
      const chances = judges
        .flatMap(({ noticed }) => noticed.filter((one) => one.worse === worse))
        .map((one) => sum(one.byStage));
      const subject = index === 0 ? ' the errors are noticed' : '';
      return `${timesWord(worse)}${subject} ${often(Math.max(...chances))}`;
    })
    .join(', ');
}

interface Noticed {
  readonly smallest: number | undefined;
  readonly endsAt: number | undefined;
}
function shiftWords(judge: JudgeSpec, { smallest, endsAt }: Noticed): string {
  const name = nameReading(judge);
  if (smallest === undefined) {
    const because = endsAt === undefined ? '' : `: its buckets end at ${printReading(endsAt, judge)}`;
    return `${name}: not even ten times worse would be noticed in 9 of 10 rollouts${because}`;
  }
  return smallest < 2
    ? `${name}: ${Math.round((smallest - 1) * 100)}% worse is noticed 9 times in 10`
    : `${name}: ${smallest.toFixed(1)} times worse is noticed 9 times in 10`;
}
