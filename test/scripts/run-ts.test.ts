import { expect, it } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { run } from '../support/process.ts';

const runTs = async (
  text: string,
  { call = [], args = [] }: { readonly call?: readonly string[]; readonly args?: readonly string[] } = {},
) => {
  const folder = await folderWith({ 'a.ts': text, 'b.ts': `export const b: string = import.meta.url;\n` });
  return { folder, ...(await run(process.execPath, ['scripts/run-ts.js', ...call, `${folder}/a.ts`, ...args])) };
};

it('types are gone, relative files come along, each knows its own place, and arguments arrive', async () => {
  const { folder, stdout, code } = await runTs(
    `import { b } from './b.ts';\nconst a: string = b;\nconsole.log(a, process.argv.slice(2).join());`,
    { args: ['x', '--y'] },
  );
  expect(stdout).toBe(`file://${folder}/b.ts x,--y\n`);
  expect(code).toBe(0);
});

it('an export is called and its result printed', async () => {
  const { stdout } = await runTs(`export async function figures(): Promise<readonly number[]> { return [1, 2]; }`, {
    call: ['--call', 'figures'],
  });
  expect(stdout).toBe('[1,2]\n');
});

it('a failure is a failure, and names the line that was written', async () => {
  const { folder, stderr, code } = await runTs(`interface A { readonly a: 1 }\n\nthrow new Error('no');`);
  expect(stderr).toContain(`${folder}/a.ts:3`);
  expect(code).toBe(1);
});
