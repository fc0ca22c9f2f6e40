/** The blast radius of a change: for each flag and environment the share of users who get something else. */
import type { EvaluationContext } from '../flag/definition.ts';
import { printLine } from '../model/document.ts';
import type { Flag } from '../model/flag.ts';
import { printPercent, WHOLE } from '../model/weight.ts';
import { affectedFlags } from './affected.ts';
import { type FlagSet, type LoweredSet, loweredSet } from './flag-set.ts';
import { askedBy, sampler } from './sample.ts';
import { isSame, type Loss, lossOf, type Pair, type Shift, shiftOf } from './shift.ts';
import { type StepOptions, type StepShift, stepShifts } from './step-shift.ts';

export interface Blast {
  readonly flag: string;
  readonly environment: string;
  /** Undefined: the flag is new, or gone. */
  readonly shift: Shift | undefined;
  readonly is: 'changed' | 'new' | 'gone';
  /** By contexts that were recorded, where there are any. */
  readonly recorded?: Shift;
  /** Inside each step that draws otherwise than before, of users who all reach it. */
  readonly steps: readonly StepShift[];
  /** Of a flag that is gone. */
  readonly loss?: Loss;
  /** Users whose id is named, who were not before or get another variant. */
  readonly targets: number;
  /** The key it had before it was renamed. */
  readonly was?: string;
}

export interface BlastRadius {
  readonly rows: readonly Blast[];
  /** How many made-up users were asked. */
  readonly sample: number;
  readonly recorded: number;
  /** Flags in environments that nobody was asked about, since it would take minutes; absent: none. */
  readonly unasked?: number;
}

export interface BlastQuestion {
  readonly before: FlagSet;
  readonly after: FlagSet;
  readonly environments: readonly string[];
  readonly recorded: readonly EvaluationContext[];
  /** New keys by the old ones, of files that were renamed. */
  readonly renamed: ReadonlyMap<string, string>;
  /** How many questions may be asked in all; 4,000,000 where absent. */
  readonly questions?: number;
}

/** Made-up users for each flag in each environment; fewer where so many flags are affected that it would take minutes. */
const SAMPLE = 10_000;
const LEAST = 100;
/** Questions (a condition asked of a user) that a few seconds are enough for. */
const QUESTIONS = 4_000_000;
/** Users for one step alone, and how many steps are asked of one change. */
export const IN_STEP = 1_000;
const MOST_STEPS = 2_000;

/** Users who may be moved unplanned before it counts, of all, and of those that one step decides for. */
const TOLERATED = 0.001;

/** Only flags and environments in which a context can tell the sides apart. Deterministic; its work is bounded whatever is asked. */
export function blastRadius(question: BlastQuestion): BlastRadius {
  const { environments, recorded, questions = QUESTIONS } = question;
  const [before, after] = [loweredSet(question.before), loweredSet(question.after)];
  const all = namesOf(question).flatMap((keys) =>
    environments.map((environment): Pair => ({ before, after, environment, keys })).filter((pair) => !isSame(pair)),
  );
  const { pairs, weight } = affordable(all, questions);
  const size = Math.min(SAMPLE, Math.max(LEAST, Math.floor(questions / Math.max(1, weight))));
  const steps = { left: MOST_STEPS };
  const users: Users = {
    sample: sampler(size),
    recorded: recorded.slice(0, size),
    inside: { sample: sampler(IN_STEP), steps },
  };
  const rows = pairs.map((pair) => blastOf(pair, users));
  const unasked = all.length - pairs.length + Math.max(0, -steps.left);
  return { rows, sample: size, recorded: users.recorded.length, ...(unasked > 0 && { unasked }) };
}

/** As many as can be asked of the fewest users, and what one user of each costs. */
function affordable(
  all: readonly Pair[],
  questions: number,
): { readonly pairs: readonly Pair[]; readonly weight: number } {
  let weight = 0;
  const pairs = all.filter((pair) => {
    const more = weightOf(pair);
    if ((weight + more) * LEAST > questions) return false;
    weight += more;
    return true;
  });
  return { pairs, weight };
}

/** Questions that one user is asked: conditions, a long list of values as several. */
function weightOf({ before, after, environment, keys }: Pair): number {
  const asked = [askedBy(keys[0], before, environment), askedBy(keys[1], after, environment)];
  const each = asked.map(({ conditions }) => conditions.reduce((sum, { values }) => sum + 1 + values.length / 32, 0));
  return 1 + Math.floor(Math.max(...each));
}

/** Keys before and after; a flag that was renamed is one flag and not two. */
function namesOf(question: BlastQuestion): readonly (readonly [string, string])[] {
  const { before, after } = question;
  const renamed = withRenames(question);
  const targets = new Set(renamed.values());
  return affectedFlags(before, after)
    .filter((key) => !targets.has(key))
    .map((key) => [key, renamed.get(key) ?? key]);
}

/** With those that nobody named: a flag that is gone and a new one that says the same under another key. */
function withRenames({ before, after, renamed }: BlastQuestion): ReadonlyMap<string, string> {
  const all = new Map(renamed);
  const content = (flag: Flag): string => printLine({ ...flag, key: '', name: '' });
  const gone = new Map<string, string>();
  for (const [key, flag] of before.flags) if (!after.flags.has(key) && !all.has(key)) gone.set(content(flag), key);
  if (gone.size === 0) return all;
  const taken = new Set(all.values());
  for (const [key, flag] of after.flags) {
    if (before.flags.has(key) || taken.has(key)) continue;
    const same = content(flag);
    const old = gone.get(same);
    if (old !== undefined) all.set(old, key);
    gone.delete(same);
  }
  return all;
}

interface Users {
  readonly sample: ReturnType<typeof sampler>;
  readonly recorded: readonly EvaluationContext[];
  readonly inside: StepOptions;
}

function blastOf(pair: Pair, { sample, recorded, inside }: Users): Blast {
  const { before, after, environment, keys } = pair;
  const [old, now] = keys;
  const users = sample([askedBy(old, before, environment), askedBy(now, after, environment)]);
  const shift = shiftOf(pair, users);
  const seen = recorded.length > 0 ? shiftOf(pair, recorded) : undefined;
  const loss = after.flags.has(now) ? undefined : lossOf(pair, users);
  return {
    flag: after.flags.has(now) ? now : old,
    environment,
    shift,
    is: shift ? 'changed' : after.flags.has(now) ? 'new' : 'gone',
    ...(seen && { recorded: seen }),
    steps: stepShifts(pair, inside),
    ...(loss && { loss }),
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

/** Whether more users than may be are moved and nobody planned it: of all, of those recorded, or of those that one step decides for. */
export function isRebucketed({ shift, recorded, steps }: Blast): boolean {
  return [shift, recorded, ...steps.map((one) => one.shift)].some(isTooMany);
}

export function isTooMany(shift: Shift | undefined): boolean {
  return shift !== undefined && shift.unplanned > shift.users * TOLERATED;
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
