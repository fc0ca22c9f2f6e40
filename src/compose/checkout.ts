/** The repository as it lies in a folder: which commit, and a folder of any other commit beside it. */
import { execFile } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { MINUTE } from '../core/model/time.ts';
import type { Platform } from '../ports/platform.ts';
import { gitVariables } from './github-git.ts';

const run = promisify(execFile);

/** How long git may take here, and over the network, in ms. */
const LOCAL = MINUTE;
const NETWORK = 5 * MINUTE;

/** Nothing of the repository runs before its own deploy does, and nothing goes on in the background. */
const SETTINGS = ['core.hooksPath=/dev/null', 'gc.auto=0', 'maintenance.auto=false'].flatMap((one) => ['-c', one]);

/** A repository, and what git may see of this machine. */
export interface Clone {
  readonly folder: string;
  /** Of the job: git sees little of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables that let git in where the repository came from. */
  readonly credentials?: Readonly<Record<string, string>>;
}

/** The full SHA that is checked out; undefined: the folder holds no repository, or one without a commit. */
export async function checkedOut(clone: Clone): Promise<string | undefined> {
  const sha = await git(clone, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return sha !== undefined && /^[0-9a-f]{40,64}$/.test(sha) ? sha : undefined;
}

interface Bounds {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
}

async function git(
  { folder, env, credentials = {} }: Clone,
  args: readonly string[],
  { signal, timeout = LOCAL }: Bounds = {},
): Promise<string | undefined> {
  const seen = { ...gitVariables(env), ...credentials };
  const options = { cwd: folder, env: seen, timeout, ...(signal === undefined ? {} : { signal }) };
  return run('git', [...SETTINGS, ...args], options).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

interface AtCommit {
  readonly clone: Clone;
  /** What is checked out there. */
  readonly head: string;
  /** The same platform, its commands run in another folder. */
  readonly inFolder: (folder: string) => Promise<Platform>;
  readonly log: (line: string) => void;
}

/**
 * The platform with each deploy run from the release's own commit: in a work tree beside the checkout where that holds another one.
 * Weights, questions and removals name versions, and run from what is checked out.
 */
export function deploysAtCommit(platform: Platform, { clone, head, inFolder, log }: AtCommit): Platform {
  return {
    ...platform,
    deploy: async (request) => {
      const { commit, signal } = request;
      if (commit === head) return platform.deploy(request);
      const beside = await workTree(clone, commit, signal);
      if (beside === undefined) {
        const detail = `the workspace holds ${head.slice(0, 12)}, and ${commit.slice(0, 12)} could not be fetched: check that commit out (actions/checkout with \`ref:\`, or \`fetch-depth: 0\`)`;
        return { state: 'failed', detail };
      }
      try {
        if (await isThere(join(beside, '.gitmodules')))
          log(`${commit.slice(0, 12)} is deployed from a folder of its own, in which its submodules are empty`);
        return await (await inFolder(beside)).deploy(request);
      } finally {
        await remove(clone, beside);
      }
    },
  };
}

/** A folder with that commit; fetched where a shallow clone has it not. Undefined: it cannot be had. */
async function workTree(clone: Clone, commit: string, signal: AbortSignal): Promise<string | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  const above = await mkdtemp(join(clone.env['RUNNER_TEMP'] ?? tmpdir(), 'sluice-'));
  const place = join(above, commit.slice(0, 12));
  const add = ['worktree', 'add', '--quiet', '--detach', place, commit] as const;
  if ((await git(clone, add, { signal })) !== undefined) return place;
  // A depth would make a complete clone a shallow one, for whatever comes after this step.
  const isShallow = (await git(clone, ['rev-parse', '--is-shallow-repository'])) === 'true';
  const depth = isShallow ? ['--depth=1'] : [];
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', ...depth, 'origin', commit];
  await git(clone, fetch, { signal, timeout: NETWORK });
  if ((await git(clone, add, { signal })) !== undefined) return place;
  await remove(clone, place);
  return undefined;
}

/** Not even a job that is being cancelled leaves it registered; what a command still writes there is nobody's. */
async function remove(clone: Clone, place: string): Promise<void> {
  await git(clone, ['worktree', 'remove', '--force', place]);
  await rm(dirname(place), { recursive: true, force: true }).catch(() => undefined);
  await git(clone, ['worktree', 'prune']);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
