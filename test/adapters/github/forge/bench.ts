import { expect, onTestFinished } from 'vitest';
import { githubClient, type GithubClient } from '../../../../src/adapters/github/client/client.ts';
import { githubForge } from '../../../../src/adapters/github/forge/forge.ts';
import type { ForgeBench, ForgeOptions, ForgeWorld } from '../../../contract/forge.contract.ts';
import { openFakeGithub } from '../../../support/github/fake.ts';
import { handlesOf } from '../../../support/github/handles.ts';

export type HandedGithub = ForgeWorld;

/** Waits are over at once: how long they are is the client's test. */
const CLOCK = { now: Date.now, sleep: async () => undefined };

async function opened(): Promise<HandedGithub> {
  const fake = await openFakeGithub();
  return Object.assign(fake, handlesOf(fake.state));
}

/** A fake that is closed after the test, which fails where GitHub's schemas were violated. */
export async function githubWithHands(): Promise<HandedGithub> {
  const fake = await opened();
  onTestFinished(async () => {
    await fake.close();
    expect(fake.violations).toEqual([]);
  });
  return fake;
}

export function clientOf(fake: HandedGithub, { permissions, login, timeout }: ForgeOptions = {}): GithubClient {
  const { owner, repo, apiUrl: baseUrl } = fake;
  const token = fake.token({ ...(permissions ? { permissions } : {}), ...(login === undefined ? {} : { login }) });
  const given = timeout === undefined ? {} : { timeout };
  return githubClient({ token, owner, repo, baseUrl, clock: CLOCK, log: () => undefined, ...given });
}

/** The GitHub adapter before the fake. */
export async function githubBench(): Promise<ForgeBench> {
  const world = await opened();
  return {
    world,
    open: (options = {}) =>
      githubForge(clientOf(world, options), options.checks === undefined ? {} : { checks: options.checks }),
  };
}
