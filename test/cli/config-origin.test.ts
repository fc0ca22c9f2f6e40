import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { originRemark } from '../../src/cli/config-origin.ts';
import { type Repository, repository } from '../support/repository.ts';

const FILE = '.github/sluice.yml';

async function configured({ folder }: Repository, text: string): Promise<void> {
  await mkdir(join(folder, '.github'), { recursive: true });
  await writeFile(join(folder, FILE), `version: 1\nservices: { web: { deploy: ${text} } }\n`);
}

it('R-804 says when the configuration in the folder is not the one of the default branch, and nothing when it is', async () => {
  const place = await repository();
  expect(await originRemark(place.folder)).toBeUndefined();
  await configured(place, './a');
  expect(await originRemark(place.folder)).toBe(`${FILE} is not on main yet: it counts as it lies in this folder`);
  await place.git('add', '.');
  await place.git('commit', '--quiet', '--message', 'configure');
  expect(await originRemark(place.folder)).toBeUndefined();

  await configured(place, './b');
  expect(await originRemark(place.folder)).toBe(
    `${FILE} differs from that of main: it counts as it lies in this folder`,
  );
  await place.git('checkout', '--quiet', '-b', 'try');
  await place.git('commit', '--quiet', '--all', '--message', 'try it');
  expect(await originRemark(place.folder)).toContain('differs from that of main');
});

it('asks the remote branch before the local one, and nobody in a repository without commits', async () => {
  const place = await repository();
  await configured(place, './a');
  await place.git('add', '.');
  await place.git('commit', '--quiet', '--message', 'configure');
  await place.git('update-ref', 'refs/remotes/origin/main', 'HEAD~1');
  expect(await originRemark(place.folder)).toContain('is not on origin/main yet');
  const young = await repository({ bare: true });
  await configured(young, './a');
  expect(await originRemark(young.folder)).toBeUndefined();
});
