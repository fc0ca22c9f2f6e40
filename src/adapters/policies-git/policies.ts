import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Config } from '../../core/model/config.ts';
import type { FoundPolicy, Policies } from '../../ports/policies.ts';

const run = promisify(execFile);

/** The default branch as a clone knows it, the surest first; what is checked out counts too, as it does for the CLI. */
const BRANCHES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master', 'HEAD'] as const;

/** Versions of the file that are looked through, newest first. */
const MOST = 500;
const LARGEST = 16 * 1_048_576;

interface PoliciesOptions {
  /** Any folder of the repository. */
  readonly folder: string;
  /** Where a configuration may lie; of one commit the first that exists counts. */
  readonly files: readonly string[];
  /** A text as configuration; undefined where it is none. */
  readonly decode: (text: string) => Config | undefined;
}

/** Configurations as the history of the repository's default branch has them. */
export function gitPolicies({ folder, files, decode }: PoliciesOptions): Policies {
  const git = (...args: readonly string[]): Promise<string | undefined> =>
    run('git', [...args], { cwd: folder, maxBuffer: LARGEST }).then(
      ({ stdout }) => stdout,
      () => undefined,
    );
  const configOf = async (revision: string): Promise<Config | undefined> => {
    for (const file of files) {
      const text = await git('show', '--end-of-options', `${revision}:${file}`);
      if (text !== undefined) return decode(text);
    }
    return undefined;
  };
  return {
    async find({ digest, at }): Promise<FoundPolicy | undefined> {
      let inForce: Config | undefined;
      for (const { revision, committed } of await versions(git, files)) {
        const config = await configOf(revision);
        if (config && config.digest === digest) return { config, by: 'digest' };
        if (committed <= at) inForce ??= config;
      }
      return inForce && { config: inForce, by: 'time' };
    },
  };
}

/** Whether the configuration in the folder is in no commit of what is checked out: new, or edited since. Never rejects. */
export async function isUncommitted(folder: string, files: readonly string[]): Promise<boolean> {
  const args = ['--no-optional-locks', 'status', '--porcelain', '--untracked-files=all', '--', ...files];
  return run('git', args, { cwd: folder }).then(
    ({ stdout }) => stdout !== '',
    () => false,
  );
}

interface Version {
  readonly revision: string;
  /** Milliseconds. */
  readonly committed: number;
}

type Git = (...args: readonly string[]) => Promise<string | undefined>;

/** Commits that changed the file, newest first; those of the default branch and of what is checked out. */
async function versions(git: Git, files: readonly string[]): Promise<readonly Version[]> {
  const named = await Promise.all(BRANCHES.map((name) => git('rev-parse', '--verify', '--quiet', `${name}^{commit}`)));
  const heads = [...new Set(named.flatMap((oid) => (oid === undefined ? [] : [oid.trim()])))];
  if (heads.length === 0) return [];
  const listed = await git('log', `--max-count=${MOST}`, '--format=%H %ct', ...heads, '--', ...files);
  return (listed ?? '').split('\n').flatMap((line) => {
    const [revision = '', seconds] = line.split(' ');
    return revision === '' ? [] : [{ revision, committed: Number(seconds) * 1_000 }];
  });
}
