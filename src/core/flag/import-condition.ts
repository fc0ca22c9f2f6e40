/** JSONLogic conditions to ours: the reverse of `lower-condition.ts`. */
import type { Condition } from '../model/flag.ts';
import type { Logic } from './definition.ts';
import { operationOf, pathOf } from './logic.ts';
import { isProblem, problem, type Problem } from './problem.ts';

type Scalar = Condition['values'][number];

/** What a test asks, as conditions of which all must hold. */
export function readConditions(logic: Logic): readonly Condition[] | Problem {
  const operation = operationOf(logic);
  if (operation?.operator !== 'and') {
    const condition = readOne(logic);
    return isProblem(condition) ? condition : [condition];
  }
  const found: Condition[] = [];
  for (const part of operation.args) {
    const inner = readConditions(part);
    if (isProblem(inner)) return inner;
    found.push(...inner);
  }
  const asked = new Set(found.filter(({ operator }) => operator !== 'exists').map(({ attribute }) => attribute));
  const guards = found.filter(({ operator, attribute, not }) => operator === 'exists' && !not && asked.has(attribute));
  return found.filter((condition) => !guards.includes(condition));
}

function cannotSay(logic: Logic): Problem {
  return problem('operator-not-portable', `Sluice cannot say ${JSON.stringify(logic)}`);
}

function readOne(logic: Logic): Condition | Problem {
  const operation = operationOf(logic);
  if (!operation) return cannotSay(logic);
  const { operator, args } = operation;
  const [left = null, right = null] = args;
  if (operator === '!') return negate(left, logic);
  if (operator === '$ref' && typeof left === 'string') {
    return { attribute: 'segment', operator: 'segment', values: [left.replace(/^segment\//, '')] };
  }
  if (operator === 'some') return readList(left, right) ?? cannotSay(logic);
  const attribute = pathOf(left);
  if (attribute === undefined) return readReversed(operator, args) ?? cannotSay(logic);
  return readComparison(operator, attribute, args.slice(1)) ?? cannotSay(logic);
}

function negate(inner: Logic, logic: Logic): Condition | Problem {
  const condition = readOne(inner);
  if (isProblem(condition)) return condition;
  return condition.not || condition.operator === 'segment' ? cannotSay(logic) : { ...condition, not: true };
}

function isScalar(value: Logic | undefined): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

const SCALAR: Readonly<
  Record<string, (Partial<Condition> & Pick<Condition, 'operator'> & { readonly type?: string }) | undefined>
> = {
  '===': { operator: 'equals' },
  '==': { operator: 'equals' },
  '!==': { operator: 'equals', not: true },
  '!=': { operator: 'equals', not: true },
  starts_with: { operator: 'starts-with', type: 'string' },
  ends_with: { operator: 'ends-with', type: 'string' },
  '<': { operator: 'less', type: 'number' },
  '<=': { operator: 'less-or-equal', type: 'number' },
  '>': { operator: 'greater', type: 'number' },
  '>=': { operator: 'greater-or-equal', type: 'number' },
};

function readComparison(operator: string, attribute: string, rest: readonly Logic[]): Condition | undefined {
  const [value, version] = rest;
  if (value === null) return readPresence(operator, attribute);
  if (operator === 'in' && Array.isArray(value)) {
    const values = value as readonly Logic[];
    return values.every(isScalar) ? { attribute, operator: 'in', values } : undefined;
  }
  if (operator === 'sem_ver' && typeof value === 'string' && typeof version === 'string') {
    return { attribute, operator: 'semver', values: [value, version] };
  }
  const found = SCALAR[operator];
  if (!found || !isScalar(value)) return undefined;
  const { type = typeof value, ...condition } = found;
  return type === typeof value ? { attribute, values: [value], ...condition } : undefined;
}

function readPresence(operator: string, attribute: string): Condition | undefined {
  const exists: Condition = { attribute, operator: 'exists', values: [] };
  if (operator === '!==') return exists;
  return operator === '===' ? { ...exists, not: true } : undefined;
}

/** `"DE" === country`: a constant on the left; `in` with one asks for a part of a text. */
function readReversed(operator: string, [value = null, right = null]: readonly Logic[]): Condition | undefined {
  const attribute = pathOf(right);
  if (attribute === undefined || !isScalar(value)) return undefined;
  if (operator === '===' || operator === '==') return { attribute, operator: 'equals', values: [value] };
  return operator === 'in' && typeof value === 'string'
    ? { attribute, operator: 'contains', values: [value] }
    : undefined;
}

/** `{"some": [{"var": "groups"}, {"in": [{"var": ""}, [...]]}]}` */
function readList(list: Logic, test: Logic): Condition | undefined {
  const path = pathOf(list);
  const inner = operationOf(test);
  const values = inner?.args[1];
  if (path === undefined || inner?.operator !== 'in' || JSON.stringify(inner.args[0]) !== '{"var":""}')
    return undefined;
  if (!Array.isArray(values) || !(values as readonly Logic[]).every(isScalar)) return undefined;
  return { attribute: path === 'groups' ? path : `${path}[]`, operator: 'in', values: values as readonly Scalar[] };
}
