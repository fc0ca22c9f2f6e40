import { expect, it } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { run } from '../support/process.ts';
import { examine } from './examine.ts';

const requirements = JSON.stringify({ rows: [{ id: 'R-901', group: 'One', name: 'First' }], leftOut: {} });
const sound = {
  'docs/requirements.source.json': requirements,
  'src/core/flag/bucket.ts': 'export const a = 1;\n',
  'test/core/flag/bucket.test.ts': `it('R-901 does it', f);\n`,
};

const failed = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const { gates } = examine(await folderWith({ ...sound, ...files }));
  return gates.filter(({ violations }) => violations.length > 0).map(({ name }) => name);
};

it('a sound house passes every gate', async () => expect(await failed({})).toEqual([]));

it.each([
  ['arrows', { 'src/core/a.ts': `import 'yaml';\n` }],
  ['circles', { 'src/engine/a.ts': `import './b.ts';\n`, 'src/engine/b.ts': `import './a.ts';\n` }],
  ['light entries', { 'src/flags.ts': `import './core/flag/b.ts';\n`, 'src/core/flag/b.ts': `import 'x';\n` }],
  ['pure core', { 'src/core/a.ts': 'export const a = Date.now();\n' }],
  ['sizes', { 'src/engine/a.ts': '//\n'.repeat(301) }],
  ['names', { 'src/engine/utils.ts': '' }],
  ['machine paths', { 'docs/a.md': `see ${['', 'root', 'x'].join('/')}\n` }],
  ['links', { 'docs/a.md': '[b](b.md)\n' }],
  ['requirements', { 'test/b.test.ts': `it('R-902', f);\n` }],
])('a planted violation is seen by its gate: %s', async (gate, files) => {
  expect(await failed(files)).toContain(gate);
});

it('a file that does not parse stops the examination instead of passing it', async () => {
  await expect(failed({ 'src/engine/a.ts': 'const = ;' })).rejects.toThrow(/src\/engine\/a.ts: does not parse/);
});

it('the real tree is read: sources, tests and functions are counted', () => {
  const { modules, table } = examine('.');
  expect(modules).toBeGreaterThan(50);
  expect(Number(/functions +(\d+)/.exec(table)?.[1])).toBeGreaterThan(100);
});

it('the command fails with the place and the remedy of what it found, and over an empty tree', async () => {
  const script = `${process.cwd()}/scripts/run-ts.js`;
  const gates = (folder: string) =>
    run(process.execPath, [script, `${process.cwd()}/test/gate/run.ts`], { cwd: folder });
  const bad = await gates(await folderWith({ ...sound, 'src/core/a.ts': 'export const a = Date.now();\n' }));
  expect(bad.code).toBe(1);
  expect(bad.stdout).toContain('src/core/a.ts:1: not pure: Date.now; pass `now` in');
  expect((await gates(await folderWith(sound))).code).toBe(0);
  expect((await gates(await folderWith({ 'docs/requirements.source.json': requirements }))).code).toBe(1);
});
