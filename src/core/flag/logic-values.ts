/** JSONLogic's operators on values that are already computed, as flagd's JavaScript evaluator answers them. */
import { SEMVER_OPERATORS, semverTest } from './semver.ts';

/** Thrown inside an evaluation only, and caught there: the flag answers GENERAL. */
export class LogicFault extends Error {}

export type Values = readonly unknown[];

/** JSONLogic's truth: empty arrays and empty objects are false. */
export function truthy(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (!value) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function fault(message: string): never {
  throw new LogicFault(message);
}

function numberOf(value: unknown): number {
  if (typeof value === 'object' && value !== null) fault('a number was expected, an object or a list found');
  const number = Number(value);
  return Number.isNaN(number) ? fault(`a number was expected, ${String(value)} found`) : number;
}

function isTextual(value: unknown): value is string | null {
  return typeof value === 'string' || value === null;
}

type Compare = (a: number | string, b: number | string) => boolean;

/** Two texts compare as texts, everything else as numbers; what is no number is a fault, but beside a null only false. */
function compareLoosely(compare: Compare): (a: unknown, b: unknown) => boolean {
  return (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return compare(a, b);
    if (typeof a === 'string' && typeof b === 'string') return compare(a, b);
    if (isTextual(a) && isTextual(b)) return compare(Number(a), Number(b));
    return compare(numberOf(a), numberOf(b));
  };
}

/** Null equals null, and 0; a text and a null are never the same. */
function equalLoosely(a: unknown, b: unknown): boolean {
  return isTextual(a) && isTextual(b) ? a === b : numberOf(a) === numberOf(b);
}

export const COMPARISONS: Readonly<Record<string, ((a: unknown, b: unknown) => boolean) | undefined>> = {
  '<': compareLoosely((a, b) => a < b),
  '<=': compareLoosely((a, b) => a <= b),
  '>': compareLoosely((a, b) => a > b),
  '>=': compareLoosely((a, b) => a >= b),
  '==': equalLoosely,
  '!=': (a, b) => !equalLoosely(a, b),
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
};

function chain(compare: (a: unknown, b: unknown) => boolean): (values: Values) => unknown {
  return (values) => {
    if (values.length < 2) fault('a comparison needs two values');
    return values.every((value, i) => i === 0 || compare(values[i - 1], value));
  };
}

export function includes(item: unknown, container: unknown): boolean {
  if (Array.isArray(container)) return container.includes(item);
  if (typeof container === 'string') return container.includes(String(item));
  return container ? fault('`in` needs a list or a text') : false;
}

/** `cat`: null is nothing. */
export function concatenate(values: Values): string {
  let text = '';
  for (const value of values) if (value !== null && value !== undefined) text += textOf(value);
  return text;
}

/** As JavaScript writes a value into a text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(value as string | number | boolean);
}

function fold(step: (a: number, b: number) => number, start?: number): (values: Values) => unknown {
  return (values) => {
    const numbers = values.map(numberOf);
    if (numbers.length === 0 && start === undefined) fault('arithmetic needs a value');
    return numberOf(start === undefined ? numbers.reduce(step) : numbers.reduce(step, start));
  };
}

function divide(a: number, b: number): number {
  return b === 0 ? fault('division by zero') : a / b;
}

function extreme(choose: (...numbers: number[]) => number): (values: Values) => unknown {
  return (values) => {
    const numbers = values.filter((value) => typeof value === 'number');
    return numbers.length === 0 || numbers.length < values.length ? fault('numbers were expected') : choose(...numbers);
  };
}

function substring([text, from, length]: Values): string {
  const whole = textOf(text);
  const begin = Number(from ?? 0);
  const start = begin < 0 ? Math.max(0, whole.length + begin) : begin;
  if (length === undefined || length === null) return whole.slice(start);
  const count = Number(length);
  return count < 0 ? whole.slice(start, Math.max(start, whole.length + count)) : whole.slice(start, start + count);
}

function affix(test: (text: string, part: string) => boolean): (values: Values) => unknown {
  return ([text, part, ...more]) =>
    typeof text === 'string' && typeof part === 'string' && more.length === 0 ? test(text, part) : null;
}

function semver(values: Values): unknown {
  if (values.length !== 3 || !SEMVER_OPERATORS.some((known) => known === String(values[1]))) return null;
  return semverTest(values[1], values[2])?.(values[0]) ?? null;
}

/** Operators that get all their arguments computed. */
export const OPERATORS: ReadonlyMap<string, (values: Values) => unknown> = new Map<string, (values: Values) => unknown>(
  [
    ...Object.entries(COMPARISONS).map(([name, compare]) => [name, chain(compare ?? Object.is)] as const),
    ['in', ([item, container]) => includes(item, container)],
    ['cat', concatenate],
    ['substr', substring],
    ['merge', (values) => values.flat()],
    ['+', fold((a, b) => a + b, 0)],
    ['*', fold((a, b) => a * b, 1)],
    ['-', (values) => (values.length === 1 ? -numberOf(values[0]) : fold((a, b) => a - b)(values))],
    ['/', (values) => (values.length === 1 ? divide(1, numberOf(values[0])) : fold(divide)(values))],
    ['%', (values) => (values.length < 2 ? fault('% needs two values') : fold((a, b) => a % b)(values))],
    ['max', extreme(Math.max)],
    ['min', extreme(Math.min)],
    ['starts_with', affix((text, part) => text.startsWith(part))],
    ['ends_with', affix((text, part) => text.endsWith(part))],
    ['sem_ver', semver],
  ],
);
