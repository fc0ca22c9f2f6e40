/** A flagd document to flags of ours, as far as our model can say it; what it cannot say is refused by name. */
import * as z from 'zod';
import type { Condition, Flag, FlagEnvironment, Rule, Segment, Serve } from '../model/flag.ts';
import { VariantValue } from '../model/flag.ts';
import { isName } from '../model/names.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { compileFlags } from './compile.ts';
import type { FlagdDocument, FlagdFlag, Logic } from './definition.ts';
import { readConditions } from './import-condition.ts';
import { isConstant, operationOf, saltOf } from './logic.ts';
import { isProblem, problem, type Problem } from './problem.ts';
import { isRamp, UNIT } from './lower-serve.ts';

export interface Imported {
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
}

const Document: z.ZodType<FlagdDocument> = z.object({
  flags: z.record(
    z.string(),
    z.object({
      state: z.enum(['ENABLED', 'DISABLED']),
      variants: z.record(z.string(), VariantValue),
      defaultVariant: z.string().nullable().exactOptional(),
      targeting: z.json().exactOptional(),
    }),
  ),
  $evaluators: z.record(z.string(), z.json()).exactOptional(),
});

/** Reads a document's text; every flag is given to one environment. */
export function importFlagd(text: string, environment: string): Imported | Problem {
  const parsed = parseText(text);
  if (isProblem(parsed)) return parsed;
  const segments: Segment[] = [];
  for (const [key, logic] of Object.entries(parsed.$evaluators ?? {})) {
    const name = key.replace(/^segment\//, '');
    const conditions = readConditions(logic);
    if (isProblem(conditions)) return problem(conditions.code, `$evaluators "${key}": ${conditions.message}`);
    if (!isName(name)) return problem('value-invalid', `$evaluators "${key}": it cannot be a segment's name`);
    segments.push({ schemaVersion: 1, name, if: conditions });
  }
  const flags: Flag[] = [];
  for (const [key, definition] of Object.entries(parsed.flags)) {
    const flag = importFlag(key, definition, environment);
    if (isProblem(flag)) return problem(flag.code, `flag ${key}: ${flag.message}`);
    flags.push(flag);
  }
  return { flags, segments };
}

function parseText(text: string): FlagdDocument | Problem {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return problem('file-unreadable', `it is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  const parsed = Document.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return problem('value-invalid', `no flagd document: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function importFlag(key: string, definition: FlagdFlag, environment: string): Flag | Problem {
  const { variants, targeting } = definition;
  const normal = definition.defaultVariant ?? '';
  if (!isName(key)) return problem('value-invalid', 'its key has characters that a file name cannot have');
  if (!Object.hasOwn(variants, normal))
    return problem('value-invalid', 'it has no default variant, which Sluice needs as `off`');
  const settings = readTargeting(targeting ?? null, { key, off: normal });
  if (isProblem(settings)) return settings;
  const off = isPlain(settings) ? (offIn(variants) ?? normal) : normal;
  return {
    schemaVersion: 1,
    key,
    kind: 'release',
    tags: [],
    services: [],
    variants,
    off,
    requires: [],
    ...(definition.state === 'DISABLED' && { archived: true }),
    environments: { [environment]: settings },
  };
}

/** No bucket in it: nobody can fall through one to the default variant. */
function isPlain({ serve, rules }: FlagEnvironment): boolean {
  return [serve, ...rules.map((rule) => rule.serve)].every((one) => typeof one === 'string');
}

function offIn(variants: Readonly<Record<string, VariantValue>>): string | undefined {
  return Object.keys(variants).find((name) => name === 'off' || variants[name] === false);
}

interface About {
  readonly key: string;
  readonly off: string;
}

function readTargeting(targeting: Logic, about: About): FlagEnvironment | Problem {
  const settings = { enabled: true, targets: [], rules: [] };
  const empty = targeting === null || (isConstant(targeting) && typeof targeting === 'object');
  if (empty) return { ...settings, serve: about.off };
  const rules: Rule[] = [];
  let rest = targeting;
  for (;;) {
    const serve = readServe(rest, about);
    if (!isProblem(serve)) return { ...settings, rules, serve };
    const operation = operationOf(rest);
    if (operation?.operator !== 'if') return serve;
    const [test = null, yes = null, ...others] = operation.args;
    const rule = readRule(test, yes, about);
    if (isProblem(rule)) return rule;
    rules.push({ id: `rule-${rules.length + 1}`, ...rule });
    rest = others.length > 1 ? { if: others } : (others[0] ?? about.off);
  }
}

function readRule(test: Logic, yes: Logic, about: About): Omit<Rule, 'id'> | Problem {
  const conditions = readConditions(test);
  if (isProblem(conditions)) return conditions;
  const wrong = matchesNothing(test, conditions);
  if (wrong) return wrong;
  const serve = readServe(yes, about);
  return isProblem(serve) ? serve : { if: conditions, serve };
}

/** Ours match nothing without the attribute; flagd's `age < 18` does. Such a rule would change its answer. */
function matchesNothing(test: Logic, conditions: readonly Condition[]): Problem | undefined {
  if (conditions.some(({ operator, not }) => operator === 'segment' || (operator === 'exists' && not)))
    return undefined;
  const flag: FlagdFlag = {
    state: 'ENABLED',
    variants: { yes: true, no: false },
    targeting: { if: [test, 'yes', 'no'] },
  };
  const { variant } = compileFlags({ flags: { test: flag } }, () => 0).evaluate('test');
  if (variant !== 'yes') return undefined;
  return problem(
    'operator-not-portable',
    `${JSON.stringify(test)} is true without the attribute; guard it by {"!==": [{"var": ...}, null]}`,
  );
}

function readServe(logic: Logic, about: About): Serve | Problem {
  if (logic === null) return about.off;
  if (typeof logic === 'string') return logic;
  const operation = operationOf(logic);
  if (operation?.operator === 'fractional') return readSplit(operation.args, about);
  if (operation?.operator === 'if') return readRamp(operation.args, about);
  return problem('operator-not-portable', `Sluice cannot say ${JSON.stringify(logic)}`);
}

/** `{"if": [{"===": [{"fractional": [["in", P], ["out", Q]]}, "in"]}, CANDIDATE, STABLE]}` */
function readRamp(args: readonly Logic[], about: About): Serve | Problem {
  const [test = null, yes = null, no = null, ...more] = args;
  const percent = more.length > 0 ? undefined : shareIn(test);
  if (percent === undefined)
    return problem('operator-not-portable', `Sluice cannot say ${JSON.stringify({ if: args })}`);
  const candidate = readServe(yes, about);
  const stable = readServe(no, about);
  if (isProblem(candidate)) return candidate;
  if (isProblem(stable)) return stable;
  if (typeof candidate === 'string' && !isRamp(stable)) return { ramp: { candidate, stable, percent } };
  return problem('operator-not-portable', 'a ramp of something else than a variant cannot be imported');
}

function shareIn(test: Logic): Weight | undefined {
  const sides = operationOf(test);
  const bucket = sides?.operator === '===' && sides.args[1] === 'in' ? operationOf(sides.args[0] ?? null) : undefined;
  const entries = bucket?.operator === 'fractional' ? weightsOf(bucket.args) : undefined;
  if (!entries || isProblem(entries) || entries.length !== 2) return undefined;
  return entries[0]?.[0] === 'in' ? entries[0][1] : undefined;
}

function readSplit(args: readonly Logic[], { key }: About): Serve | Problem {
  const [first = null] = args;
  const implicit = Array.isArray(first);
  const salt = implicit ? undefined : saltOf(first);
  const own = salt?.prefix === key && salt.path === UNIT;
  const other = salt?.prefix === `${key}/` && salt.path !== UNIT;
  if (!implicit && !own && !other) {
    return problem(
      'operator-not-portable',
      `its buckets are drawn by ${JSON.stringify(first)}; Sluice draws them by "${key}" and the unit`,
    );
  }
  const entries = weightsOf(implicit ? args : args.slice(1));
  if (isProblem(entries)) return entries;
  return { split: entries, ...(other && salt && { by: salt.path }) };
}

/** Weights of 100,000, where that is exact: else a few users would change their variant. */
function weightsOf(entries: readonly Logic[]): readonly (readonly [string, Weight])[] | Problem {
  const raw: (readonly [string, number])[] = [];
  for (const entry of entries) {
    const [name, weight = 1] = Array.isArray(entry) ? (entry as readonly Logic[]) : [];
    if (typeof name !== 'string' || typeof weight !== 'number' || !Number.isInteger(weight)) {
      return problem('operator-not-portable', `Sluice cannot say the bucket ${JSON.stringify(entry)}`);
    }
    raw.push([name, Math.max(0, weight)]);
  }
  const total = raw.reduce((sum, [, weight]) => sum + weight, 0);
  const scaled = raw.map(([name, weight]) => [name, (weight * WHOLE) / total] as const);
  if (total > 0 && scaled.every(([, weight]) => Number.isInteger(weight))) return scaled;
  return problem(
    'value-invalid',
    `its weights ${raw.map(([, weight]) => weight).join(', ')} are not whole parts of 100,000`,
  );
}
