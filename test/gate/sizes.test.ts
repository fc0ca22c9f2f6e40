import { expect, it } from 'vitest';
import { linesOf, measure, oversized, percentile, sizeTable } from './sizes.ts';
import { parseSource } from './source.ts';

const source = (text: string) => parseSource('src/core/a.ts', text);
const whatOf = (text: string): readonly string[] => oversized([source(text)]).map(({ what }) => what);
const lines = (count: number, line = '  f();'): string => `${line}\n`.repeat(count);

it('a file may have 300 lines and no more', () => {
  expect(whatOf(lines(300, '//'))).toEqual([]);
  expect(whatOf(lines(301, '//'))).toEqual(['file of 301 lines (cap 300)']);
});

it.each([
  ['a declaration', (body: string) => `function a() {\n${body}}\n`],
  ['an arrow with a name', (body: string) => `const a = () => {\n${body}};\n`],
  ['a method', (body: string) => `class X { a() {\n${body}} }\n`],
  ['a property', (body: string) => `const x = { a: () => {\n${body}} };\n`],
])('%s may have 60 lines and no more', (_kind, wrap) => {
  expect(whatOf(wrap(lines(58)))).toEqual([]);
  expect(whatOf(wrap(lines(59)))).toEqual(['a has 61 lines (cap 60)']);
});

it('a callback without a name has the same cap, but does not count as a function in the table', () => {
  expect(whatOf(`on(() => {\n${lines(59)}});\n`)).toEqual(['(no name) has 61 lines (cap 60)']);
  expect(measure(source(`on(() => 1); const a = () => 1;`)).map(({ name, named }) => [name, named])).toEqual([
    ['(no name)', false],
    ['a', true],
  ]);
});

it.each([
  `function a(b: 1, c: 2, d: 3, e: 4) {}`,
  `const a = (b: 1, c: 2, d = 3, ...e: 4[]) => 1;`,
  `interface X { a(b: 1, c: 2, d: 3, e: 4): void }`,
  `type X = { a: (b: 1, c: 2, d: 3, e: 4) => void };`,
  `class X { constructor(b: 1, c: 2, d: 3, e: 4) {} }`,
])('four parameters are too many: %s', (text) => {
  expect(whatOf(text)).toEqual([expect.stringMatching(/has 4 parameters \(cap 3\)/)]);
});

it('three parameters are enough, and `this` is none', () => {
  expect(whatOf(`function a(this: X, b: 1, c: 2, { d, e, f }: Y) {}`)).toEqual([]);
});

it('a percentile is a value that occurs', () => {
  expect([0.5, 0.9, 1].map((share) => percentile([5, 1, 4, 2, 3], share))).toEqual([3, 5, 5]);
  expect(percentile([], 0.5)).toBe(0);
});

it('the table has a row for files, functions and parameters, and the ratio of tests', () => {
  const table = sizeTable([source(`const a = (b: 1) => 1;\n`)], [source('//\n//\n')]);
  expect(table).toMatch(/files +1 +1 +1 +1 /);
  expect(table).toMatch(/parameters +1 +1 +1 +1 /);
  expect(table).toContain('tests 2 (2.0 : 1)');
});

it('a last line without an end counts', () =>
  expect([linesOf(source('//\n//')), linesOf(source('//\n//\n'))]).toEqual([2, 2]));
