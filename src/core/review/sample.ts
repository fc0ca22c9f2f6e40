/** Made-up users that stand on both sides of every condition: the same ones at every run. */
import { murmur3 } from '../flag/bucket.ts';
import type { EvaluationContext } from '../flag/definition.ts';
import { unitOf } from '../flag/lower.ts';
import { UNIT } from '../flag/lower-serve.ts';
import { printLine } from '../model/document.ts';
import type { Condition, Flag, Serve } from '../model/flag.ts';
import type { FlagSet } from './flag-set.ts';
import { sidesOf, type Side } from './sides.ts';

/** What users are asked for: conditions, and attributes that draw a bucket. */
export interface Asked {
  readonly conditions: readonly Condition[];
  readonly units: readonly string[];
}

/** Everything that a flag asks of users in an environment, with the flags that it requires and the segments it uses. */
export function askedBy(key: string, { flags, segments }: FlagSet, environment: string): Asked {
  const conditions: Condition[] = [];
  const units = new Set<string>();
  const seen = new Set<string>();
  const segment = (name: string): void => {
    if (seen.has(`segment/${name}`)) return;
    seen.add(`segment/${name}`);
    take(segments.get(name)?.if ?? []);
  };
  const take = (some: readonly Condition[]): void => {
    for (const one of some)
      if (one.operator === 'segment') segment(String(one.values[0]));
      else conditions.push(one);
  };
  const flag = (one: Flag | undefined): void => {
    const settings = one?.environments[environment];
    if (!one || !settings || seen.has(one.key)) return;
    seen.add(one.key);
    units.add(unitOf(settings));
    for (const serve of [settings.serve, ...settings.rules.map((rule) => rule.serve)])
      unitsOf(serve).forEach((unit) => units.add(unit));
    settings.rules.forEach((rule) => take(rule.if));
    one.requires.forEach((parent) => flag(flags.get(parent.flag)));
  };
  flag(flags.get(key));
  return { conditions, units: [...units] };
}

function unitsOf(serve: Serve): readonly string[] {
  if (typeof serve === 'string') return [];
  const own = serve.by === undefined ? [] : [serve.by];
  return 'ramp' in serve ? [...own, ...unitsOf(serve.ramp.candidate), ...unitsOf(serve.ramp.stable)] : own;
}

const KEPT = 8;

/** Draws samples of one size; flags that ask the same of users share one. */
export function sampler(size: number): (asked: readonly Asked[]) => readonly EvaluationContext[] {
  const drawn = new Map<string, readonly EvaluationContext[]>();
  return (asked) => {
    const conditions = new Map(asked.flatMap((one) => one.conditions).map((one) => [printLine(one), one]));
    const units = [...new Set(asked.flatMap((one) => one.units))].toSorted();
    const signature = [...[...conditions.keys()].toSorted(), ...units].join('\n');
    const known = drawn.get(signature);
    if (known) return known;
    const contexts = draw(size, [...conditions.values()], units);
    // Flags that ask the same stand beside one another; ten thousand users are not kept for each that asks something else.
    if (drawn.size >= KEPT) drawn.delete(drawn.keys().next().value ?? '');
    drawn.set(signature, contexts);
    return contexts;
  };
}

function draw(size: number, conditions: readonly Condition[], units: readonly string[]): readonly EvaluationContext[] {
  const attributes = [...new Set(conditions.map(({ attribute }) => attribute))];
  const sides = new Map(
    attributes.map((name) => [name, sidesOf(conditions.filter(({ attribute }) => attribute === name))]),
  );
  return Array.from({ length: size }, (_, index) => userAt(index, sides, units));
}

/** Every other user has plain units; of the others the conditions on a unit decide what it looks like. */
function userAt(
  index: number,
  sides: ReadonlyMap<string, readonly Side[]>,
  units: readonly string[],
): EvaluationContext {
  const user = bare();
  put(user, UNIT, `user-${index}`);
  for (const unit of units) if (unit !== UNIT) put(user, unit, `${unit}-${index}`);
  for (const [attribute, all] of sides) {
    const isUnit = attribute === UNIT || units.includes(attribute);
    const drawn = murmur3(`${attribute}/${index}`);
    if (isUnit && drawn % 2 === 0) continue;
    const value = all[Math.floor(drawn / 2) % all.length]?.(index);
    if (value !== undefined) put(user, attribute, value);
  }
  return user;
}

type Members = Record<string, unknown>;

/** Without a prototype: an attribute may be called anything. */
function bare(): Members {
  return Object.create(null) as Members;
}

/** A dot in an attribute's name leads into what it holds. */
function put(user: Members, attribute: string, value: unknown): void {
  const steps = attribute.replace(/\[\]$/, '').split('.');
  let at = user;
  for (const step of steps.slice(0, -1)) {
    const next = (at[step] ??= bare());
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return;
    at = next as Members;
  }
  at[steps.at(-1) ?? attribute] = value;
}
