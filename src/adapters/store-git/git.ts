import { spawn } from 'node:child_process';
import { StoreError } from '../../ports/store.ts';
import { explain } from './problem.ts';

export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface RunOptions {
  readonly input?: Buffer;
  /** Exit states that are an answer and not a failure. */
  readonly answers?: readonly number[];
  /** Milliseconds until it is stopped. */
  readonly timeout?: number;
}

/** The git binary in one repository. */
export interface Git {
  readonly directory: string;
  /** Runs one command without a shell. Rejects with a StoreError where git fails with a state that is no answer. */
  run(args: readonly string[], options?: RunOptions): Promise<GitResult>;
}

const LOCAL_TIMEOUT = 60_000;

/**
 * What the user's configuration must not change: no hooks, no signing, no prompts, no clean-up in the background.
 * Loose objects reach the disk before the ref that names them (git's default leaves them to the system's cache).
 */
const SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsync=committed,loose-object',
  'core.fsyncMethod=batch',
  'core.quotePath=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'push.gpgSign=false',
  'push.followTags=false',
  'push.default=nothing',
  'advice.pushUpdateRejected=false',
].flatMap((setting) => ['-c', setting]);

/** Variables that would point git at another repository than `directory` (`git rev-parse --local-env-vars`). */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/** The environment of every git process: the caller's credentials, never the caller's repository; messages in English. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !ELSEWHERE.has(name));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_COMMITTER_NAME: 'sluice',
    GIT_COMMITTER_EMAIL: 'sluice@users.noreply.github.com',
    LC_ALL: 'C',
    LANGUAGE: 'C',
  };
}

/** Arguments that every git process begins with. */
export function gitArguments(directory: string): readonly string[] {
  return ['-C', directory, ...SETTINGS];
}

/** `env`: variables beside the caller's own. */
export function gitIn(directory: string, env: Readonly<Record<string, string>> = {}): Git {
  return { directory, run: (args, options = {}) => run(directory, args, { ...options, env }) };
}

interface Running extends RunOptions {
  readonly env: Readonly<Record<string, string>>;
}

async function run(directory: string, args: readonly string[], options: Running): Promise<GitResult> {
  const { input, answers = [], timeout = LOCAL_TIMEOUT, env } = options;
  const result = await collect(directory, args, { input, timeout, env });
  if (result.status === 0 || answers.includes(result.status)) return result;
  throw explain(result.stderr, { directory, command: args[0] ?? '', timedOut: result.status === TIMED_OUT });
}

/** No exit state of a process: it was stopped by us. */
const TIMED_OUT = -1;

/** These may have to ask for a passphrase at the terminal, and end with it; all others see a Ctrl-C through. */
const ASKS_REMOTES: readonly string[] = ['fetch', 'ls-remote', 'push'];

function collect(
  directory: string,
  args: readonly string[],
  { input, timeout, env }: Pick<Running, 'env'> & { readonly input: Buffer | undefined; readonly timeout: number },
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...gitArguments(directory), ...args], {
      env: { ...gitEnvironment(), ...env },
      timeout,
      detached: !ASKS_REMOTES.includes(args[0] ?? ''),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => reject(cannotStart(error)));
    child.on('close', (status, signal) => {
      const stderr = Buffer.concat(err).toString();
      resolve({ status: signal ? TIMED_OUT : (status ?? TIMED_OUT), stdout: Buffer.concat(out), stderr });
    });
    // A process that ends early closes its input: what it says on stderr counts, not the broken pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** The error of a process that did not even start. */
export function cannotStart(error: Error & { readonly code?: string }): StoreError {
  if (error.code === 'ENOENT') {
    return new StoreError(
      'git-missing',
      'git-missing: the program git was not found: install git, or put it on the PATH',
    );
  }
  return new StoreError('internal', `internal: git could not be started: ${error.message}`);
}
