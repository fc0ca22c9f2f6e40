import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { run } from '../support/process.ts';

it('the page of requirements is stale until it is written, and again after a test names another row', async () => {
  const rows = ['R-901', 'R-902'].map((id) => ({ id, group: 'One', name: `row ${id}` }));
  const folder = await folderWith({
    'docs/requirements.source.json': JSON.stringify({ rows, leftOut: { 'R-902': 'later' } }),
    'test/a.test.ts': `it('R-901 does it', f);\n`,
  });
  const root = process.cwd();
  const generate = (...args: readonly string[]) =>
    run(process.execPath, [join(root, 'scripts/run-ts.js'), join(root, 'scripts/generate-requirements.ts'), ...args], {
      cwd: folder,
    });

  expect(await generate('--check')).toMatchObject({ code: 1, stderr: 'docs/requirements.md is stale\n' });
  expect(await generate()).toMatchObject({ code: 0 });
  expect(await readFile(join(folder, 'docs/requirements.md'), 'utf8')).toContain('1 tested, 0 in part, 1 left out');
  expect(await generate('--check')).toMatchObject({ code: 0 });
  await writeFile(join(folder, 'test/b.test.ts'), `it('R-902 does it', f);\n`);
  expect(await generate('--check')).toMatchObject({ code: 1 });
});
