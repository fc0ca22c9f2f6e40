import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import semver from 'semver';
import { isName } from '../../core/model/names.ts';
import type { Release } from '../../core/model/release.ts';
import type { Releases } from '../../ports/releases.ts';

const run = promisify(execFile);

/** Versions are tags or commits of the repository at `folder`. */
export function gitReleases(folder: string): Releases {
  return {
    async resolve(version) {
      if (version === 'head') return named(folder, 'HEAD');
      if (version === 'latest') return latest(folder);
      if (!isName(version)) return undefined;
      return (await tagged(folder, version)) ?? (/^[0-9a-f]{7,64}$/.test(version) ? named(folder, version) : undefined);
    },
  };
}

/** The tag as typed, or with the `v` that many repositories put before a version. */
async function tagged(folder: string, label: string): Promise<Release | undefined> {
  for (const tag of [label, `v${label}`]) {
    const commit = await commitOf(folder, `refs/tags/${tag}`);
    if (commit !== undefined) return { label, commit };
  }
  return undefined;
}

/** A commit without a version is labelled by its SHA, in full, so that the label never means another. */
async function named(folder: string, revision: string): Promise<Release | undefined> {
  const commit = await commitOf(folder, revision);
  return commit === undefined ? undefined : { label: commit.slice(0, 12), commit };
}

async function latest(folder: string): Promise<Release | undefined> {
  const { stdout } = await run('git', ['tag', '--list'], { cwd: folder }).catch(() => ({ stdout: '' }));
  const tags = stdout.split('\n').filter((tag) => semver.valid(tag) !== null);
  const newest = tags.toSorted(semver.rcompare)[0];
  return newest === undefined ? undefined : tagged(folder, newest.replace(/^v/, ''));
}

async function commitOf(folder: string, revision: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const { stdout } = await run('git', args, { cwd: folder }).catch(() => ({ stdout: '' }));
  const commit = stdout.trim();
  return commit === '' ? undefined : commit;
}
