/** Configurations as the default branch has had them, over the API. */
import type { Config } from '../../core/model/config.ts';
import type { FoundPolicy, Policies } from '../../ports/policies.ts';
import type { GithubClient } from './client/client.ts';
import { type Asker, asker } from './forge/ask.ts';
import { fileAt } from './forge/file.ts';

export interface GithubPoliciesOptions {
  readonly client: GithubClient;
  /** Where a configuration may lie; of one commit the first that exists counts. */
  readonly files: readonly string[];
  /** A text as configuration; undefined where it is none. */
  readonly decode: (text: string) => Config | undefined;
  /** Absent: the repository's default branch. */
  readonly branch?: string;
}

/** Versions that are looked through, newest first: each is a call, so fewer than a clone looks through. */
const MOST = 100;

interface Version {
  readonly sha: string;
  /** Milliseconds. */
  readonly committed: number;
}

/** Never rejects: what cannot be asked is not known. Each version is read once per process. */
export function githubPolicies(options: GithubPoliciesOptions): Policies {
  const ask = asker(options.client);
  const read = new Map<string, Promise<Config | undefined>>();
  const configOf = (sha: string): Promise<Config | undefined> => {
    const known = read.get(sha) ?? configAt(ask, sha, options);
    read.set(sha, known);
    return known.catch(() => {
      read.delete(sha);
      return undefined;
    });
  };
  return {
    async find({ digest, at }): Promise<FoundPolicy | undefined> {
      let inForce: Config | undefined;
      for (const { sha, committed } of await versions(ask, options).catch(() => [])) {
        const config = await configOf(sha);
        if (config && config.digest === digest) return { config, by: 'digest' };
        if (committed > at) continue;
        inForce ??= config;
        if (inForce && digest === undefined) break;
      }
      return inForce && { config: inForce, by: 'time' };
    },
  };
}

async function configAt(
  ask: Asker,
  sha: string,
  { files, decode }: GithubPoliciesOptions,
): Promise<Config | undefined> {
  for (const file of files) {
    const text = await fileAt(ask, file, sha);
    if (text !== undefined) return decode(text);
  }
  return undefined;
}

/** Commits that changed one of the files, newest first. https://docs.github.com/rest/commits/commits#list-commits */
async function versions(ask: Asker, { files, branch }: GithubPoliciesOptions): Promise<readonly Version[]> {
  const asking = { doing: 'list versions of the configuration', route: 'GET /repos/{owner}/{repo}/commits' } as const;
  const start = branch === undefined ? {} : { sha: branch };
  const lists = await Promise.all(files.map((path) => ask.find(asking, { ...start, path, per_page: MOST })));
  const found = new Map<string, Version>();
  for (const { sha, commit } of lists.flatMap((list) => list?.data ?? [])) {
    found.set(sha, { sha, committed: Date.parse(commit.committer?.date ?? '') });
  }
  return [...found.values()].toSorted((one, other) => other.committed - one.committed).slice(0, MOST);
}
