import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { given } from '../adapters/github/store/given.ts';
import { githubInTest } from '../support/github/in-test.ts';
import { run } from '../support/process.ts';

const RUNNER = path.resolve(import.meta.dirname, '../../scripts/run-ts.js');
const WRITER = path.resolve(import.meta.dirname, '../adapters/github/store/writer.ts');
const WRITERS = 16;

describe('sixteen processes at once on GitHub', () => {
  it(
    'R-805 change sixteen flags in sixteen commits, none lost, and git fsck is clean',
    { timeout: 240_000 },
    async () => {
      const fake = await githubInTest();
      const token = fake.token();
      const give = async (text: string): Promise<string> => {
        const { code, stdout, stderr } = await run(process.execPath, [RUNNER, WRITER, fake.apiUrl, token, text], {
          within: 180_000,
        });
        expect([code, stderr]).toEqual([0, '']);
        return stdout.trim();
      };
      const keys = Array.from({ length: WRITERS }, (_, index) => `flag-${index}`);
      const first = given(fake);
      for (const key of keys) expect((await first.run(`flag create ${key} "${key}" Text`)).code).toBe('done');
      const changed = await Promise.all(keys.map((key) => give(`flag enable ${key} 25% --environment production`)));
      expect(changed).toEqual(keys.map(() => 'done'));
      const git = (...args: readonly string[]) =>
        execFileSync('git', ['-C', fake.folder, ...args], { encoding: 'utf8' });
      expect(git('rev-list', '--count', 'sluice-state').trim()).toBe(String(2 * WRITERS));
      expect(git('ls-tree', '--name-only', 'sluice-state', 'flags/').trim().split('\n')).toHaveLength(WRITERS);
      expect(git('fsck', '--strict', '--full', '--no-dangling')).toBe('');
    },
  );
});
