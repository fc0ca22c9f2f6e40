import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../support/process.ts';
import { BRANCH, git, Workplace } from './bench.ts';

const WRITER = path.join(import.meta.dirname, 'writer.ts');

const RUNNER = path.resolve(import.meta.dirname, '../../../scripts/run-ts.js');
const start = (...args: readonly string[]) => run(process.execPath, [RUNNER, WRITER, ...args], { within: 90_000 });

describe('many processes commit at once', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.close());

  it(
    'loses nothing with 12 processes of two commits each, and git fsck --strict stays clean',
    { timeout: 120_000 },
    async () => {
      const repository = place.repository();
      const names = Array.from({ length: 12 }, (_, index) => String(index));
      const ended = await Promise.all(names.map((name) => start(repository, name, '2')));
      expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']));
      const lines = git(repository, 'show', `${BRANCH}:list`).split('\n');
      const expected = names.flatMap((name) => [`${name}-0`, `${name}-1`]);
      expect(lines.toSorted()).toEqual(expected.toSorted());
      expect(git(repository, 'rev-list', '--count', BRANCH)).toBe('24');
      expect(git(repository, 'ls-tree', '--name-only', BRANCH, 'flags/').split('\n')).toHaveLength(24);
      expect(git(repository, 'fsck', '--strict', '--full', '--no-dangling')).toBe('');
      const history = await (await place.store(repository)).history({});
      expect(history.every(({ sealed }) => sealed)).toBe(true);
    },
  );
});
