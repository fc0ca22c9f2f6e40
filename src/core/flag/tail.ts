/** A targeting rule to a closure that answers finished, frozen evaluations: nothing is allocated while evaluating. */
import type { Evaluation, Logic } from './definition.ts';
import { boundsOf, hashUnit, prefixOf } from './bucket.ts';
import { compileLogic, compileVar, isConstant, operationOf, pathOf, saltOf, type Scope } from './logic.ts';
import { compileTest } from './logic-test.ts';
import { textOf } from './logic-values.ts';

export type Evaluate = (data: unknown) => Evaluation;

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

export function compileTail(node: Logic, tail: Tail): Evaluate {
  const operation = operationOf(node);
  if (operation?.operator === 'if') return branch(operation.args, tail);
  if (operation?.operator === 'fractional') return fractional(operation.args, tail) ?? computed(node, tail);
  return isConstant(node) ? ending(node, tail) : computed(node, tail);
}

function ending(node: Logic, { endings, split }: Tail): Evaluate {
  const evaluation = node === null ? endings.otherwise : endings.variant(textOf(node), split);
  return () => evaluation;
}

function computed(node: Logic, { scope, endings, split }: Tail): Evaluate {
  const run = compileLogic(node, scope);
  const bucketed = split || hasBucket(node, scope);
  return (data) => {
    const value = run(data);
    return value === null || value === undefined ? endings.otherwise : endings.variant(textOf(value), bucketed);
  };
}

function branch(args: readonly Logic[], tail: Tail): Evaluate {
  const [condition = null, yes, ...others] = args;
  if (yes === undefined) return compileTail(condition, tail);
  const { scope } = tail;
  const inner = { ...tail, split: hasBucket(condition, scope) };
  const test = compileTest(condition, scope);
  const onTrue = compileTail(yes, inner);
  const onFalse = others.length > 1 ? branch(others, inner) : compileTail(others[0] ?? null, inner);
  return (data) => (test(data) ? onTrue(data) : onFalse(data));
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
  const { scope, endings } = tail;
  const salt = saltOfBucket(args[0] ?? null, scope);
  const entries = salt && entriesOf(args.slice(salt.explicit ? 1 : 0), tail);
  if (!salt || !entries) return undefined;
  const prefix = prefixOf(salt.prefix);
  const read = compileVar(salt.path, scope);
  const choose = chooser(entries, endings.otherwise);
  return (data) => {
    const unit = read(data);
    if (typeof unit === 'string') {
      return unit === '' && !salt.explicit ? endings.otherwise : choose(hashUnit(prefix, unit));
    }
    if (salt.needsText || (!unit && !salt.explicit)) return endings.otherwise;
    return choose(hashUnit(prefix, unit === null ? '' : textOf(unit)));
  };
}

interface Salt {
  readonly prefix: string;
  readonly path: string;
  readonly explicit: boolean;
  /** `{"fractional": [{"var": "id"}, ...]}`: an id that is no text is not a bucket's key. */
  readonly needsText?: boolean;
}

function saltOfBucket(node: Logic, scope: Scope): Salt | undefined {
  if (Array.isArray(node)) return { prefix: scope.flagKey, path: 'targetingKey', explicit: false };
  const path = pathOf(node);
  if (path !== undefined) return { prefix: '', path, explicit: true, needsText: true };
  const salt = saltOf(node);
  return salt ? { ...salt, explicit: true } : undefined;
}

function chooser({ bounds, evaluations }: Entries, otherwise: Evaluation): (hash: number) => Evaluation {
  const [bound = 0, ...more] = bounds;
  const [low = otherwise, high = otherwise] = evaluations;
  if (more.length === 1) return (hash) => (hash < bound ? low : high);
  return (hash) => {
    let i = 0;
    while (i < bounds.length && hash >= (bounds[i] ?? 0)) i++;
    return evaluations[i] ?? otherwise;
  };
}
