/** What must hold of a flag before it may be written. */
import type { Condition, Flag, FlagEnvironment, Layer, PlainServe, Segment, Serve } from '../model/flag.ts';
import { NAME_PATTERN } from '../model/names.ts';
import { WHOLE } from '../model/weight.ts';
import { lowerConditions, type Segments } from './lower-condition.ts';
import { isRamp, isSplit } from './lower-serve.ts';
import { lower } from './lower.ts';
import { isProblem, problem, type Problem } from './problem.ts';
import { DEFAULT_RULE } from './ramp.ts';

/** All problems of a flag among the others (which may hold its previous version); none: it may be written. */
export function validateFlag(flag: Flag, all: ReadonlyMap<string, Flag>, segments: Segments): readonly Problem[] {
  const flags = new Map(all).set(flag.key, flag);
  const problems = [...validateAlone(flag), ...requiresProblems(flag, flags)];
  if (problems.length > 0) return problems;
  return Object.keys(flag.environments).flatMap((environment) => {
    const lowered = lower(flag, { environment, flags, segments });
    return isProblem(lowered) ? [lowered] : [];
  });
}

/** Problems that a flag has whatever the others are: no other document need be read for it. */
export function validateAlone(flag: Flag): readonly Problem[] {
  const inner = Object.entries(flag.environments).flatMap(([name, settings]) =>
    environmentProblems(flag, settings, `${flag.key} in ${name}`),
  );
  return [...variantProblems(flag), ...inner];
}

function variantProblems({ key, variants, off, created, expires }: Flag): readonly Problem[] {
  const problems: Problem[] = [];
  const names = Object.keys(variants);
  const types = new Set(Object.values(variants).map((value) => typeof value));
  if (names.length === 0) problems.push(problem('value-invalid', `flag ${key} has no variants`));
  for (const name of names) {
    if (!NAME_PATTERN.test(name))
      problems.push(problem('value-invalid', `flag ${key}: "${name}" cannot name a variant`));
  }
  if (types.size > 1) {
    problems.push(problem('value-invalid', `flag ${key}: variants must have one type, found ${[...types].join(', ')}`));
  }
  if (!Object.hasOwn(variants, off)) problems.push(unknownVariant(key, off, names));
  if (created !== undefined && expires !== undefined && expires < created) {
    problems.push(problem('value-invalid', `flag ${key} expires before it was created`));
  }
  return problems;
}

/** Names in one sentence. */
const SHOWN = 20;

function unknownVariant(where: string, variant: string, known: readonly string[]): Problem {
  const shown = known.length > SHOWN ? [...known.slice(0, SHOWN), '...'] : known;
  return problem('variant-unknown', `flag ${where} has no variant "${variant}", only ${shown.join(', ')}`);
}

function requiresProblems(flag: Flag, flags: ReadonlyMap<string, Flag>): readonly Problem[] {
  // One walk over the flags, however many are required: what was seen leads back no other time.
  const seen = new Set<string>();
  return flag.requires.flatMap(({ flag: key, variant }) => {
    const parent = flags.get(key);
    if (!parent) return [problem('parent-missing', `flag ${flag.key} requires ${key}, which does not exist`)];
    if (!Object.hasOwn(parent.variants, variant)) return [unknownVariant(key, variant, Object.keys(parent.variants))];
    if (parent.archived) return [problem('flag-archived', `flag ${flag.key} requires ${key}, which is archived`)];
    const cycle = cycleFrom(key, flag.key, { flags, seen });
    return cycle ? [problem('requires-cycle', `flags require each other: ${[flag.key, ...cycle].join(' > ')}`)] : [];
  });
}

interface Walk {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly seen: Set<string>;
}

/** The way from a flag back to `wanted`, by what each requires. */
function cycleFrom(key: string, wanted: string, { flags, seen }: Walk): readonly string[] | undefined {
  const walk = (at: string): readonly string[] | undefined => {
    if (at === wanted) return [at];
    if (seen.has(at)) return undefined;
    seen.add(at);
    for (const next of flags.get(at)?.requires ?? []) {
      const rest = walk(next.flag);
      if (rest) return [at, ...rest];
    }
    return undefined;
  };
  return walk(key);
}

