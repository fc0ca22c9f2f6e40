/** The blast radius of a change: for each flag and environment the share of users who get something else. */
import type { EvaluationContext } from '../flag/definition.ts';
import { printPercent, WHOLE } from '../model/weight.ts';
import { affectedFlags } from './affected.ts';
import { type FlagSet, type LoweredSet, loweredSet } from './flag-set.ts';
import { askedBy, sampler } from './sample.ts';
import { isSame, type Pair, type Shift, shiftOf } from './shift.ts';

export interface Blast {
  readonly flag: string;
  readonly environment: string;
  /** Undefined: the flag is new, or gone. */
  readonly shift: Shift | undefined;
  readonly is: 'changed' | 'new' | 'gone';
  /** By contexts that were recorded, where there are any. */
  readonly recorded?: Shift;
  /** Users whose id is named, who were not before or get another variant. */
  readonly targets: number;
  /** The key it had before the file was renamed. */
  readonly was?: string;
}

export interface BlastRadius {
  readonly rows: readonly Blast[];
  /** How many made-up users were asked. */
  readonly sample: number;
  readonly recorded: number;
}

export interface BlastQuestion {
  readonly before: FlagSet;
  readonly after: FlagSet;
  readonly environments: readonly string[];
  readonly recorded: readonly EvaluationContext[];
  /** New keys by the old ones, of files that were renamed. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Made-up users for each flag in each environment; fewer where so many flags are affected that it would take minutes. */
const SAMPLE = 10_000;
const LEAST = 200;
/** Evaluations that a second or two is enough for. */
const EVALUATIONS = 4_000_000;

/** Users who may be moved unplanned before it counts, of all. */
export const TOLERATED = 0.001;

/** Only flags and environments in which a context can tell the sides apart. Deterministic. */
export function blastRadius(question: BlastQuestion): BlastRadius {
  const { environments, recorded } = question;
  const [before, after] = [loweredSet(question.before), loweredSet(question.after)];
  const pairs = namesOf(question).flatMap((keys) =>
    environments.map((environment): Pair => ({ before, after, environment, keys })).filter((pair) => !isSame(pair)),
  );
  const size = Math.min(SAMPLE, Math.max(LEAST, Math.floor(EVALUATIONS / Math.max(1, pairs.length))));
  const some = recorded.slice(0, size);
  const sample = sampler(size);
  const rows = pairs.map((pair) => blastOf(pair, { sample, recorded: some }));
  return { rows, sample: size, recorded: some.length };
}

/** Keys before and after; a flag whose file was renamed is one flag and not two. */
function namesOf({ before, after, renamed }: BlastQuestion): readonly (readonly [string, string])[] {
  const targets = new Set(renamed.values());
  return affectedFlags(before, after)
    .filter((key) => !targets.has(key))
    .map((key) => [key, renamed.get(key) ?? key]);
}

interface Users {
  readonly sample: ReturnType<typeof sampler>;
  readonly recorded: readonly EvaluationContext[];
}

function blastOf(pair: Pair, { sample, recorded }: Users): Blast {
  const { before, after, environment, keys } = pair;
  const [old, now] = keys;
  const users = sample([askedBy(old, before, environment), askedBy(now, after, environment)]);
  const shift = shiftOf(pair, users);
  const seen = recorded.length > 0 ? shiftOf(pair, recorded) : undefined;
  return {
    flag: after.flags.has(now) ? now : old,
    environment,
    shift,
    is: shift ? 'changed' : after.flags.has(now) ? 'new' : 'gone',
    ...(seen && { recorded: seen }),
    targets: targetsMoved(pair),
    ...(old !== now && { was: old }),
  };
}

function targetsMoved({ before, after, environment, keys: [old, now] }: Pair): number {
  const targetsOf = (set: LoweredSet, key: string): ReadonlyMap<string, string> =>
    new Map(set.flags.get(key)?.environments[environment]?.targets.map(({ unit, variant }) => [unit, variant]));
  const [was, is] = [targetsOf(before, old), targetsOf(after, now)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((unit) => was.get(unit) !== is.get(unit)).length;
}

/** Whether more users than may be are moved and nobody planned it, by either sample. */
export function isRebucketed({ shift, recorded }: Blast): boolean {
  return [shift, recorded].some((one) => one !== undefined && one.unplanned > one.users * TOLERATED);
}

/** `on 10% → 25%, off 90% → 75%`; variants that nobody has on either side are left out. */
export function sharesWords({ users, before, after }: Shift): string {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const share = (side: ReadonlyMap<string, number>, name: string): string => shareWords(side.get(name) ?? 0, users);
  return names
    .toSorted((one, other) => (after.get(other) ?? 0) - (after.get(one) ?? 0))
    .map((name) => {
      const [from, to] = [share(before, name), share(after, name)];
      return from === to ? `${name} ${to}` : `${name} ${from} → ${to}`;
    })
    .join(', ');
}

/** A count of users as a share, to a tenth of a percent. */
export function shareWords(count: number, users: number): string {
  if (users === 0) return '0%';
  const weight = Math.round((count / users) * 1_000) * (WHOLE / 1_000);
  return count > 0 && weight === 0 ? '<0.1%' : printPercent(weight);
}
