/** Why a user gets what he gets: the same decision as the compiled one, step by step, in words and numbers. */
import type { Json } from '../model/document.ts';
import type { Flag, FlagEnvironment, Serve } from '../model/flag.ts';
import { printPercent, WHOLE, type Weight } from '../model/weight.ts';
import { bucketOf, murmur3, pick } from './bucket.ts';
import { compileFlags } from './compile.ts';
import { printConditions } from './condition.ts';
import type { Evaluation, EvaluationContext, Logic } from './definition.ts';
import { exportEnvironment } from './export.ts';
import type { Surroundings } from './lower.ts';
import { lowerKeptOut, printServe, unitOf } from './lower.ts';
import { isRamp, isSplit, saltOfUnit, splitSalt, UNIT } from './lower-serve.ts';
import { lowerConditions, lowerSegment, segmentName } from './lower-condition.ts';
import { compileVar, type Scope } from './logic.ts';
import { compileTest } from './logic-test.ts';
import { isProblem } from './problem.ts';
import { environmentOf } from './ramp.ts';

export interface BucketSeen {
  readonly unit: string;
  readonly value: string | null;
  /** Of 100,000. */
  readonly bucket: number | null;
  /** The share that the candidate or arm has. */
  readonly percent: Weight;
}

export interface Explanation {
  readonly evaluation: Evaluation;
  /** What decided: `off`, `archived`, `requires`, `target`, `holdout`, `rule`, `default`. */
  readonly by: 'off' | 'archived' | 'requires' | 'target' | 'holdout' | 'rule' | 'default';
  /** Number of the rule from 1, where one did. */
  readonly rule?: number;
  readonly buckets: readonly BucketSeen[];
  /** One line: `on, by rule 2 (split 25%, bucket 1,211)`. */
  readonly sentence: string;
}

/** Explains a flag for a context. `now` in milliseconds. */
export function explainFlag(
  flag: Flag,
  surroundings: Surroundings,
  { context, now }: { readonly context: EvaluationContext; readonly now: number },
): Explanation {
  const { document } = exportEnvironment(onlyNeeded(flag, surroundings));
  const evaluation = compileFlags(document, () => now).evaluate(flag.key, context);
  const decided = decide(flag, surroundings, { context, now });
  const words = [decided.words, ...decided.buckets.map(printBucket)];
  const [first = '', ...more] = words;
  const detail = more.length > 0 ? `${first} (${more.join('; ')})` : first;
  const outcome = evaluation.variant ?? evaluation.errorMessage ?? "the caller's default";
  return { evaluation, ...decided, sentence: `${outcome}, ${detail}` };
}

/** The flag and those it requires: a check pays for no others. */
function onlyNeeded(flag: Flag, surroundings: Surroundings): Surroundings {
  const needed = new Map<string, Flag>();
  const add = (one: Flag): void => {
    if (needed.has(one.key)) return;
    needed.set(one.key, one);
    for (const { flag: key } of one.requires) {
      const parent = surroundings.flags.get(key);
      if (parent) add(parent);
    }
  };
  add(flag);
  return { ...surroundings, flags: needed };
}

interface Decided {
  readonly by: Explanation['by'];
  readonly rule?: number;
  readonly buckets: readonly BucketSeen[];
  readonly words: string;
}

interface At {
  readonly context: EvaluationContext;
  readonly now: number;
}

function decide(flag: Flag, surroundings: Surroundings, at: At): Decided {
  const settings = environmentOf(flag, surroundings.environment);
  const plain = (by: Decided['by'], words: string): Decided => ({ by, words, buckets: [] });
  if (flag.archived) return plain('archived', 'the flag is archived');
  if (!settings.enabled) return plain('off', `off in ${surroundings.environment}`);
  const unmet = unmetRequirement(flag, surroundings, at);
  if (unmet !== undefined) return plain('requires', `because it requires ${unmet}`);
  const unit = unitOf(settings);
  const value = read(unit, at.context, flag.key);
  if (settings.targets.some((target) => target.unit === value)) return plain('target', `by target ${String(value)}`);
  const test = tester(flag, surroundings, at);
  if (lowerKeptOut(settings).some(test)) return plain('holdout', 'kept out by a holdout or layer');
  return decideByRules(flag, settings, { surroundings, at, test });
}

interface Testing {
  readonly surroundings: Surroundings;
  readonly at: At;
  readonly test: (logic: Logic) => boolean;
}

