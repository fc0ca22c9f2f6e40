/** Reads the vectors of test/fixtures/statistics and compares; knows no single vector and no single method. */
import { readdirSync, readFileSync } from 'node:fs';

interface Allowance {
  readonly rel?: number;
  readonly abs?: number;
}
export interface Vector {
  readonly topic: string;
  readonly name: string;
  /** The label of the calculation: `topic.operation`. */
  readonly function: string;
  readonly inputs: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: Allowance & { readonly fields?: Readonly<Record<string, Allowance>> };
  readonly acceptable?: Readonly<Record<string, readonly [number, number]>>;
}
/** Takes a vector's inputs and returns at least the fields the vector expects. */
export type Calculation = (inputs: never) => Readonly<Record<string, unknown>>;

const FOLDER = new URL('../../fixtures/statistics/', import.meta.url);
const BEYOND_JSON: Readonly<Record<string, number>> = { Infinity, '-Infinity': -Infinity, NaN };

/** What the JSON stands for: infinities, NaN and ranges of whole numbers written out. */
export function decode(value: unknown): unknown {
  if (typeof value === 'string') return BEYOND_JSON[value] ?? value;
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  if ('integersFrom' in value && 'integersTo' in value) {
    const from = Number(value.integersFrom);
    return Array.from({ length: Number(value.integersTo) - from + 1 }, (_, index) => from + index);
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decode(member)]));
}

function readTopic(name: string): readonly Vector[] {
  const file = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as {
    readonly topic: string;
    readonly vectors: readonly Omit<Vector, 'topic'>[];
  };
  return file.vectors.map((vector) => ({
    ...vector,
    topic: file.topic,
    inputs: decode(vector.inputs),
    expected: decode(vector.expected) as Vector['expected'],
  }));
}

/** All vectors, in the order of their files. */
export function readVectors(): readonly Vector[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap(readTopic);
}

/** Infinity and NaN are met exactly or not at all: a share of an infinite value would allow everything. */
function near(actual: number, expected: number, { rel = 0, abs = 0 }: Allowance): boolean {
  if (!Number.isFinite(expected)) return Object.is(actual, expected);
  return Math.abs(actual - expected) <= Math.max(abs, rel * Math.abs(expected));
}

function agrees(actual: unknown, expected: unknown, allowance: Allowance): boolean {
  if (typeof expected === 'number') return typeof actual === 'number' && near(actual, expected, allowance);
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((member, index) => agrees(actual[index], member, allowance))
    );
  return actual === expected;
}

/** Each expected field that is not met, in words; empty when the vector passes. */
export function mismatches(vector: Vector, actual: Readonly<Record<string, unknown>>): readonly string[] {
  const { fields, ...general } = vector.tolerance;
  return Object.entries(vector.expected).flatMap(([field, expected]) => {
    const found = actual[field];
    if (agrees(found, expected, fields?.[field] ?? general)) return [];
    const [from, to] = vector.acceptable?.[field] ?? [NaN, NaN];
    if (typeof found === 'number' && found >= from && found <= to) return [];
    return [`${field}: expected ${JSON.stringify(expected)}, found ${String(JSON.stringify(found))}`];
  });
}

/** Runs a vector. Errors: no calculation has the vector's label. */
export function run(vector: Vector, calculations: Readonly<Record<string, Calculation>>): readonly string[] {
  const calculation = calculations[vector.function];
  if (calculation === undefined) return [`no calculation is bound to ${vector.function}`];
  return mismatches(vector, calculation(vector.inputs as never));
}
