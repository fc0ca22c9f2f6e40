/** What a decision was made on beside the state of the commit's parent, as its trailers keep it: enough to make it again. */
import type { Facts, PlatformFacts } from '../facts.ts';
import { type Instant, type Milliseconds, toInstant, toMilliseconds } from '../model/time.ts';
import { Observed, type ObservedFacts } from './observed.ts';

export interface Basis {
  /** What time it was for the decision. */
  readonly now: Milliseconds;
  /** The configuration's digest. */
  readonly policy: string;
  /** That configuration lay in a folder and in no commit. */
  readonly uncommitted?: boolean;
  readonly observed?: Observed;
}

const TIME = 'Sluice-Time';
const POLICY = 'Sluice-Policy';
const UNCOMMITTED = 'uncommitted';
export const OBSERVED = 'Sluice-Observed';

/** The basis as trailers of its commit, in their order. */
export function basisTrailers({
  now,
  policy,
  uncommitted = false,
  observed,
}: Basis): readonly (readonly [string, string])[] {
  return [
    [TIME, toInstant(now)],
    [POLICY, uncommitted ? `${policy} ${UNCOMMITTED}` : policy],
    ...(observed === undefined ? [] : [[OBSERVED, printObserved(observed)] as const]),
  ];
}

/** What of a basis a commit's trailers tell; a commit of an older Sluice tells nothing. */
export function readBasis(trailers: ReadonlyMap<string, string>): Partial<Basis> {
  const time = trailers.get(TIME);
  const [policy, remark] = trailers.get(POLICY)?.split(' ') ?? [];
  const observed = readObserved(trailers.get(OBSERVED));
  return {
    ...(time === undefined || Number.isNaN(Date.parse(time)) ? {} : { now: toMilliseconds(time as Instant) }),
    ...(policy === undefined ? {} : { policy, uncommitted: remark === UNCOMMITTED }),
    ...(observed === undefined ? {} : { observed }),
  };
}

/** One line of JSON. A message's lines fold white space, so all but single spaces are written as escapes. */
function printObserved(observed: Observed): string {
  // eslint-disable-next-line no-control-regex -- these are what a line folds
  return JSON.stringify(observed).replace(/(?<= ) |[^\S ]|[\u007f\u0085]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function readObserved(text: string | undefined): Observed | undefined {
  if (text === undefined) return undefined;
  try {
    return Observed.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Whether a message's line would fold something of this text: then the trailer is not the text itself. */
export function isFolded(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are what a line folds
  return /\s{2}|[^\S ]|[\u0000-\u001f\u007f\u0085]|^\s|\s$/.test(text);
}

/** Facts as a trailer keeps them: the platforms of these pairs, and of what a performer has only what they may ask for. */
export function observedFacts(facts: Facts, pairs: readonly string[]): ObservedFacts {
  const { performer, platforms, sources, releases, checks, authors, run, automaticOff, clockOff } = facts;
  const others = Object.entries(platforms).flatMap(([pair, { needs }]) => (pairs.includes(pair) ? [] : needs));
  const mine = pairs.flatMap((pair) => platforms[pair]?.needs ?? []);
  const kept = pairs.flatMap((pair) => (platforms[pair] ? [[pair, withoutFalse(platforms[pair])] as const] : []));
  return {
    ...(performer && {
      performer: { ...performer, has: performer.has.filter((one) => mine.includes(one) || !others.includes(one)) },
    }),
    ...(kept.length > 0 && { platforms: Object.fromEntries(kept) }),
    ...(sources !== undefined && sources.length > 0 && { sources }),
    ...(Object.keys(releases).length > 0 && { releases }),
    ...(checks && { checks }),
    ...(authors && { authors }),
    ...(run && { run }),
    ...(automaticOff && { automaticOff }),
    ...(clockOff && { clockOff }),
  };
}

function withoutFalse(platform: PlatformFacts): NonNullable<ObservedFacts['platforms']>[string] {
  const { weights, needs, deployNeeds, timeout, ...can } = platform;
  const yes = Object.fromEntries(Object.entries(can).filter(([, value]) => value));
  return { weights, needs, ...(deployNeeds && { deployNeeds }), ...(timeout === undefined ? {} : { timeout }), ...yes };
}

/** The facts again; of platforms that were not kept those known today. */
export function factsAgain(
  { observed, now }: { readonly observed: ObservedFacts; readonly now: Milliseconds },
  today: Pick<Facts, 'platforms'>,
): Facts {
  const { performer = null, platforms = {}, sources = [], releases = {}, checks, authors, run, ...flags } = observed;
  const kept = Object.entries(platforms).map(([pair, platform]): readonly [string, PlatformFacts] => [
    pair,
    { ...CANNOT, ...platform },
  ]);
  return {
    now,
    performer,
    platforms: { ...today.platforms, ...Object.fromEntries(kept) },
    sources,
    releases,
    ...(checks && { checks }),
    ...(authors && { authors }),
    ...(run && { run }),
    automaticOff: flags.automaticOff ?? false,
    clockOff: flags.clockOff ?? false,
  };
}

const CANNOT = {
  preview: false,
  keepsOld: false,
  instantBack: false,
  perVersionMetrics: false,
  baseline: false,
  find: false,
} as const;
