import { temporaryFolder } from './folder.ts';
import { run } from './process.ts';

/** A real git repository in a temporary folder. */
export interface Repository {
  readonly folder: string;
  /** Runs git there and returns what it printed, without the last newline. @throws Error with git's words when it fails */
  readonly git: (...args: readonly string[]) => Promise<string>;
}

/** Git as on a fresh machine, whoever starts the tests. */
const FRESH = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };

/** The git of a folder that is there already. */
export function gitIn(folder: string): Repository['git'] {
  return async (...args) => {
    const { code, stdout, stderr } = await run('git', args, { cwd: folder, env: FRESH });
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`);
    return stdout.replace(/\n$/, '');
  };
}

/** A repository on branch main with one commit by Ada; `bare` has no working tree and no commit. */
export async function repository({ bare = false }: { readonly bare?: boolean } = {}): Promise<Repository> {
  const folder = await temporaryFolder();
  const git = gitIn(folder);
  await git('init', '--quiet', '--initial-branch=main', ...(bare ? ['--bare'] : []));
  await git('config', 'user.name', 'Ada');
  await git('config', 'user.email', 'ada@example.com');
  if (!bare) await git('commit', '--quiet', '--allow-empty', '--message', 'begin');
  return { folder, git };
}
