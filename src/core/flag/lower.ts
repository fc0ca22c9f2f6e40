/** A flag in one environment to its flagd definition: order requires, targets, holdouts and layer, rules, default serve. */
import type { Flag, FlagEnvironment } from '../model/flag.ts';
import { printPercent, WHOLE } from '../model/weight.ts';
import type { FlagdFlag, Logic } from './definition.ts';
import { and, lowerConditions, not, variable, type Segments } from './lower-condition.ts';
import { explicitBucket, hasUnit, isInLayer, lowerServe, UNIT } from './lower-serve.ts';
import { isProblem, problem, type Problem } from './problem.ts';
import { shareInRamp, shareOf } from './share.ts';

/** What a flag may refer to. */
export interface Surroundings {
  readonly environment: string;
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: Segments;
}

/** Chains of required flags are inlined, so they are kept short. */
const MAX_DEPTH = 5;
/** Whatever stands in them: flags that each require many others would take minutes before their size is known. */
const MAX_INLINED = 1_000;
/** Bytes of a lowered flag as JSON. */
const MAX_SIZE: number = 32 * 1024;

const encoder = new TextEncoder();

/** flagd's definition, or why there is none. Off, disabled or unnamed here: `off` for everybody; archived: flagd's DISABLED. */
export function lower(flag: Flag, surroundings: Surroundings): FlagdFlag | Problem {
  const { variants, off } = flag;
  if (flag.archived) return { state: 'DISABLED', variants, defaultVariant: off };
  const served = lowerServed(flag, { ...surroundings, path: [], left: { flags: MAX_INLINED } });
  if (isProblem(served)) return served;
  const definition: FlagdFlag =
    typeof served.logic === 'string'
      ? { state: 'ENABLED', variants, defaultVariant: served.logic }
      : { state: 'ENABLED', variants, defaultVariant: off, targeting: served.logic };
  const size = encoder.encode(JSON.stringify(definition)).length;
  if (size <= MAX_SIZE) return definition;
  return problem(
    'flag-too-large',
    `flag ${flag.key} lowers to ${size} bytes, ${MAX_SIZE} are allowed: put long lists into fewer rules, or require fewer flags`,
  );
}

/** Required flags from the outermost to this one. */
interface Inlining extends Surroundings {
  readonly path: readonly string[];
  /** How many more may be inlined; counted down. */
  readonly left: { flags: number };
}

/** A variant for everybody as its name, or targeting. Wrapped, since a Problem looks like logic. */
interface Served {
  readonly logic: Logic;
}

function lowerServed(flag: Flag, inlining: Inlining): Served | Problem {
  const settings = flag.archived ? undefined : flag.environments[inlining.environment];
  if (!settings?.enabled) return { logic: flag.off };
  const required = lowerRequires(flag, inlining);
  if (isProblem(required)) return required;
  if (required === 'never') return { logic: flag.off };
  const own = lowerOwn(flag, settings, inlining);
  if (isProblem(own) || required.length === 0 || own.logic === flag.off) return own;
  return { logic: { if: [and(required), own.logic, flag.off] } };
}

/** The tests that required flags serve what is required; `never` when one of them cannot. */
function lowerRequires(flag: Flag, inlining: Inlining): readonly Logic[] | 'never' | Problem {
  const path = [...inlining.path, flag.key];
  const tests: Logic[] = [];
  for (const { flag: key, variant } of flag.requires) {
    const parent = inlining.flags.get(key);
    if (!parent) return problem('parent-missing', `flag ${flag.key} requires ${key}, which does not exist`);
    if (path.includes(key)) return problem('requires-cycle', `flags require each other: ${[...path, key].join(' > ')}`);
    if (path.length > MAX_DEPTH) {
      return problem(
        'flag-too-large',
        `flag ${path[0]} requires flags more than ${MAX_DEPTH} deep: ${path.join(' > ')}`,
      );
    }
    inlining.left.flags -= 1;
    if (inlining.left.flags < 0)
      return problem('flag-too-large', `flag ${path[0]} requires flags that lead to more than ${MAX_INLINED} others`);
    const served = lowerServed(parent, { ...inlining, path });
    if (isProblem(served)) return served;
    if (typeof served.logic !== 'string') tests.push({ '===': [{ or: [served.logic, parent.off] }, variant] });
    else if (served.logic !== variant) return 'never';
  }
  return tests;
}

function lowerOwn(flag: Flag, settings: FlagEnvironment, inlining: Inlining): Served | Problem {
  const { key, off } = flag;
  const context = { key, off, inlined: inlining.path.length > 0 };
  const steps: Logic[] = [...lowerTargets(settings), ...lowerKeptOut(settings).flatMap((test) => [test, off])];
  for (const rule of settings.rules) {
    const test = lowerConditions(rule.if, inlining.segments);
    if (isProblem(test)) return problem(test.code, `flag ${key}, rule ${rule.id}: ${test.message}`);
    steps.push(test, lowerServe(rule.serve, context));
  }
  const rest = lowerServe(settings.serve, context);
  return { logic: steps.length === 0 ? rest : { if: [...steps, rest] } };
}

/** The attribute that targets name: the one the default serve is drawn by. */
export function unitOf(settings: FlagEnvironment): string {
  return (typeof settings.serve === 'object' ? settings.serve.by : undefined) ?? UNIT;
}

function lowerTargets(settings: FlagEnvironment): readonly Logic[] {
  const byVariant = new Map<string, string[]>();
  for (const { unit, variant } of settings.targets) {
    const units = byVariant.get(variant);
    if (units) units.push(unit);
    else byVariant.set(variant, [unit]);
  }
  return [...byVariant].flatMap(([variant, units]) => [{ in: [variable(unitOf(settings)), units] }, variant]);
}

/** Tests of users who get `off` whatever the rules say. */
export function lowerKeptOut({ holdouts = [], layer }: FlagEnvironment): readonly Logic[] {
  const tests = holdouts.map(({ name, percent }): Logic => {
    const entries = [
      ['held', percent],
      ['open', WHOLE - percent],
    ] as const;
    return and([hasUnit(UNIT), { '===': [explicitBucket(`holdout/${name}/`, UNIT, entries), 'held'] }]);
  });
  if (!layer) return tests;
  return [...tests, not(isInLayer(layer))];
}

/** `on`, `25%`, `10% green`, `50% control, 50% treatment`: a serve in a few words. */
export function printServe(serve: Flag['environments'][string]['serve']): string {
  if (typeof serve === 'string') return serve;
  if ('split' in serve) return serve.split.map(([variant, weight]) => `${printPercent(weight)} ${variant}`).join(', ');
  const { candidate, stable, percent } = serve.ramp;
  if (shareOf(stable, candidate) > 0)
    return `${printPercent(shareInRamp(serve.ramp))} ${printServe(candidate)} (${printPercent(percent)} over ${printServe(stable)})`;
  return candidate === 'on' ? printPercent(percent) : `${printPercent(percent)} ${printServe(candidate)}`;
}
