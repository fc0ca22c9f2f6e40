import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { githubInTest } from '../support/github/in-test.ts';
import { given } from '../adapters/github/store/given.ts';

/** Sixteen, as processes, do the same in test/real. */
const WRITERS = 8;
/** Time stands still, so that nobody gives up, however slow the machine is. */
const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => void setTimeout(resolve, 1)) };

describe('many processes write at once', () => {
  it('R-805 eight flags changed by eight are eight commits, none lost, and git fsck is clean', async () => {
    const fake = await githubInTest();
    const keys = Array.from({ length: WRITERS }, (_, index) => `flag-${index}`);
    const first = given(fake, { clock });
    for (const key of keys) expect((await first.run(`flag create ${key} "${key}" Text`)).ok).toBe(true);
    const writers = keys.map((key) => ({ key, process: given(fake, { clock }) }));
    fake.barrier('POST /graphql createCommitOnBranch', WRITERS);
    const outcomes = await Promise.all(
      writers.map(({ key, process }) => process.run(`flag enable ${key} 25% --environment production`)),
    );
    expect(outcomes.map(({ code }) => code)).toEqual(keys.map(() => 'done'));
    const history = await given(fake).store.history({});
    expect(history).toHaveLength(2 * WRITERS);
    expect(history.every(({ sealed }) => sealed)).toBe(true);
    expect(new Set(history.slice(0, WRITERS).map(({ title }) => title))).toHaveProperty('size', WRITERS);
    const git = (...args: readonly string[]) => execFileSync('git', ['-C', fake.folder, ...args], { encoding: 'utf8' });
    expect(git('fsck', '--strict', '--full', '--no-dangling')).toBe('');
    expect(git('rev-list', '--count', 'sluice-state').trim()).toBe(String(2 * WRITERS));
  });
});
