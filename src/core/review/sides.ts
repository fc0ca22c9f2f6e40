/** Values on both sides of conditions on one attribute. */
import type { Condition } from '../model/flag.ts';

/** A value for the user of that number; undefined: the attribute is absent. */
export type Side = (index: number) => unknown;

type Scalar = Condition['values'][number];

/** Of a list of a thousand values every one is a side; beyond so many the rest is left out. */
const MOST = 2_000;

/** Never empty: absent is always one of them. */
export function sidesOf(conditions: readonly Condition[]): readonly Side[] {
  const sides = conditions.flatMap(sidesOfOne).slice(0, MOST);
  return [() => undefined, ...sides];
}

function sidesOfOne({ attribute, operator, values }: Condition): readonly Side[] {
  if (attribute === 'groups' || attribute.endsWith('[]')) return listSides(values);
  switch (operator) {
    case 'exists':
      return [(index) => `some-${index % 7}`];
    case 'equals':
    case 'in':
      return [...values.map((value) => () => value), ...otherThan(values)];
    case 'starts-with':
      return [
        ...values.map(
          (value): Side =>
            (index) =>
              `${value}${index}`,
        ),
        (index) => `other-${index}`,
      ];
    case 'ends-with':
      return [
        ...values.map(
          (value): Side =>
            (index) =>
              `${index}${value}`,
        ),
        (index) => `${index}-other`,
      ];
    case 'contains':
      return [
        ...values.map(
          (value): Side =>
            (index) =>
              `${index}${value}${index}`,
        ),
        (index) => `other-${index}`,
      ];
    case 'semver':
      return versionsAround(String(values[1] ?? ''));
    case 'segment':
      return [];
    default:
      return values.flatMap(numbersAround);
  }
}

function listSides(values: readonly Scalar[]): readonly Side[] {
  return [() => ['other'], () => values, ...values.map((value) => () => [value, 'other'])];
}

function otherThan(values: readonly Scalar[]): readonly Side[] {
  const [first] = values;
  if (typeof first === 'boolean') return [() => true, () => false];
  if (typeof first === 'number') return [() => Math.max(...values.map(Number)) + 1];
  return [(index) => `other-${index % 5}`];
}

function numbersAround(value: Scalar): readonly Side[] {
  const number = Number(value);
  return Number.isFinite(number) ? [() => number - 1, () => number, () => number + 1] : [() => value];
}

function versionsAround(version: string): readonly Side[] {
  const [major = 0, minor = 0, patch = 0] = version
    .replace(/^v/, '')
    .split(/[-+]/, 1)
    .flatMap((core) => core.split('.').map((part) => Number(part) || 0));
  const around = [
    version,
    `${major}.${minor}.${patch + 1}`,
    `${major}.${minor + 1}.0`,
    `${major + 1}.0.0`,
    `${Math.max(0, major - 1)}.0.0`,
    '0.0.0',
  ];
  return around.map((one) => () => one);
}
