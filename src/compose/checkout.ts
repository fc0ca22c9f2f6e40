/** The repository as it lies in a folder: which commit, and a folder of any other commit beside it. */
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Platform } from '../ports/platform.ts';

const run = promisify(execFile);

/** The full SHA that is checked out; undefined: the folder holds no repository, or one without a commit. */
export async function checkedOut(folder: string): Promise<string | undefined> {
  const sha = await git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return sha !== undefined && /^[0-9a-f]{40,64}$/.test(sha) ? sha : undefined;
}

async function git(folder: string, args: readonly string[]): Promise<string | undefined> {
  return run('git', [...args], { cwd: folder, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

interface AtCommit {
  readonly folder: string;
  /** What is checked out there. */
  readonly head: string;
  /** The same platform, its commands run in another folder. */
  readonly inFolder: (folder: string) => Promise<Platform>;
}

/**
 * The platform with each deploy run from the release's own commit: in a work tree beside the checkout where that holds another one.
 * Weights, questions and removals name versions, and run from what is checked out.
 */
export function deploysAtCommit(platform: Platform, { folder, head, inFolder }: AtCommit): Platform {
  return {
    ...platform,
    deploy: async (request) => {
      if (request.commit === head) return platform.deploy(request);
      const beside = await workTree(folder, request.commit);
      if (beside !== undefined) return (await inFolder(beside)).deploy(request);
      const detail = `the workspace holds ${head.slice(0, 12)}, and ${request.commit.slice(0, 12)} could not be fetched: check that commit out (actions/checkout with \`ref:\`, or \`fetch-depth: 0\`)`;
      return { state: 'failed', detail };
    },
  };
}

/** A folder with that commit; fetched where a shallow clone has it not. Undefined: it cannot be had. */
async function workTree(folder: string, commit: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  const place = join(await mkdtemp(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'sluice-')), commit.slice(0, 12));
  const add = ['worktree', 'add', '--quiet', '--detach', place, commit] as const;
  if ((await git(folder, add)) !== undefined) return place;
  await git(folder, ['fetch', '--quiet', '--depth=1', 'origin', commit]);
  return (await git(folder, add)) === undefined ? undefined : place;
}
