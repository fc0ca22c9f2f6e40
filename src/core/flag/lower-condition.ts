/** Conditions to JSONLogic: each guarded by presence, so that an absent attribute matches nothing but `not exists`. */
import type { Condition, Segment } from '../model/flag.ts';
import type { Logic } from './definition.ts';
import { isProblem, problem, type Problem } from './problem.ts';

export type Segments = ReadonlyMap<string, Segment>;

/** Lists hold several values at once: `groups`, and any attribute whose name is written with `[]`. */
function isList(attribute: string): boolean {
  return attribute === 'groups' || attribute.endsWith('[]');
}

export function variable(attribute: string): Logic {
  return { var: attribute.endsWith('[]') ? attribute.slice(0, -2) : attribute };
}

function isPresent(attribute: string): Logic {
  return { '!==': [variable(attribute), null] };
}

export function not(logic: Logic): Logic {
  return { '!': [logic] };
}

/** One is itself, several are joined by `and`. */
export function and(tests: readonly Logic[]): Logic {
  return tests.length === 1 && tests[0] !== undefined ? tests[0] : { and: tests };
}

const COMPARISON: Readonly<Record<string, string>> = {
  less: '<',
  'less-or-equal': '<=',
  greater: '>',
  'greater-or-equal': '>=',
};

/** `segment/eu`: the name of a segment in `$evaluators`. */
export function segmentName(name: string): string {
  return `segment/${name}`;
}

/** All of the conditions. Segments become references, or their own conditions where `flatten` says so (flagd nests none). */
export function lowerConditions(
  conditions: readonly Condition[],
  segments: Segments,
  flatten: readonly string[] = [],
): Logic | Problem {
  const lowered: Logic[] = [];
  for (const condition of conditions) {
    const logic = condition.operator === 'segment' ? segmentTest(condition, segments, flatten) : lowerOne(condition);
    if (isProblem(logic)) return logic;
    lowered.push(logic);
  }
  return and(lowered);
}

function lowerOne(condition: Condition): Logic | Problem {
  const { attribute, operator, not: negated } = condition;
  const present = isPresent(attribute);
  if (operator === 'exists') return negated ? { '===': [variable(attribute), null] } : present;
  const test = testOf(condition);
  if (isProblem(test)) return test;
  return { and: [present, negated ? not(test) : test] };
}

function testOf(condition: Condition): Logic | Problem {
  const { attribute, operator, values } = condition;
  const read = variable(attribute);
  const [first] = values;
  if (first === undefined) return problem('value-invalid', `${attribute} ${operator}: a value belongs behind it`);
  if (isList(attribute) && (operator === 'in' || operator === 'equals' || operator === 'contains')) {
    return { some: [read, { in: [{ var: '' }, values] }] };
  }
  if (operator === 'equals') return { '===': [read, first] };
  if (operator === 'in') return { in: [read, values] };
  if (operator === 'semver') return { sem_ver: [read, first, values[1] ?? null] };
  if (operator === 'starts-with') return anyOf(values, (value) => ({ starts_with: [read, value] }));
  if (operator === 'ends-with') return anyOf(values, (value) => ({ ends_with: [read, value] }));
  if (operator === 'contains') return contains(read, values);
  const comparison = COMPARISON[operator];
  return comparison === undefined
    ? problem('operator-not-portable', `${operator}: flagd cannot say it`)
    : { [comparison]: [read, first] };
}

/** `in` with a text looks for a part of it, and fails on a number: only a text equals its own concatenation. */
function contains(read: Logic, values: readonly Logic[]): Logic {
  return { and: [{ '===': [{ cat: [read] }, read] }, anyOf(values, (value) => ({ in: [value, read] }))] };
}

function anyOf(values: readonly Logic[], test: (value: Logic) => Logic): Logic {
  const tests = values.map(test);
  return tests.length === 1 && tests[0] !== undefined ? tests[0] : { or: tests };
}

function segmentTest(condition: Condition, segments: Segments, flatten: readonly string[]): Logic | Problem {
  const name = String(condition.values[0]);
  const segment = segments.get(name);
  if (!segment) return problem('segment-unknown', `no segment is called "${name}"`);
  if (flatten.includes(name))
    return problem('requires-cycle', `segment "${name}" contains itself: ${flatten.join(' > ')}`);
  const inner = lowerConditions(segment.if, segments, [...flatten, name]);
  if (isProblem(inner)) return inner;
  const test: Logic = flatten.length > 0 ? inner : { $ref: segmentName(name) };
  if (!condition.not) return test;
  return and([...attributesOf(segment.if, segments).map(isPresent), not(test)]);
}

/** Attributes that must be present for the conditions to say anything. */
function attributesOf(conditions: readonly Condition[], segments: Segments): readonly string[] {
  const names = conditions.flatMap(({ operator, attribute, values }) => {
    if (operator === 'exists') return [];
    return operator === 'segment' ? attributesOf(segments.get(String(values[0]))?.if ?? [], segments) : [attribute];
  });
  return [...new Set(names)];
}

/** A segment's own logic, as it stands in `$evaluators`. */
export function lowerSegment(segment: Segment, segments: Segments): Logic | Problem {
  return lowerConditions(segment.if, segments, [segment.name]);
}
