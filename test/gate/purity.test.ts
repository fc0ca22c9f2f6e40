import { expect, it } from 'vitest';
import { impurities } from './purity.ts';
import { parseSource } from './source.ts';

const impure = (text: string, path = 'src/core/a.ts'): readonly string[] =>
  impurities([parseSource(path, text)]).map(({ what }) => what);

it.each([
  `import { readFileSync } from 'node:fs';`,
  `export const a = Date.now();`,
  `export const a = Date['now']();`,
  `const { now } = Date;`,
  `const D = Date;`,
  `export const a = new Date();`,
  `export const a = new Date;`,
  `export const a = Date();`,
  `export const a = [1].map(Date);`,
  `export const a = Math.random();`,
  `const { random } = Math;`,
  `export const a = process.env['HOME'];`,
  `export async function a(): unknown {}`,
  `export const a = async () => 1;`,
  `export const a = { async b() {} };`,
  `export function a(): Promise<void> { return b; }`,
  `export const a = Promise.resolve(1);`,
  `for await (const a of b) c(a);`,
  `const a = await b;`,
  `export const a = () => fetch('http://x');`,
  `setTimeout(a, 1);`,
  `export const a = performance.now();`,
  `export const a = globalThis.Date.now();`,
  `export const a = crypto.randomUUID();`,
  `console.log('x');`,
  `export const a = { crypto };`,
  `export const a = import.meta.url;`,
  `export const a = (d: Date): number => d.getHours();`,
  `export const a = (d: Date): string => d.toLocaleString();`,
  `export const a = (b: string, c: string): number => b.localeCompare(c);`,
  `export const a = () => import('./b.ts');`,
  `eval('1');`,
])('is not pure: %s', (text) => {
  expect(impure(text)).not.toEqual([]);
});

it.each([
  `export const a = (now: number): string => new Date(now).toISOString();`,
  `export const a = Date.parse('2026-01-01'), b = Date.UTC(2026, 0);`,
  `export const a = (x: unknown): x is Date => x instanceof Date;`,
  `export const a = (d: Date): number => d.getUTCHours();`,
  `export const a = (b: number): string => b.toLocaleString('en-US');`,
  `export const a = Math.floor(1.5);`,
  `export interface A { readonly process: string; fetch(): void; readonly performance?: number }`,
  `export const a = { console: 1, crypto: 2 }, b = a.console + a.crypto;`,
  `// Date.now() and await are only words here\nexport const a = 'Math.random()';`,
  `export function* a() { yield 1; }`,
])('is pure: %s', (text) => {
  expect(impure(text)).toEqual([]);
});

it('only the core must be pure', () => {
  expect(impure(`export const a = Date.now();`, 'src/adapters/clock/clock.ts')).toEqual([]);
});

it('says where and what to do', () => {
  const [found] = impurities([parseSource('src/core/a.ts', `\n\nexport const a = Date.now();`)]);
  expect(found).toEqual({ file: 'src/core/a.ts', line: 3, what: 'not pure: Date.now', instead: 'pass `now` in' });
});
