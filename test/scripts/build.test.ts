import { cp, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { run } from '../support/process.ts';

const SETTINGS = ['package.json', 'rolldown.config.ts', 'tsconfig.json', 'tsconfig.build.json', 'scripts'];

/** A checkout with our settings and these sources, built as `npm ci` builds it. */
async function built(sources: Readonly<Record<string, string>>, { tools = true }: { readonly tools?: boolean } = {}) {
  const folder = await folderWith(sources);
  for (const name of SETTINGS) await cp(name, join(folder, name), { recursive: true });
  if (tools) await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  return { folder, ...(await run(process.execPath, [join(folder, 'scripts/prepare.js')], { within: 60_000 })) };
}

const SOURCES = {
  'src/core/shape.ts': `import * as z from 'zod';\nexport const Shape: z.ZodType<string> = z.string();\n`,
  'src/flags.ts': `export { Shape } from './core/shape.ts';\n`,
  'src/cli.ts': `if (process.argv[2] === 'help') process.stdout.write('help');\nelse void import('./core/shape.ts').then(({ Shape }) => process.stdout.write(Shape.parse('x')));\n`,
};

it('a program is executable, carries its packages, and loads late what a command does not need; a library leaves packages outside', async () => {
  const { folder, code, stderr } = await built(SOURCES);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const cli = join(folder, 'dist/cli.js');
  expect((await stat(cli)).mode & 0o111).toBe(0o111);
  const text = await readFile(cli, 'utf8');
  expect(text).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(text).not.toMatch(/zod/i);
  expect((await run(cli, ['help'])).stdout).toBe('help');
  // Without node_modules beside it, as in an action.
  await cp(join(folder, 'dist'), join(folder, 'alone/dist'), { recursive: true });
  expect((await run(process.execPath, [join(folder, 'alone/dist/cli.js')], { cwd: folder })).stdout).toBe('x');
  expect(await readFile(join(folder, 'dist/THIRD-PARTY-LICENCES.txt'), 'utf8')).toContain('zod');

  // The library entry leaves packages outside, and has types.
  expect(await readFile(join(folder, 'dist/flags.js'), 'utf8')).toMatch(/from "zod"/);
  expect(await readFile(join(folder, 'dist/types/core/shape.d.ts'), 'utf8')).toContain('ZodType<string>');
});

it('without entries there is nothing to build, and without development dependencies nothing to build with; neither fails', async () => {
  expect(await built({})).toMatchObject({ code: 0, stderr: '' });
  expect(await built(SOURCES, { tools: false })).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('npm ci installs them'),
  });
});

it('a source that does not build fails the build with its place', async () => {
  const { code, stderr, stdout } = await built({ 'src/cli.ts': `import './nowhere.ts';\n` });
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain('src/cli.ts');
});
