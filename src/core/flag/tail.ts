/** A targeting rule to a closure that answers finished, frozen evaluations: nothing is allocated while evaluating. */
import type { Evaluation, Logic } from './definition.ts';
import { boundsOf, hashUnit, type Prefix, prefixOf } from './bucket.ts';
import { compileLogic, compileVar, isConstant, operationOf, ownKey, pathOf, saltOf, type Scope } from './logic.ts';
import { compileTest, type Test } from './logic-test.ts';
import { textOf } from './logic-values.ts';

export type Evaluate = (data: unknown) => Evaluation;

/** What a rule comes to: the same for everybody, or by the context. */
export type Outcome = Evaluation | Evaluate;

/** The evaluations a flag can end in. */
export interface Endings {
  /** Of a variant by name; an error where the flag has no such variant. `split`: a bucket decided. */
  variant(name: string, split: boolean): Evaluation;
  /** Where targeting gives nothing. */
  readonly otherwise: Evaluation;
}

interface Tail {
  readonly scope: Scope;
  readonly endings: Endings;
  /** Whether the decision that led here was a bucket's. */
  readonly split: boolean;
}

export function compileTail(node: Logic, tail: Tail): Outcome {
  const operation = operationOf(node);
  if (operation?.operator === 'if') return branch(operation.args, tail);
  if (operation?.operator === 'fractional') return fractional(operation.args, tail) ?? computed(node, tail);
  return isConstant(node) ? ending(node, tail) : computed(node, tail);
}

function ending(node: Logic, { endings, split }: Tail): Evaluation {
  return node === null ? endings.otherwise : endings.variant(textOf(node), split);
}

function computed(node: Logic, { scope, endings, split }: Tail): Evaluate {
  const run = compileLogic(node, scope);
  const bucketed = split || hasBucket(node, scope);
  return (data) => {
    const value = run(data);
    return value === null || value === undefined ? endings.otherwise : endings.variant(textOf(value), bucketed);
  };
}

function branch(args: readonly Logic[], tail: Tail): Outcome {
  const { scope } = tail;
  const tests: Test[] = [];
  const outcomes: Outcome[] = [];
  let { split } = tail;
  let i = 0;
  for (; i + 1 < args.length; i += 2) {
    const condition = args[i] ?? null;
    split = hasBucket(condition, scope);
    tests.push(compileTest(condition, scope));
    outcomes.push(compileTail(args[i + 1] ?? null, { ...tail, split }));
  }
  const last = compileTail(args[i] ?? null, { ...tail, split });
  return tests.length === 0 ? last : firstOf(tests, outcomes, last);
}

function firstOf(tests: readonly Test[], outcomes: readonly Outcome[], last: Outcome): Evaluate {
  return (data) => {
    let outcome = last;
    for (let i = 0; i < tests.length; i++) {
      if ((tests[i] as Test)(data)) {
        outcome = outcomes[i] as Outcome;
        break;
      }
    }
    return typeof outcome === 'function' ? outcome(data) : outcome;
  };
}

function hasBucket(node: Logic, scope: Scope): boolean {
  if (Array.isArray(node)) return node.some((item: Logic) => hasBucket(item, scope));
  const operation = operationOf(node);
  if (!operation) return false;
  if (operation.operator === '$ref') return hasBucket(scope.evaluators[textOf(operation.args[0])] ?? null, scope);
  return operation.operator === 'fractional' || operation.args.some((item) => hasBucket(item, scope));
}

interface Entries {
  readonly bounds: readonly number[];
  readonly evaluations: readonly Evaluation[];
}

/** Entries of names and whole weights; undefined when something in them must be computed or is not allowed. */
function entriesOf(entries: readonly Logic[], { endings }: Tail): Entries | undefined {
  const weights: number[] = [];
  const evaluations: Evaluation[] = [];
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length === 0 || entry.length > 2) return undefined;
    const [name, weight = 1] = entry as readonly Logic[];
    if (typeof name !== 'string' || typeof weight !== 'number' || !Number.isInteger(weight)) return undefined;
    weights.push(weight);
    evaluations.push(endings.variant(name, true));
  }
  const bounds = boundsOf(weights);
  return bounds ? { bounds, evaluations } : undefined;
}

function fractional(args: readonly Logic[], tail: Tail): Evaluate | undefined {
  const { scope } = tail;
  const { otherwise } = tail.endings;
  const salt = saltOfBucket(args[0] ?? null, scope);
  const entries = salt && entriesOf(args.slice(salt.unit === 'implicit' ? 0 : 1), tail);
  if (!salt || !entries) return undefined;
  const bucket: Bucket = { prefix: prefixOf(salt.prefix), entries, salt, otherwise };
  const key = ownKey(salt.path, scope);
  return key !== undefined && entries.bounds.length === 2
    ? byOwnKey(key, bucket)
    : byPath(compileVar(salt.path, scope), bucket);
}

interface Bucket {
  readonly prefix: Prefix;
  readonly entries: Entries;
  readonly salt: Salt;
  readonly otherwise: Evaluation;
}

/** The commonest form, two entries by a member of the context, without a call but the hash. It keeps no more than it reads. */
function byOwnKey(key: string, { prefix, entries, salt, otherwise }: Bucket): Evaluate {
  const [bound = 0] = entries.bounds;
  const [low = otherwise, high = otherwise] = entries.evaluations;
  const { unit: kind } = salt;
  return (data) => {
    const unit = (data as Readonly<Record<string, unknown>>)[key];
    const text = typeof unit === 'string' && unit !== '' ? unit : textOfUnit(unit, kind);
    if (text === undefined) return otherwise;
    return hashUnit(prefix, text) < bound ? low : high;
  };
}

function byPath(read: (data: unknown) => unknown, { prefix, entries, salt, otherwise }: Bucket): Evaluate {
  const { bounds, evaluations } = entries;
  return (data) => {
    const text = textOfUnit(read(data), salt.unit);
    if (text === undefined) return otherwise;
    const hash = hashUnit(prefix, text);
    let i = 0;
    while (i < bounds.length && hash >= (bounds[i] ?? 0)) i++;
    return evaluations[i] ?? otherwise;
  };
}

/** What is hashed of a unit; undefined: it draws no bucket. */
function textOfUnit(unit: unknown, kind: Salt['unit']): string | undefined {
  if (typeof unit === 'string') return unit === '' && kind === 'implicit' ? undefined : unit;
  if (kind === 'text' || (kind === 'implicit' && !unit)) return undefined;
  return unit === null || unit === undefined || typeof unit === 'function' ? '' : textOf(unit);
}

interface Salt {
  readonly prefix: string;
  readonly path: string;
  /** Implicit: nothing without a targeting key. Text: `{"var": "id"}` alone, which must be a text. Any: inside of `cat`. */
  readonly unit: 'implicit' | 'text' | 'any';
}

function saltOfBucket(node: Logic, scope: Scope): Salt | undefined {
  if (Array.isArray(node)) return { prefix: scope.flagKey, path: 'targetingKey', unit: 'implicit' };
  const path = pathOf(node);
  if (path !== undefined) return { prefix: '', path, unit: 'text' };
  const salt = saltOf(node);
  return salt ? { ...salt, unit: 'any' } : undefined;
}
