/** Steps of a release. Each may be repeated: what is done already is left as it is, and nothing that was published ever changes. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why there is no release, on one line. */
export class ReleaseRefused extends Error {}

export interface Release {
  /** `1.2.3` */
  readonly version: string;
  /** `v1.2.3`: never moved. */
  readonly tag: string;
  /** `v1`: moved to each release of it. Absent: a version to try (`v1.3.0-rc.1`), which nobody gets unasked. */
  readonly major?: string;
  /** The commit that is released, without what is built from it. */
  readonly source: string;
  /** Its part of CHANGELOG.md. */
  readonly notes: string;
}

interface Place {
  /** The repository's work tree, with `dist/` built. */
  readonly folder: string;
  /** For the push to GitHub; absent: as git is set up. */
  readonly token?: string;
}

async function git({ folder, token }: Place, args: readonly string[], env = {}): Promise<string> {
  // Neither in the arguments, which every process may read, nor in the repository's configuration.
  const header = Buffer.from(`x-access-token:${token ?? ''}`).toString('base64');
  const authority = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.https://github.com/.extraheader',
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${header}`,
  };
  const { stdout } = await run('git', [...args], {
    cwd: folder,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', ...(token === undefined ? {} : authority), ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

const commitOf = (place: Place, name: string): Promise<string | undefined> =>
  git(place, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]).catch(() => undefined);

/** The part of a change log under `## VERSION`; undefined: there is none, or nothing in it. */
export function notesOf(changelog: string, version: string): string | undefined {
  const part = changelog.split(/^## /m).find((one) => /^\S+/.exec(one)?.[0] === version);
  const text = part?.slice(part.indexOf('\n')).trim();
  return part?.includes('\n') === true && text !== '' ? text : undefined;
}

/** What `tag` would release: HEAD, as it is committed. @throws ReleaseRefused */
export async function checkRelease(place: Place, tag: string): Promise<Release> {
  const match = /^v(?<version>(?<major>\d+)\.\d+\.\d+(?<trial>-[0-9A-Za-z.-]+)?)$/.exec(tag);
  const { version, major, trial } = match?.groups ?? {};
  if (version === undefined) throw new ReleaseRefused(`${JSON.stringify(tag)} is no tag of a release: v1.2.3 is`);
  const dirty = await git(place, ['status', '--porcelain']);
  if (dirty !== '') throw new ReleaseRefused(`not all is committed: ${dirty.split('\n').join(', ')}`);
  const found = JSON.parse(await readFile(join(place.folder, 'package.json'), 'utf8')) as { readonly version?: string };
  if (found.version !== version)
    throw new ReleaseRefused(
      `package.json says ${String(found.version)}, and the tag ${version}: change the one or the other`,
    );
  const notes = notesOf(await readFile(join(place.folder, 'CHANGELOG.md'), 'utf8'), version);
  if (notes === undefined) throw new ReleaseRefused(`CHANGELOG.md says nothing under "## ${version}"`);
  const source = await git(place, ['rev-parse', 'HEAD']);
  const existing = await commitOf(place, `refs/tags/${tag}`);
  if (existing !== undefined && (await commitOf(place, `${existing}^`)) !== source)
    throw new ReleaseRefused(
      `${tag} is there already, of another commit: a release never changes, take the next version`,
    );
  return { version, tag, source, notes, ...(trial === undefined ? { major: `v${String(major)}` } : {}) };
}

/**
 * A commit on top of the source that adds `dist/` and changes nothing else, tagged and pushed; its SHA. The same source and build are the
 * same commit, so that a second run finds its own tag. @throws ReleaseRefused where the tag holds another build
 */
export async function publishRelease(place: Place, { tag, source }: Release): Promise<string> {
  if (!existsSync(join(place.folder, 'dist/action.js')))
    throw new ReleaseRefused('dist/action.js is not there: npm run build');
  const commit = await builtCommit(place, { tag, source });
  const existing = await commitOf(place, `refs/tags/${tag}`);
  if (existing !== undefined && existing !== commit)
    throw new ReleaseRefused(
      `${tag} is there already, with another build: a release never changes, take the next version`,
    );
  if (existing === undefined) await git(place, ['tag', '--no-sign', tag, commit]);
  await git(place, ['push', '--quiet', 'origin', `refs/tags/${tag}`]);
  return commit;
}

async function builtCommit(place: Place, { tag, source }: Pick<Release, 'tag' | 'source'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-release-'));
  try {
    const index = { GIT_INDEX_FILE: join(folder, 'index') };
    await git(place, ['read-tree', source], index);
    await git(place, ['add', '--force', '--', 'dist'], index);
    const tree = await git(place, ['write-tree'], index);
    const at = await git(place, ['show', '--no-patch', '--format=%cI', source]);
    const [name, email] = ['Sluice developers', 'noreply@users.noreply.github.com'];
    return await git(place, ['commit-tree', tree, '-p', source, '-m', `build: ${tag}`], {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: at,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Moves the major tag to the release, as the last step: whoever follows it gets what is complete. Resolves to whether it was moved:
 * not for a version to try, nor back from a newer one. @throws ReleaseRefused where the release is not tagged, or another run moved it
 */
export async function moveMajor(place: Place, { tag, major }: Release): Promise<boolean> {
  const commit = await commitOf(place, `refs/tags/${tag}`);
  if (commit === undefined) throw new ReleaseRefused(`${tag} is not there yet: publish it first`);
  if (major === undefined) return false;
  const remote = await git(place, ['ls-remote', '--tags', '--refs', 'origin']);
  const tags = new Map(
    remote.split('\n').map((line) => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? ''] as const),
  );
  const [newest] = [...tags.keys()]
    .map((name) => name.replace('refs/tags/', ''))
    .filter((name) => new RegExp(`^${major}\\.\\d+\\.\\d+$`).test(name))
    .toSorted((one, other) => other.localeCompare(one, 'en', { numeric: true }));
  if (newest !== tag) return false;
  const before = tags.get(`refs/tags/${major}`) ?? '';
  const lease = `--force-with-lease=refs/tags/${major}:${before}`;
  await git(place, ['push', '--quiet', lease, 'origin', `+${commit}:refs/tags/${major}`]).catch((error: unknown) => {
    throw new ReleaseRefused(`${major} could not be moved: ${error instanceof Error ? error.message : String(error)}`);
  });
  return true;
}
