import { describe, expect, it } from 'vitest';
import { fixedVectors } from './fixed-vectors.ts';
import { sequentialVectors } from './sequential-vectors.ts';
import { decode, mismatches, readVectors, run, type Calculation, type Vector } from './vectors.ts';

const calculations: Readonly<Record<string, Calculation>> = { ...fixedVectors, ...sequentialVectors };
const vectors = readVectors();

describe('the comparison itself', () => {
  const vector: Vector = {
    topic: 'example',
    name: 'one',
    function: 'example.one',
    inputs: {},
    expected: { p: 0.5, list: [1, 2], limit: -Infinity, none: null },
    tolerance: { rel: 0.1, fields: { list: {} } },
    acceptable: { p: [0.7, 0.8] },
  };
  const right = { p: 0.5, list: [1, 2], limit: -Infinity, none: null };

  it('passes a value within tolerance and one in an acceptable interval', () => {
    expect(mismatches(vector, { ...right, p: 0.549 })).toEqual([]);
    expect(mismatches(vector, { ...right, p: 0.75 })).toEqual([]);
  });

  it.each([
    { p: 0.56 },
    { p: NaN },
    { p: undefined },
    { list: [1, 2.05] },
    { list: [1, 2, 3] },
    { limit: Infinity },
    { none: 0 },
  ])('refuses %o', (wrong) => {
    expect(mismatches(vector, { ...right, ...wrong })).toHaveLength(1);
  });

  it('writes out ranges of whole numbers and what JSON cannot say', () => {
    expect(decode({ a: { integersFrom: 2, integersTo: 4 }, b: ['-Infinity', 'NaN', 'High'] })).toEqual({
      a: [2, 3, 4],
      b: [-Infinity, NaN, 'High'],
    });
  });
});

describe.each([...new Set(vectors.map(({ topic }) => topic))])('%s agrees with its sources', (topic) => {
  for (const vector of vectors.filter((candidate) => candidate.topic === topic))
    it(`${vector.function}: ${vector.name}`, () => {
      expect(run(vector, calculations)).toEqual([]);
    });
});

it('all 172 vectors are read, and every label has its calculation and every calculation a vector', () => {
  expect(vectors).toHaveLength(172);
  expect(Object.keys(calculations).toSorted()).toEqual(
    [...new Set(vectors.map((vector) => vector.function))].toSorted(),
  );
});
