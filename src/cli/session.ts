/** One run of the CLI in a repository: its root, its configuration, who asks, the engine. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { promisify } from 'node:util';
import { loadConfig } from '../compose.ts';
import { printProblem } from '../core/config/problem.ts';
import type { Actor } from '../core/model/actor.ts';
import type { Code } from '../core/model/code.ts';
import type { Config } from '../core/model/config.ts';
import type { Terminal } from './terminal.ts';

const run = promisify(execFile);

/** A failure that a person can mend, with its code. */
export class CliError extends Error {
  readonly code: Code;
  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** The root of the repository around `folder`. */
export async function repositoryRoot(folder: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--show-toplevel'], { cwd: folder });
    return stdout.trimEnd();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new CliError('git-missing', 'git is not on the PATH: install it, then try again');
    const said = String((error as { stderr?: string }).stderr ?? '');
    if (said.includes('dubious ownership'))
      throw new CliError(
        'repository-missing',
        `git refuses ${folder}, which belongs to another user: git config --global --add safe.directory ${folder}`,
      );
    throw new CliError('repository-missing', `${folder} is not inside a git repository: git init, or go to one`);
  }
}

/** The configuration, or every problem it has with its place and a caret. */
export async function readConfig(root: string, terminal: Terminal): Promise<Config> {
  const loaded = await loadConfig(root);
  if (!loaded.ok) throw new CliError(loaded.code, loaded.summary);
  const { decoded, path, text } = loaded;
  if (decoded.ok) return decoded.config;
  const [first] = decoded.problems;
  const code = first?.code ?? 'config-invalid';
  const printed = decoded.problems.map((problem) => printProblem(problem, path, text)).join('\n');
  if (!terminal.json) throw new CliError(code, printed.replace(`${code}  `, ''));
  const where = first ? `${path}:${first.line}:${first.column} ${first.message}` : path;
  const more = decoded.problems.length > 1 ? ` (and ${decoded.problems.length - 1} more)` : '';
  throw new CliError(code, `${where}${more}`);
}

/** The person at this machine, as git knows them; nobody vouches for it. */
export async function localActor(root: string): Promise<Actor> {
  const [name, mail] = await Promise.all(['user.name', 'user.email'].map((key) => gitConfig(root, key)));
  const user = userInfo().username;
  return {
    kind: 'git',
    id: (mail ?? `${user}@${hostname()}`).replaceAll(/\s/g, ''),
    name: name ?? user,
    verified: false,
  };
}

async function gitConfig(root: string, key: string): Promise<string | undefined> {
  const { stdout } = await run('git', ['config', '--get', key], { cwd: root }).catch(() => ({ stdout: '' }));
  return stdout.trim() === '' ? undefined : stdout.trim();
}

export function newRequest(): string {
  return randomUUID();
}
