/** What `init` and `check --setup` find on this machine. */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { loadConfig } from '../compose.ts';
import { githubRemote } from '../core/config/github-remote.ts';
import type { SetupFacts } from '../core/config/prerequisites.ts';

const run = promisify(execFile);

export async function setupFacts(root: string, env: Readonly<Record<string, string | undefined>>): Promise<SetupFacts> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const { stdout } = await run('git', args, { cwd: root }).catch(() => ({ stdout: '' }));
    return stdout.trim() === '' ? undefined : stdout.trim();
  };
  const [version, branch, head, remote] = await Promise.all([
    git('--version'),
    git('symbolic-ref', '--short', 'HEAD'),
    git('rev-parse', '--verify', '--quiet', 'HEAD'),
    git('remote', 'get-url', 'origin'),
  ]);
  const found = githubRemote(remote ?? '', env);
  const repository = found && `${found.owner}/${found.name}`;
  const loaded = await loadConfig(root);
  const number = /\d+\.\d+(\.\d+)?/.exec(version ?? '')?.[0];
  return {
    ...(number === undefined ? {} : { git: number }),
    node: process.versions.node,
    branch: branch ?? 'detached',
    ...(repository === undefined ? {} : { repository }),
    hasCommits: head !== undefined,
    config: loaded.ok ? (loaded.decoded.ok ? 'valid' : 'invalid') : 'none',
  };
}
