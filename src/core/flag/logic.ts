/**
 * JSONLogic to closures, once. Unknown operators and references are found beforehand by `findFault`;
 * a closure throws LogicFault only, where flagd's evaluator would fail too.
 */
import type { Logic } from './definition.ts';
import { hashUnit, pick, prefixOf } from './bucket.ts';
import { concatenate, LogicFault, OPERATORS, textOf, truthy, type Values } from './logic-values.ts';

export type Run = (data: unknown) => unknown;

/** What a rule may refer to besides the context. `root` is false inside `map`, `some` and the like, where data is one element. */
export interface Scope {
  readonly flagKey: string;
  readonly evaluators: Readonly<Record<string, Logic>>;
  /** Milliseconds; read only where a rule asks for `$flagd.timestamp`. */
  readonly now: () => number;
  readonly root: boolean;
}

type Lazy = (args: readonly Logic[], scope: Scope) => Run;

/** The one operator of an object and its arguments as a list; undefined for plain values. */
export function operationOf(node: Logic): { readonly operator: string; readonly args: readonly Logic[] } | undefined {
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return undefined;
  const [operator] = Object.keys(node);
  if (operator === undefined) return undefined;
  const args = (node as Readonly<Record<string, Logic>>)[operator] ?? null;
  return { operator, args: Array.isArray(args) ? (args as readonly Logic[]) : [args] };
}

/** Whether a node means itself whatever the context is. */
export function isConstant(node: Logic): boolean {
  return Array.isArray(node) ? node.every((item: Logic) => isConstant(item)) : operationOf(node) === undefined;
}

/** Why a rule cannot be compiled: an unknown operator, an unknown or nested `$ref`. */
export function findFault(node: Logic, evaluators: Scope['evaluators'], nested = false): string | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  const children = Array.isArray(node) ? (node as readonly Logic[]) : operationOf(node)?.args;
  if (!Array.isArray(node) && children) {
    const names = Object.keys(node);
    const name = names[0] ?? '';
    if (names.length > 1) return `an object with ${names.length} operators`;
    if (name === '$ref') return faultOfReference(children[0] ?? null, evaluators, nested);
    if (!OPERATORS.has(name) && !LAZY.has(name)) return `no operator is called "${name}"`;
  }
  for (const child of children ?? []) {
    const found = findFault(child, evaluators, nested);
    if (found !== undefined) return found;
  }
  return undefined;
}

function faultOfReference(name: Logic, evaluators: Scope['evaluators'], nested: boolean): string | undefined {
  if (nested) return 'a $ref inside of $evaluators';
  if (typeof name !== 'string' || !Object.hasOwn(evaluators, name)) return `$ref to nothing: ${JSON.stringify(name)}`;
  return findFault(evaluators[name] ?? null, evaluators, true);
}

export function compileLogic(node: Logic, scope: Scope): Run {
  if (isConstant(node)) return () => node;
  if (Array.isArray(node)) return runAll(node as readonly Logic[], scope);
  const operation = operationOf(node);
  if (!operation) return () => node;
  const { operator, args } = operation;
  const lazy = LAZY.get(operator);
  if (lazy) return lazy(args, scope);
  const apply = OPERATORS.get(operator);
  if (!apply) return () => null;
  const values = computeArguments(node, scope);
  return (data) => apply(values(data));
}

function runAll(nodes: readonly Logic[], scope: Scope): (data: unknown) => unknown[] {
  const runs = nodes.map((item) => compileLogic(item, scope));
  return (data) => runs.map((run) => run(data));
}

/** `{"cat": {"var": "list"}}`: a single argument that computes to a list is the list of arguments. */
function computeArguments(node: Logic, scope: Scope): (data: unknown) => Values {
  const raw = Object.values(node as Readonly<Record<string, Logic>>)[0] ?? null;
  if (Array.isArray(raw)) return runAll(raw as readonly Logic[], scope);
  const run = compileLogic(raw, scope);
  return (data) => {
    const value = run(data);
    return Array.isArray(value) ? (value as Values) : [value];
  };
}

function member(data: unknown, key: string): unknown {
  return data === null || data === undefined ? undefined : (data as Readonly<Record<string, unknown>>)[key];
}

/** The key of a path that is one member of the context itself, which the fastest closures read without a call. */
export function ownKey(path: string, scope: Scope): string | undefined {
  return scope.root && path !== '' && !path.includes('.') ? path : undefined;
}

/** Reads `a.b.c`; undefined and functions are null. */
export function compileVar(path: string, scope: Scope): Run {
  if (scope.root && path === '$flagd.flagKey') return () => scope.flagKey;
  if (scope.root && path === '$flagd.timestamp') return () => Math.floor(scope.now() / 1000);
  if (path === '') return (data) => data;
  const keys = path.split('.');
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only !== undefined) {
    return (data) => {
      const value = member(data, only);
      return value === undefined || typeof value === 'function' ? null : value;
    };
  }
  return (data) => {
    let value: unknown = data;
    for (const key of keys) value = member(value, key);
    return value === undefined || typeof value === 'function' ? null : value;
  };
}

function variable(args: readonly Logic[], scope: Scope): Run {
  const [path = '', otherwise = null] = args;
  const fallback = compileLogic(otherwise, scope);
  const plain = typeof path === 'string' || typeof path === 'number' || path === null;
  const read = plain ? compileVar(String(path ?? ''), scope) : undefined;
  if (read) return otherwise === null ? read : (data) => read(data) ?? fallback(data);
  const computed = compileLogic(path, scope);
  return (data) => compileVar(textOf(computed(data) ?? ''), scope)(data) ?? fallback(data);
}