function environmentProblems(flag: Flag, settings: FlagEnvironment, where: string): readonly Problem[] {
  const names = Object.keys(flag.variants);
  const known = new Set(names);
  const check = (variant: string): readonly Problem[] =>
    known.has(variant) ? [] : [unknownVariant(where, variant, names)];
  const serves: readonly Serve[] = [settings.serve, ...settings.rules.map(({ serve }) => serve)];
  return [
    ...serves.flatMap((serve) => serveProblems(serve, where, check)),
    ...settings.targets.flatMap(({ variant }) => check(variant)),
    ...duplicates(settings.targets.map(({ unit }) => unit)).map((unit) =>
      problem('value-invalid', `flag ${where}: ${unit} is targeted twice`),
    ),
    ...ruleProblems(settings, where),
    ...layerProblems(settings, where),
  ];
}

type Check = (variant: string) => readonly Problem[];

function serveProblems(serve: Serve, where: string, check: Check): readonly Problem[] {
  if (!isRamp(serve)) return plainProblems(serve, where, check);
  return [serve.ramp.candidate, serve.ramp.stable].flatMap((plain) => plainProblems(plain, where, check));
}

function plainProblems(serve: PlainServe, where: string, check: Check): readonly Problem[] {
  if (!isSplit(serve)) return check(serve);
  const total = serve.split.reduce((sum, [, weight]) => sum + weight, 0);
  const sum =
    total === WHOLE ? [] : [problem('value-invalid', `flag ${where}: a split sums to ${total / 1000} %, not to 100 %`)];
  const layer = serve.layer ? slotProblems(serve.layer, where) : [];
  return [...sum, ...layer, ...serve.split.flatMap(([variant]) => check(variant))];
}

function ruleProblems({ rules }: FlagEnvironment, where: string): readonly Problem[] {
  const ids = rules.map(({ id }) => id);
  return [
    ...duplicates(ids).map((id) => problem('value-invalid', `flag ${where}: two rules are called "${id}"`)),
    ...(ids.includes(DEFAULT_RULE) ? [problem('value-invalid', `flag ${where}: "default" cannot name a rule`)] : []),
  ];
}

function layerProblems({ layer, holdouts = [] }: FlagEnvironment, where: string): readonly Problem[] {
  const twice = duplicates(holdouts.map(({ name }) => name)).map((name) =>
    problem('value-invalid', `flag ${where}: the holdout ${name} is named twice`),
  );
  return layer ? [...twice, ...slotProblems(layer, where)] : twice;
}

function slotProblems(layer: Layer, where: string): readonly Problem[] {
  const slots = layer.slots.map(([slot]) => slot);
  const total = layer.slots.reduce((sum, [, weight]) => sum + weight, 0);
  return [
    ...(total === WHOLE
      ? []
      : [
          problem(
            'value-invalid',
            `flag ${where}: the slots of layer ${layer.name} sum to ${total / 1000} %, not to 100 %`,
          ),
        ]),
    ...layer.mine
      .filter((slot) => !slots.includes(slot))
      .map((slot) => problem('value-invalid', `flag ${where}: layer ${layer.name} has no slot "${slot}"`)),
  ];
}

function duplicates(values: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const twice = values.filter((value) => seen.size === seen.add(value).size);
  return [...new Set(twice)];
}

/** What is wrong with a segment among the others: unknown or circular segments in it. */
export function validateSegment(segment: Segment, all: Segments): readonly Problem[] {
  const segments = new Map(all).set(segment.name, segment);
  const lowered = lowerConditions(segment.if, segments, [segment.name]);
  return isProblem(lowered) ? [lowered] : [];
}

/** Names of segments that conditions use directly. */
export function segmentsUsed(conditions: readonly Condition[]): readonly string[] {
  return conditions.flatMap(({ operator, values }) => (operator === 'segment' ? [String(values[0])] : []));
}
