/** Versions of the repository over the API: tags, commits, `head`, `latest`. */
import semver from 'semver';
import { isName } from '../../core/model/names.ts';
import type { Release } from '../../core/model/release.ts';
import type { ForgeCode } from '../../ports/forge.ts';
import type { Releases } from '../../ports/releases.ts';
import type { GithubClient } from './client/client.ts';
import { asker } from './forge/ask.ts';
import { isOwn } from './forge/reachable.ts';
import { refused } from './forge/refused.ts';

export interface GithubReleasesOptions {
  readonly client: GithubClient;
  /** Of the same repository (`githubForge(client).code`). */
  readonly code: ForgeCode;
  /** The pull request whose head is `head`; absent: the default branch's. */
  readonly pull?: number;
  /** Heads and commits of forks count too; else they are refused (`fork-refused`). */
  readonly forks?: boolean;
}

const FULL = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Labels are those of a clone: the version as typed for a tag, twelve characters of the SHA for a commit. Rejects with a ForgeError. */
export function githubReleases(options: GithubReleasesOptions): Releases {
  const { client, code } = options;
  return {
    async resolve(version) {
      if (version === 'head') return named(code, await headOf(options));
      if (version === 'latest') return latest(client, code);
      if (!isName(version)) return undefined;
      // To git a full SHA is that commit, whatever a tag is called.
      const whole = FULL.test(version) ? await own(options, version) : undefined;
      if (whole) return whole;
      const tag = await tagged(code, version);
      return tag ?? (/^[0-9a-f]{7,63}$/.test(version) ? own(options, version) : undefined);
    },
  };
}

/** The tag as typed, or with the `v` that many repositories put before a version. */
async function tagged(code: ForgeCode, label: string): Promise<Release | undefined> {
  for (const tag of [label, `v${label}`]) {
    const commit = await code.resolve(`refs/tags/${tag}`);
    if (commit) return { label, commit: commit.sha };
  }
  return undefined;
}

async function named(code: ForgeCode, revision: string): Promise<Release | undefined> {
  const commit = await code.resolve(revision);
  return commit && { label: commit.sha.slice(0, 12), commit: commit.sha };
}

/** A bare commit, which may be anybody's: GitHub finds those of forks, too, also after their pull request was closed. */
async function own(options: GithubReleasesOptions, revision: string): Promise<Release | undefined> {
  const { client, code, forks = false } = options;
  const release = await named(code, revision);
  if (!release || forks || (await isOwn({ asker: asker(client), code }, release.commit))) return release;
  throw refused(
    'fork-refused',
    `${release.label} is in no branch of this repository that GitHub shows for it (a fork's commit, or one that was left behind): push a branch at it, or name its tag`,
  );
}

async function headOf({ code, pull, forks = false }: GithubReleasesOptions): Promise<string> {
  if (pull === undefined) return 'HEAD';
  const found = await code.pull(pull);
  if (!found) throw refused('target-unknown', `head of #${pull}: there is no such pull request`);
  if (found.head.isFork && !forks)
    throw refused('fork-refused', `head of #${pull} is a fork's: merge it, or push the branch to this repository`);
  return found.head.sha;
}

const TAGS = 'refs/tags/';

/** By semver, whatever was tagged last; GitHub answers all refs at once. https://docs.github.com/rest/git/refs#list-matching-references */
async function latest(client: GithubClient, code: ForgeCode): Promise<Release | undefined> {
  const asking = { doing: 'list the tags', route: 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}' } as const;
  const { data } = await asker(client).ask(asking, { ref: 'tags/' });
  const tags = data.flatMap(({ ref }) => (ref.startsWith(TAGS) ? [ref.slice(TAGS.length)] : []));
  const newest = tags.filter((tag) => semver.valid(tag) !== null).toSorted(semver.rcompare)[0];
  return newest === undefined ? undefined : tagged(code, newest.replace(/^v/, ''));
}
