/** Whether a change of a flag gives anybody anything new: what goes up waits for a freeze to end, what goes back never does. */
import { printLine } from '../model/document.ts';
import type { Flag, PlainServe, Rule, Serve } from '../model/flag.ts';
import { WHOLE } from '../model/weight.ts';
import { serves } from './command-serve.ts';
import { isRamp } from './lower-serve.ts';
import { environmentOf } from './ramp.ts';

/** False only where everybody gets what they got before, or `off`, or what stands under a ramp. */
export function raises(before: Flag | undefined, after: Flag, environment: string): boolean {
  if (!serves(after, environment)) return false;
  if (!before || !serves(before, environment)) return true;
  const { off } = after;
  const [old, now] = [environmentOf(before, environment), environmentOf(after, environment)];
  if (!same(meaningOf(before), meaningOf(after))) return true;
  if (!rulesGoBack(old.rules, now.rules, off)) return true;
  const targeted = now.targets.filter(({ variant }) => variant !== off);
  const unguarded = old.targets.filter(({ variant }) => variant === off);
  if (!targeted.every((one) => contains(old.targets, one)) || !unguarded.every((one) => contains(now.targets, one)))
    return true;
  return !goesBack(old.serve, now.serve, off);
}

/** What the variants are and what must hold first: for all environments alike. */
function meaningOf({ variants, off, requires }: Flag): unknown {
  return { variants, off, requires };
}

/** Rules that give something were there before, in the same order; rules that keep somebody out are there still. */
function rulesGoBack(old: readonly Rule[], now: readonly Rule[], off: string): boolean {
  const kept = now.filter(({ serve }) => serve !== off);
  const given = old.filter(({ serve }) => serve !== off);
  const known = kept.map((rule) => given.findIndex((one) => one.id === rule.id && same(one.if, rule.if)));
  const inOrder = known.every((place, index) => place >= 0 && place > (known[index - 1] ?? -1));
  const lower = kept.every((rule, index) => goesBack(given[known[index] ?? -1]?.serve ?? off, rule.serve, off));
  const guards = old.filter(({ serve }) => serve === off);
  return inOrder && lower && guards.every((rule) => contains(now, rule));
}

interface Rung {
  readonly candidate: PlainServe;
  readonly stable: PlainServe;
  readonly percent: number;
  /** Another unit draws other users. */
  readonly by?: string | undefined;
}

/** Every serve as a ramp: a plain one is its own candidate at 100 %. */
function rungOf(serve: Serve, off: string): Rung {
  return isRamp(serve) ? { ...serve.ramp, by: serve.by } : { candidate: serve, stable: off, percent: WHOLE };
}

function goesBack(old: Serve, now: Serve, off: string): boolean {
  if (now === off || same(old, now)) return true;
  const [from, to] = [rungOf(old, off), rungOf(now, off)];
  // Back to what stands under the ramp.
  if (isRamp(old) && same(from.stable, now)) return true;
  const drawn = from.percent === WHOLE || same(from.by, to.by);
  return drawn && same(from.candidate, to.candidate) && same(from.stable, to.stable) && to.percent <= from.percent;
}

function contains(all: readonly unknown[], one: unknown): boolean {
  return all.some((other) => same(other, one));
}

function same(one: unknown, other: unknown): boolean {
  return printLine(one) === printLine(other);
}
