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
const planted = (text: string) =>
  folderWith({ 'package.json': '{ "type": "module" }', 'tsconfig.json': settings, 'src/engine/a.ts': text });

it.each([
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
])('the lint refuses %s', async (rule, text) => {
  const { code, stdout } = await run(bin('oxlint'), ['-c', join(root, '.oxlintrc.json'), '--deny-warnings'], {
    cwd: await planted(`${text}\n`),
  });
  expect(stdout).toContain(`${rule})`);
  expect(code).toBe(1);
});

it('the types refuse an enum: what node runs is the text without its types', async () => {
  const { code, stdout } = await run(bin('tsc'), ['--noEmit', '-p', await planted('export enum A {\n  B = 1,\n}\n')]);
  expect(stdout).toContain('erasableSyntaxOnly');
  expect(code).not.toBe(0);
});

it('a sound file passes both', async () => {
  const folder = await planted('export const a = (b: number): number => b + 1;\n');
  expect(
    await run(bin('oxlint'), ['-c', join(root, '.oxlintrc.json'), '--deny-warnings'], { cwd: folder }),
  ).toMatchObject({ code: 0 });
  expect(await run(bin('tsc'), ['--noEmit', '-p', folder])).toMatchObject({ code: 0, stdout: '' });
});
