import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from './folder.ts';
import { run } from './process.ts';
import { repository } from './repository.ts';
import { describeSkips } from './skip-reporter.ts';
import { waitUntil } from './wait.ts';

let left = '';
it('a folder holds its files while the test runs', async () => {
  left = await folderWith({ 'a/b.txt': 'text' });
  expect(await readFile(join(left, 'a/b.txt'), 'utf8')).toBe('text');
});
it('and is gone after it', () => expect(existsSync(left)).toBe(false));

it('a repository is real git, and git says why it fails', async () => {
  const { git } = await repository();
  expect(await git('log', '--format=%an %s')).toBe('Ada begin');
  await expect(git('checkout', 'nowhere')).rejects.toThrow(/pathspec 'nowhere'/);
});

it('a process that does not end is killed', async () => {
  const ended = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { within: 200 });
  expect(ended).toMatchObject({ code: null, signal: 'SIGKILL' });
});

it('waiting names what never came', async () => {
  await expect(waitUntil('the ship', () => undefined, 30)).rejects.toThrow(/in vain for the ship/);
});

it('skips are grouped by their reason', () => {
  const skip = { file: 'test/a.test.ts', reason: 'prometheus is not installed' };
  expect(describeSkips([skip, skip])).toEqual(['  test/a.test.ts: prometheus is not installed (2 tests)']);
});
