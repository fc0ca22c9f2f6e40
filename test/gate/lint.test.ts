import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { run } from '../support/process.ts';

const root = process.cwd();
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const settings = JSON.stringify({
  extends: join(root, 'tsconfig.json'),
  compilerOptions: { types: [] },
  include: ['src'],
});
const SETTINGS = { 'package.json': '{ "type": "module" }', 'tsconfig.json': settings };
const planted = (files: Readonly<Record<string, string>>) => folderWith({ ...SETTINGS, ...files });
const lint = (folder: string) =>
  run(bin('oxlint'), ['-c', join(root, '.oxlintrc.json'), '--deny-warnings', '--format', 'unix'], {
    cwd: folder,
    // The linter looks for its type-aware half on the path, which only npm sets.
    env: { PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` },
  });
const types = (folder: string) => run(bin('tsc'), ['--noEmit', '-p', folder]);

const PLANTED = [
  ['no-explicit-any', 'export const a = (b: any): number => 1 + Number(b);'],
  ['no-default-export', 'export default 1;'],
  ['no-floating-promises', 'declare function a(): Promise<void>;\nexport function b(): void {\n  a();\n}'],
  ['no-misused-promises', 'export const a = (b: () => Promise<void>): void => [1].forEach(b);'],
  ['max-params', 'export const a = (b: 1, c: 2, d: 3, e: 4): number => b + c + d + e;'],
  ['no-console', `console.log('x');`],
  ['no-non-null-assertion', 'export const a = (b: string | undefined): string => b!;'],
  ['eqeqeq', 'export const a = (b: unknown): boolean => b == 1;'],
  ['only-throw-error', `export const a = (): never => {\n  throw 'x';\n};`],
  ['switch-exhaustiveness-check', `export function a(b: 'x' | 'y'): void {\n  switch (b) {\n    case 'x':\n  }\n}`],
  ['complexity', `export const a = (b: number): number =>\n  ${'b > 1 ? 1 : '.repeat(21)}2;`],
] as const;

it('the lint refuses each of the things the house avoids', async () => {
  const files = PLANTED.map(([rule, text]) => [`src/engine/${rule}.ts`, `${text}\n`]);
  const { code, stdout } = await lint(await planted(Object.fromEntries(files) as Record<string, string>));
  const lines = stdout.split('\n');
  const seen = (rule: string) =>
    lines.some((line) => line.startsWith(`src/engine/${rule}.ts:`) && line.includes(`(${rule})`));
  expect(PLANTED.filter(([rule]) => !seen(rule))).toEqual([]);
  expect(code).toBe(1);
});

it('the types refuse an enum: what node runs is the text without its types', async () => {
  const { code, stdout } = await types(await planted({ 'src/engine/a.ts': 'export enum A {\n  B = 1,\n}\n' }));
  expect(stdout).toContain('erasableSyntaxOnly');
  expect(code).not.toBe(0);
});

it('a sound file passes both', async () => {
  const folder = await planted({ 'src/engine/a.ts': 'export const a = (b: number): number => b + 1;\n' });
  expect(await lint(folder)).toMatchObject({ code: 0 });
  expect(await types(folder)).toMatchObject({ code: 0, stdout: '' });
});
