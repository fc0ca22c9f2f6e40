/** Conditions to closures that answer yes or no without computing the value in between. */
import type { Logic } from './definition.ts';
import { compileLogic, compileVar, isConstant, operationOf, ownKey, pathOf, type Scope } from './logic.ts';
import { COMPARISONS, includes, textOf, truthy } from './logic-values.ts';
import { semverTest } from './semver.ts';

export type Test = (data: unknown) => boolean;

export function compileTest(node: Logic, scope: Scope): Test {
  const operation = operationOf(node);
  const special = operation && TESTS[operation.operator]?.(operation.args, scope);
  if (special) return special;
  const run = compileLogic(node, scope);
  return (data) => truthy(run(data));
}

type Special = (args: readonly Logic[], scope: Scope) => Test | undefined;

function all(args: readonly Logic[], scope: Scope): Test | undefined {
  if (args.length === 0) return undefined;
  const needed = args.filter((node, i) => !saysPresence(node, args[i + 1]));
  const tests = needed.map((node) => compileTest(node, scope));
  const [first, second] = tests;
  if (first && tests.length === 1) return first;
  if (first && second && tests.length === 2) return (data) => first(data) && second(data);
  return (data) => {
    for (const test of tests) if (!test(data)) return false;
    return true;
  };
}

function any(args: readonly Logic[], scope: Scope): Test | undefined {
  if (args.length === 0) return undefined;
  const tests = args.map((node) => compileTest(node, scope));
  return (data) => {
    for (const test of tests) if (test(data)) return true;
    return false;
  };
}

function not([node = null]: readonly Logic[], scope: Scope): Test {
  const test = compileTest(node, scope);
  return (data) => !test(data);
}

/** The path read, where a node is `{"var": path}` and the other side is constant. */
function reading(args: readonly Logic[]): { readonly path: string; readonly constant: Logic } | undefined {
  const [left = null, right] = args;
  const path = args.length === 2 ? pathOf(left) : undefined;
  return path !== undefined && right !== undefined && isConstant(right) ? { path, constant: right } : undefined;
}

function identical(same: boolean): Special {
  return (args, scope) => {
    const sides = reading(args);
    if (!sides) return undefined;
    const read = compileVar(sides.path, scope);
    const { constant } = sides;
    return same ? (data) => read(data) === constant : (data) => read(data) !== constant;
  };
}

function ordered(name: string): Special {
  const compare = COMPARISONS[name];
  return (args, scope) => {
    const sides = reading(args);
    if (!sides || !compare) return undefined;
    const read = compileVar(sides.path, scope);
    return (data) => compare(read(data), sides.constant);
  };
}

const FEW = 8;

function contained(args: readonly Logic[], scope: Scope): Test | undefined {
  const sides = reading(args);
  if (!sides) return undefined;
  const { constant, path } = sides;
  const read = compileVar(path, scope);
  if (!Array.isArray(constant)) return (data) => includes(read(data), constant);
  const list = constant as readonly unknown[];
  const key = list.includes(null) ? undefined : ownKey(path, scope);
  if (list.length > FEW) {
    const set = new Set(list);
    return (data) => set.has(read(data));
  }
  return key === undefined ? (data) => list.includes(read(data)) : among(key, list);
}

function among(key: string, list: readonly unknown[]): Test {
  return (data) => {
    const value = (data as Members)[key];
    for (let i = 0; i < list.length; i++) if (list[i] === value) return true;
    return false;
  };
}

type Members = Readonly<Record<string, unknown>>;

function textAt(
  args: readonly Logic[],
  scope: Scope,
): { readonly read: (data: unknown) => unknown; readonly part: string; readonly key?: string } | undefined {
  const sides = reading(args);
  const part = sides?.constant;
  if (!sides || typeof part !== 'string') return undefined;
  const key = ownKey(sides.path, scope);
  return { read: compileVar(sides.path, scope), part, ...(key !== undefined && { key }) };
}

function starts(args: readonly Logic[], scope: Scope): Test | undefined {
  const found = textAt(args, scope);
  if (!found) return undefined;
  const { read, part } = found;
  return (data) => {
    const text = read(data);
    return typeof text === 'string' && text.startsWith(part);
  };
}

function ends(args: readonly Logic[], scope: Scope): Test | undefined {
  const found = textAt(args, scope);
  if (!found) return undefined;
  const { read, part, key } = found;
  if (key === undefined) {
    return (data) => {
      const text = read(data);
      return typeof text === 'string' && text.endsWith(part);
    };
  }
  return (data) => {
    const text = (data as Members)[key];
    return typeof text === 'string' && text.endsWith(part);
  };
}

function version(
  [left = null, operator = null, right = null, ...more]: readonly Logic[],
  scope: Scope,
): Test | undefined {
  const path = pathOf(left);
  const test = isConstant(operator) && isConstant(right) && more.length === 0 ? semverTest(operator, right) : undefined;
  if (path === undefined || !test) return undefined;
  const key = ownKey(path, scope);
  if (key !== undefined) return (data) => test((data as Members)[key]) === true;
  const read = compileVar(path, scope);
  return (data) => test(read(data)) === true;
}

function reference([name = null]: readonly Logic[], scope: Scope): Test {
  return compileTest(scope.evaluators[textOf(name)] ?? null, scope);
}

const TESTS: Readonly<Record<string, Special | undefined>> = {
  and: all,
  or: any,
  '!': not,
  '===': identical(true),
  '!==': identical(false),
  '<': ordered('<'),
  '<=': ordered('<='),
  '>': ordered('>'),
  '>=': ordered('>='),
  in: contained,
  starts_with: starts,
  ends_with: ends,
  sem_ver: version,
  $ref: reference,
};

const IMPLY_PRESENCE: ReadonlySet<string> = new Set(['===', 'in', 'starts_with', 'ends_with', 'sem_ver']);

/** Whether a node is the guard `var !== null` that the very next node makes needless, since it is false for null anyway. */
function saysPresence(node: Logic, next: Logic | undefined): boolean {
  const guard = operationOf(node);
  const follower = next === undefined ? undefined : operationOf(next);
  if (guard?.operator !== '!==' || guard.args[1] !== null || !follower) return false;
  const path = pathOf(guard.args[0] ?? null);
  const value = follower.args[1];
  const excludesNull = value !== null && value !== undefined && !(Array.isArray(value) && value.includes(null));
  const listed = follower.operator !== 'in' || Array.isArray(value);
  return (
    path !== undefined &&
    path === pathOf(follower.args[0] ?? null) &&
    IMPLY_PRESENCE.has(follower.operator) &&
    excludesNull &&
    listed &&
    follower.args.slice(1).every(isConstant)
  );
}
