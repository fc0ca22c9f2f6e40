import { githubClient } from '../../../../src/adapters/github/client/client.ts';
import { githubForge } from '../../../../src/adapters/github/forge/forge.ts';
import type { ForgeBench, ForgeOptions } from '../../../contract/forge.contract.ts';
import { openFakeGithub } from '../../../support/github/fake.ts';
import { handlesOf } from '../../../support/github/handles.ts';

/** Waits are over at once: how long they are is the client's test. */
const CLOCK = { now: Date.now, sleep: async () => undefined };

/** The GitHub adapter before the fake. */
export async function githubBench(): Promise<ForgeBench> {
  const fake = await openFakeGithub();
  const { owner, repo, apiUrl: baseUrl } = fake;
  return {
    world: Object.assign(fake, handlesOf(fake.state)),
    open: ({ permissions, login, checks, timeout }: ForgeOptions = {}) => {
      const token = fake.token({ ...(permissions ? { permissions } : {}), ...(login === undefined ? {} : { login }) });
      const given = timeout === undefined ? {} : { timeout };
      const client = githubClient({ token, owner, repo, baseUrl, clock: CLOCK, log: () => undefined, ...given });
      return githubForge(client, checks ? { checks } : {});
    },
  };
}
