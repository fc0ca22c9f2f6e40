import { expect, onTestFinished } from 'vitest';
import { type FakeOptions, openFakeGithub } from './fake.ts';
import type { FakeGithub } from './types.ts';

/** A fake GitHub that is closed after the test, which fails where GitHub's schemas were violated. */
export async function githubInTest(options: FakeOptions = {}): Promise<FakeGithub> {
  const fake = await openFakeGithub(options);
  onTestFinished(async () => {
    await fake.close();
    expect(fake.violations).toEqual([]);
  });
  return fake;
}