function branch(args: readonly Logic[], scope: Scope): Run {
  const runs = args.map((item) => compileLogic(item, scope));
  return (data) => {
    let i = 0;
    for (; i + 1 < runs.length; i += 2) if (truthy(runs[i]?.(data))) return runs[i + 1]?.(data);
    return runs[i]?.(data) ?? null;
  };
}

function firstThat(stop: boolean): Lazy {
  return (args, scope) => {
    const runs = args.map((item) => compileLogic(item, scope));
    return (data) => {
      let value: unknown = null;
      for (const run of runs) {
        value = run(data);
        if (truthy(value) === stop) return value;
      }
      return value;
    };
  };
}

function over(answer: (list: readonly unknown[], each: Run) => unknown): Lazy {
  return ([list = null, body = null], scope) => {
    const items = compileLogic(list, scope);
    const each = compileLogic(body, { ...scope, root: false });
    return (data) => answer(listOf(items(data)), each);
  };
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value) throw new LogicFault('a list was expected');
  return [];
}

function reduce([list = null, body = null, start = null]: readonly Logic[], scope: Scope): Run {
  const items = compileLogic(list, scope);
  const first = compileLogic(start, scope);
  const each = compileLogic(body, { ...scope, root: false });
  return (data) => listOf(items(data)).reduce((accumulator, current) => each({ accumulator, current }), first(data));
}

function missing(data: unknown, keys: Values, scope: Scope): Values {
  return keys.filter((key) => compileVar(textOf(key), scope)(data) === null);
}

function keysMissing(args: readonly Logic[], scope: Scope): Run {
  const keys = runAll(args, scope);
  return (data) => missing(data, keys(data).flat(), scope);
}

function someMissing([need = 0, from = []]: readonly Logic[], scope: Scope): Run {
  const keys = compileLogic(from, scope);
  return (data) => {
    const all = listOf(keys(data));
    const gone = missing(data, all, scope);
    return all.length - gone.length >= Number(need) ? [] : gone;
  };
}

function reference([name = null]: readonly Logic[], scope: Scope): Run {
  return compileLogic(scope.evaluators[textOf(name)] ?? null, scope);
}

/** The general form: entries and weights may be computed. The evaluator compiles the constant form itself (`tail.ts`). */
function fractional(args: readonly Logic[], scope: Scope): Run {
  const values = runAll(args, scope);
  const salted = prefixOf(scope.flagKey);
  const bare = prefixOf('');
  return (data) => {
    const computed = values(data);
    const key = computed[0];
    const explicit = typeof key === 'string';
    const unit = explicit ? key : scope.root ? member(data, 'targetingKey') : null;
    if (!explicit && !unit) return null;
    const entries = bucketsOf(explicit ? computed.slice(1) : computed);
    const hash = hashUnit(explicit ? bare : salted, textOf(unit));
    return entries
      ? (entries[
          pick(
            hash,
            entries.map(([, weight]) => weight),
          )
        ]?.[0] ?? null)
      : null;
  };
}

/** Undefined when an entry is none: then nobody is put anywhere. */
function bucketsOf(entries: Values): readonly (readonly [unknown, number])[] | undefined {
  const buckets: (readonly [unknown, number])[] = [];
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length === 0 || entry.length > 2) return undefined;
    const variant: unknown = entry[0];
    const whole: unknown = entry.length === 1 ? 1 : entry[1];
    if (typeof whole !== 'number' || !Number.isInteger(whole)) return undefined;
    if (typeof variant === 'object' && variant !== null) return undefined;
    buckets.push([variant, whole]);
  }
  return buckets;
}

function negate(twice: boolean): Lazy {
  return ([item = null], scope) => {
    const run = compileLogic(item, scope);
    return (data) => truthy(run(data)) === twice;
  };
}

/** Operators that choose what to compute. */
const LAZY: ReadonlyMap<string, Lazy> = new Map<string, Lazy>([
  ['$ref', reference],
  ['var', variable],
  ['if', branch],
  ['?:', branch],
  ['or', firstThat(true)],
  ['and', firstThat(false)],
  ['!', negate(false)],
  ['!!', negate(true)],
  ['map', over((list, each) => list.map(each))],
  ['filter', over((list, each) => list.filter((item) => truthy(each(item))))],
  ['all', over((list, each) => list.length > 0 && list.every((item) => truthy(each(item))))],
  ['some', over((list, each) => list.some((item) => truthy(each(item))))],
  ['none', over((list, each) => !list.some((item) => truthy(each(item))))],
  ['reduce', reduce],
  ['missing', keysMissing],
  ['missing_some', someMissing],
  ['fractional', fractional],
]);

/** The text of `{"cat": ["prefix", {"var": "path"}]}`, the salt of an explicit bucket; undefined for other forms. */
export function saltOf(node: Logic): { readonly prefix: string; readonly path: string } | undefined {
  const operation = operationOf(node);
  if (operation?.operator !== 'cat') return undefined;
  const last = operation.args.at(-1) ?? null;
  const path = pathOf(last);
  const before = operation.args.slice(0, -1);
  return path !== undefined && before.every(isConstant) ? { prefix: concatenate(before), path } : undefined;
}

/** The path of a plain `{"var": path}`. */
export function pathOf(node: Logic): string | undefined {
  const operation = operationOf(node);
  const path = operation?.operator === 'var' && operation.args.length === 1 ? operation.args[0] : undefined;
  return typeof path === 'string' && path !== '' ? path : undefined;
}
