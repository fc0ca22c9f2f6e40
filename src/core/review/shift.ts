/** Who gets another variant by a change of a flag: how many, and how many of them nobody planned. */
import { compileFlags, type FlagEvaluator } from '../flag/compile.ts';
import type { EvaluationContext, FlagdFlag } from '../flag/definition.ts';
import { lower } from '../flag/lower.ts';
import { isProblem } from '../flag/problem.ts';
import { environmentOf } from '../flag/ramp.ts';
import { printLine } from '../model/document.ts';
import type { Flag } from '../model/flag.ts';
import { decider } from './decider.ts';
import type { LoweredSet } from './flag-set.ts';
import { generationsRaised } from './generation.ts';

export interface Shift {
  readonly users: number;
  /** Users by variant; `NOBODYS` counts those who get the caller's own default. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  /** Users who get another variant, or another value by the same one. */
  readonly changed: number;
  /** Of these: users who were moved although shares say otherwise. Raised generations are not counted here. */
  readonly unplanned: number;
  /** Users drawn anew by a generation that was raised. */
  readonly redrawn: number;
}

/** What stands for a variant where the caller's own default is served. */
const NOBODYS = "the caller's default";

/** A flag in an environment, before and after. */
export interface Pair {
  readonly before: LoweredSet;
  readonly after: LoweredSet;
  readonly environment: string;
  /** The key on each side; they differ where the file was renamed. */
  readonly keys: readonly [before: string, after: string];
}

/** Nothing that a context could tell apart: both sides are the same definition, and so are the segments in it. */
export function isSame({ before, after, environment, keys: [old, now] }: Pair): boolean {
  if (old !== now) return false;
  const [one, other] = [definitionOf(old, before, environment), definitionOf(now, after, environment)];
  return printLine(one) === printLine(other) && printLine(usedBy(one, before)) === printLine(usedBy(other, after));
}

/** Undefined where the flag is not on both sides: nobody had it, or nobody has it any more. */
export function shiftOf(pair: Pair, users: readonly EvaluationContext[]): Shift | undefined {
  const { before, after, environment, keys } = pair;
  const [old, now] = [before.flags.get(keys[0]), after.flags.get(keys[1])];
  if (!old || !now) return undefined;
  const first = evaluatorOf(keys[0], before, environment);
  const second = evaluatorOf(keys[1], after, environment);
  const counts = [new Map<string, number>(), new Map<string, number>()] as const;
  const revalued = new Set(Object.keys(now.variants).filter((name) => isRevalued(name, old, now)));
  const moved: { readonly user: EvaluationContext; readonly from: string; readonly to: string }[] = [];
  let changed = 0;
  for (const user of users) {
    const from = first.evaluate(keys[0], user).variant ?? NOBODYS;
    const to = second.evaluate(keys[1], user).variant ?? NOBODYS;
    counts[0].set(from, (counts[0].get(from) ?? 0) + 1);
    counts[1].set(to, (counts[1].get(to) ?? 0) + 1);
    if (from !== to) moved.push({ user, from, to });
    if (from !== to || revalued.has(to)) changed += 1;
  }
  const surprise = unplannedOf(pair, moved);
  return { users: users.length, before: counts[0], after: counts[1], changed, ...surprise };
}

/** Users of a flag that is taken away: callers get their own default, and who had `off` had as good as that. */
export function lossOf(
  { before, environment, keys: [key] }: Pair,
  users: readonly EvaluationContext[],
): Loss | undefined {
  const flag = before.flags.get(key);
  if (!flag) return undefined;
  const evaluator = evaluatorOf(key, before, environment);
  const counts = new Map<string, number>();
  for (const user of users) {
    const variant = evaluator.evaluate(key, user).variant ?? NOBODYS;
    counts.set(variant, (counts.get(variant) ?? 0) + 1);
  }
  const kept = (counts.get(flag.off) ?? 0) + (counts.get(NOBODYS) ?? 0);
  return { users: users.length, before: counts, lost: users.length - kept };
}

export interface Loss extends Pick<Shift, 'users' | 'before'> {
  /** Users who have another variant than `off`. */
  readonly lost: number;
}

function isRevalued(name: string, old: Flag, now: Flag): boolean {
  return Object.hasOwn(old.variants, name) && printLine(old.variants[name]) !== printLine(now.variants[name]);
}

interface Moved {
  readonly user: EvaluationContext;
  readonly from: string;
  readonly to: string;
}

interface Group {
  moved: number;
  /** Users won by each variant, less users lost. */
  readonly net: Map<string, number>;
  readonly isRedrawn: boolean;
}

/**
 * Among users for whom the same rule decided before and the same one decides now, the shares alone say how many have to move: as
 * many as the variants that shrink lose. Whoever else is moved is moved by another salt, unit or order of the variants.
 */
function unplannedOf(
  { before, after, environment, keys }: Pair,
  moved: readonly Moved[],
): Pick<Shift, 'unplanned' | 'redrawn'> {
  const [old, now] = [before.flags.get(keys[0]), after.flags.get(keys[1])];
  if (!old || !now || moved.length === 0) return { unplanned: 0, redrawn: 0 };
  const deciding = decider(keys[0], before, environment);
  const decides = decider(keys[1], after, environment);
  const raised = generationsRaised(environmentOf(old, environment), environmentOf(now, environment));
  const groups = new Map<string, Group>();
  for (const { user, from, to } of moved) {
    const [by, bys] = [deciding(user), decides(user)];
    const key = `${by.all}\n${bys.all}`;
    const group = groups.get(key) ?? {
      moved: 0,
      net: new Map<string, number>(),
      isRedrawn: by.own === bys.own && raised.has(by.own),
    };
    groups.set(key, group);
    group.moved += 1;
    group.net.set(from, (group.net.get(from) ?? 0) - 1);
    group.net.set(to, (group.net.get(to) ?? 0) + 1);
  }
  const excess = ({ moved: all, net }: Group): number =>
    all - [...net.values()].reduce((sum, one) => sum + Math.max(0, one), 0);
  const total = (some: readonly Group[]): number => some.reduce((sum, group) => sum + excess(group), 0);
  const all = [...groups.values()];
  return {
    unplanned: total(all.filter(({ isRedrawn }) => !isRedrawn)),
    redrawn: total(all.filter(({ isRedrawn }) => isRedrawn)),
  };
}

/** A flag that cannot be lowered serves `off`, as the exported document does. */
function definitionOf(key: string, { flags, segments }: LoweredSet, environment: string): FlagdFlag | undefined {
  const flag = flags.get(key);
  if (!flag) return undefined;
  const lowered = lower(flag, { environment, flags, segments });
  return isProblem(lowered) ? { state: 'ENABLED', variants: flag.variants, defaultVariant: flag.off } : lowered;
}

/** Segments that stand in a definition, by their logic. */
function usedBy(definition: FlagdFlag | undefined, { evaluators }: LoweredSet): readonly unknown[] {
  const names = JSON.stringify(definition?.targeting ?? null).matchAll(/"\$ref":"([^"]+)"/g);
  return [...new Set([...names].map(([, name = '']) => name))].map((name) => [name, evaluators[name]]);
}

function evaluatorOf(key: string, side: LoweredSet, environment: string): FlagEvaluator {
  const definition = definitionOf(key, side, environment);
  return compileFlags({ flags: definition ? { [key]: definition } : {}, $evaluators: side.evaluators }, () => 0);
}
