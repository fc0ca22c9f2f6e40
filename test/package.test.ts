import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { run } from './support/process.ts';

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

let files: readonly string[] = [];
beforeAll(async () => {
  // `prepare` would build anew under the feet of the tests beside this one; `npm test` has built before.
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
    within: 60_000,
  });
  files = (JSON.parse(stdout) as readonly Packed[]).flatMap((one) => one.files.map(({ path }) => path));
});

it('the package holds its licence and manual, and no tests, sources or settings', () => {
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'CHANGELOG.md']));
  expect(
    files.filter((path) =>
      /^(src|bot|test|scripts|bench|\.ci|\.github)\/|\.test\.|\.config\.ts$|^\.ox|^tsconfig|^knip/.test(path),
    ),
  ).toEqual([]);
});

it('the package holds what its manifest promises: program, entries and their types', async () => {
  const { bin, exports } = JSON.parse(await readFile('package.json', 'utf8')) as {
    readonly bin: object;
    readonly exports: object;
  };
  const promised = JSON.stringify([bin, exports]).match(/dist\/[\w./-]+/g) ?? [];
  expect(promised).not.toEqual([]);
  expect(files).toEqual(expect.arrayContaining(promised));
});
