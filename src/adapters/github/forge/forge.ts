/** GitHub as a forge: roles, code, deployments, comments, check runs, workflow runs. */
import type { Forge } from '../../../ports/forge.ts';
import type { GithubClient } from '../client/client.ts';
import { asker } from './ask.ts';
import { forgeChecks } from './check-runs.ts';
import type { ChecksOptions } from './checks-of.ts';
import { forgeCode } from './code.ts';
import { forgeDeployments } from './deployments.ts';
import { forgePeople } from './people.ts';
import { forgeRuns } from './runs.ts';
import { forgeTalk } from './talk.ts';

export interface GithubForgeOptions {
  /** Which check runs and statuses of a commit count. */
  readonly checks?: ChecksOptions;
}

/** Every member rejects with a ForgeError: one line with what was done, why not, and the permission that is missing. */
export function githubForge(client: GithubClient, { checks = {} }: GithubForgeOptions = {}): Forge {
  const asking = asker(client);
  return {
    people: forgePeople(asking),
    code: forgeCode(asking, checks),
    deployments: forgeDeployments(asking),
    talk: forgeTalk(asking),
    checks: forgeChecks(asking),
    runs: forgeRuns(asking),
  };
}