function decideByRules(flag: Flag, settings: FlagEnvironment, { surroundings, at, test }: Testing): Decided {
  const index = settings.rules.findIndex((rule) => {
    const logic = lowerConditions(rule.if, surroundings.segments);
    return !isProblem(logic) && test(logic);
  });
  const rule = settings.rules[index];
  const buckets = bucketsOf(flag, rule?.serve ?? settings.serve, at.context);
  return rule
    ? { by: 'rule', rule: index + 1, buckets, words: `by rule ${index + 1}` }
    : { by: 'default', buckets, words: `by the default serve` };
}

function unmetRequirement(flag: Flag, surroundings: Surroundings, at: At): string | undefined {
  for (const { flag: key, variant } of flag.requires) {
    const parent = surroundings.flags.get(key);
    const needed = `${key} = ${variant}`;
    if (!parent) return `${needed}, which does not exist`;
    const { document } = exportEnvironment(onlyNeeded(parent, surroundings));
    const found = compileFlags(document, () => at.now).evaluate(key, at.context).variant;
    if (found !== variant) return `${needed}, which is ${found ?? 'off'} here`;
  }
  return undefined;
}

/** A condition that cannot be computed decides nothing here; the evaluation itself tells the error. */
function tester(flag: Flag, { segments }: Surroundings, { context, now }: At): (logic: Logic) => boolean {
  const evaluators = Object.fromEntries(
    [...segments.values()].map((segment) => [segmentName(segment.name), lowerSegment(segment, segments) as Logic]),
  );
  const scope: Scope = { flagKey: flag.key, evaluators, now: () => now, root: true };
  return (logic) => {
    try {
      return compileTest(logic, scope)(context);
    } catch {
      return false;
    }
  };
}

function read(unit: string, context: EvaluationContext, flagKey: string): unknown {
  return compileVar(unit, { flagKey, evaluators: {}, now: () => 0, root: true })(context);
}

/** The buckets a serve draws for this context, outermost first. */
function bucketsOf(flag: Flag, serve: Serve, context: EvaluationContext): readonly BucketSeen[] {
  if (typeof serve === 'string') return [];
  if (isSplit(serve)) {
    const unit = serve.by ?? UNIT;
    const salt = serve.generation === undefined ? saltOfUnit(flag.key, unit) : splitSalt(flag.key, serve.generation);
    const value = unitValue(unit, context, flag.key);
    const arm =
      value === null
        ? 0
        : pick(
            murmur3(salt + value),
            serve.split.map(([, weight]) => weight),
          );
    return [{ unit, value, bucket: bucketFor(salt, value), percent: serve.split[arm]?.[1] ?? 0 }];
  }
  if (!isRamp(serve)) return [];
  const { candidate, stable, percent } = serve.ramp;
  const unit = serve.by ?? UNIT;
  const salt = saltOfUnit(flag.key, unit);
  const value = unitValue(unit, context, flag.key);
  const bucket = bucketFor(salt, value);
  const inner = bucket !== null && bucket < percent ? withSalt(candidate) : stable;
  return [{ unit, value, bucket, percent }, ...bucketsOf(flag, inner, context)];
}

function withSalt(candidate: Serve): Serve {
  return isSplit(candidate) && candidate.generation === undefined ? { ...candidate, generation: 0 } : candidate;
}

function unitValue(unit: string, context: EvaluationContext, flagKey: string): string | null {
  const value = read(unit, context, flagKey);
  if (value === null || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function bucketFor(salt: string, value: string | null): number | null {
  return value === null ? null : bucketOf(murmur3(salt + value), WHOLE);
}

function printBucket({ unit, value, bucket, percent }: BucketSeen): string {
  if (value === null || bucket === null) return `split ${printPercent(percent)}, no ${unit}`;
  return `split ${printPercent(percent)}, bucket ${bucket.toLocaleString('en-US')}`;
}

/** The explanation as an outcome's details. */
export function explanationDetails(explanation: Explanation): Json {
  const { evaluation, by, rule, buckets } = explanation;
  return {
    flag: evaluation.flagKey,
    variant: evaluation.variant ?? null,
    value: evaluation.value ?? null,
    reason: evaluation.reason,
    ...(evaluation.errorCode && { errorCode: evaluation.errorCode }),
    by,
    ...(rule !== undefined && { rule }),
    buckets: buckets.map((bucket) => ({ ...bucket })),
  };
}

/** `2. country in DE,FR -> on`: the rules as `flag show` lists them. */
export function printRules(settings: FlagEnvironment): readonly string[] {
  return settings.rules.map((rule, i) => `${i + 1}. ${printConditions(rule.if)} -> ${printServe(rule.serve)}`);
}
