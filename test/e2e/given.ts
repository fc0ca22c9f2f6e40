/**
 * End to end: a real repository in a temporary folder, the built program as a subprocess, real processes on loopback.
 * `const shop = await given({ ... })`, `await shop.when('deploy web@1.0.0')`, then `expect`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { type Ended, run, type RunOptions } from '../support/process.ts';
import { gitIn, type Repository } from '../support/repository.ts';
import { waitUntil } from '../support/wait.ts';

// A dozen processes for one test: on a busy machine they take their time, and no test asks how long.
vi.setConfig({ testTimeout: 180_000 });

/** The bundle that `npm test` builds before anything runs. */
export const PROGRAM: string = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Situation {
  /** `.github/sluice.yml`. */
  readonly config?: string;
  /** Files by path; those that begin with `#!` may be executed. */
  readonly files?: Readonly<Record<string, string>>;
  /** A commit and a tag `v...` for each; none: a repository without any commit. */
  readonly versions?: readonly string[];
  readonly env?: RunOptions['env'];
}

export interface Answer extends Ended {
  /** What `--json` printed, checked to be one line of JSON. */
  readonly json: () => Outcome;
}

export interface Outcome {
  readonly ok: boolean;
  readonly code: string;
  readonly summary: string;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly commit?: string;
}

export interface Scene extends Repository {
  /** Runs the program with words as a shell would split them. */
  readonly when: (words: string | readonly string[], options?: RunOptions) => Promise<Answer>;
  /** The same, and it must succeed. @throws Error with what the program said */
  readonly does: (words: string, options?: RunOptions) => Promise<Answer>;
  /** A file of the state branch, parsed. */
  readonly state: (path: string) => Promise<unknown>;
  /** Paths of the state branch. */
  readonly paths: () => Promise<readonly string[]>;
  /** Titles of the state branch's commits, oldest first. */
  readonly story: () => Promise<readonly string[]>;
  /** A commit by hand on the state branch, made as people make it: in a worktree. */
  readonly byHand: (edit: (folder: string, git: Repository['git']) => Promise<unknown>) => Promise<void>;
  /** Lines of a file, none where it is missing. */
  readonly lines: (path: string) => Promise<readonly string[]>;
  readonly starts: (words: string, options?: RunOptions) => Running;
}

/** A repository as `situation` says, gone after the test. */
export async function given(situation: Situation = {}): Promise<Scene> {
  const folder = await temporaryFolder();
  const git = gitIn(folder);
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Ada');
  await git('config', 'user.email', 'ada@example.com');
  await writeFiles(folder, situation);
  for (const version of situation.versions ?? []) {
    await git('add', '.');
    await git('commit', '--quiet', '--allow-empty', '--message', `version ${version}`);
    await git('tag', `v${version}`);
  }
  return sceneIn(folder, situation.env);
}

async function writeFiles(folder: string, { config, files = {} }: Situation): Promise<void> {
  const all = config === undefined ? files : { '.github/sluice.yml': config, ...files };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
    if (text.startsWith('#!')) await chmod(join(folder, path), 0o755);
  }
}

/** The program at work in a folder that is there already. */
export function sceneIn(folder: string, env: RunOptions['env'] = {}): Scene {
  const git = gitIn(folder);
  const show = (path: string): Promise<string> => git('show', `sluice-state:${path}`);
  const when: Scene['when'] = async (words, options = {}) => {
    const settings = { cwd: folder, ...options, env: { ...env, ...options.env } };
    return answerOf(await run(process.execPath, [PROGRAM, ...split(words)], settings));
  };
  return {
    folder,
    git,
    when,
    does: async (words, options) => {
      const answer = await when(words, options);
      if (answer.code !== 0)
        throw new Error(`sluice ${words}: exit ${answer.code}
${answer.stderr}${answer.stdout}`);
      return answer;
    },
    state: async (path) => JSON.parse(await show(path)) as unknown,
    paths: async () => (await git('ls-tree', '-r', '--name-only', 'sluice-state')).split('\n'),
    story: async () => (await git('log', '--reverse', '--format=%s', 'sluice-state')).split('\n'),
    byHand: (edit) => inWorktree(git, edit),
    lines: async (path) =>
      existsSync(join(folder, path)) ? (await readFile(join(folder, path), 'utf8')).trimEnd().split('\n') : [],
    starts: (words, options = {}) => start(split(words), { cwd: folder, ...options, env: { ...env, ...options.env } }),
  };
}

async function inWorktree(
  git: Repository['git'],
  edit: (folder: string, git: Repository['git']) => Promise<unknown>,
): Promise<void> {
  const parent = await temporaryFolder();
  const folder = join(parent, 'state');
  await git('worktree', 'add', '--quiet', folder, 'sluice-state');
  try {
    await edit(folder, gitIn(folder));
  } finally {
    await git('worktree', 'remove', '--force', folder);
  }
}

function answerOf(ended: Ended): Answer {
  return {
    ...ended,
    json: () => {
      const lines = ended.stdout.trimEnd().split('\n');
      if (lines.length !== 1) throw new Error(`expected one line of JSON, found:\n${ended.stdout}${ended.stderr}`);
      return JSON.parse(lines[0] ?? '') as Outcome;
    },
  };
}

/** Words as a shell splits them, with double quotes and nothing else. */
function split(words: string | readonly string[]): readonly string[] {
  if (typeof words !== 'string') return words;
  return [...words.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** A process of the program that goes on until it is told to end. */
export interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Waits until it has said so. */
  readonly says: (pattern: RegExp, within?: number) => Promise<RegExpExecArray>;
  /** Sends a signal and waits for the end; resolves with the exit status, or the signal that ended it. */
  readonly ends: (signal?: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>;
}

function start(words: readonly string[], options: RunOptions): Running {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (said += part));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ends: Running['ends'] = async (signal) => {
    if (signal !== undefined) child.kill(signal);
    await closed;
    return child.exitCode ?? child.signalCode;
  };
  // SIGTERM first: serve ends its versions then, where SIGKILL leaves them to the next start.
  onTestFinished(async () => {
    const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
    await ends('SIGTERM');
    clearTimeout(late);
  });
  return {
    child,
    said: () => said,
    says: (pattern, within = 60_000) =>
      waitUntil(`${String(pattern)} from sluice ${words.join(' ')}`, () => pattern.exec(said), within).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}; it said:\n${said}`);
        },
      ),
    ends,
  };
}

/** Processes that work in `folder`, by their number, with their command lines. */
export async function processesIn(folder: string): Promise<ReadonlyMap<number, string>> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = new Map<number, string>();
  for (const number of numbers) {
    const where = await readlink(`/proc/${number}/cwd`).catch(() => '');
    const line = await readFile(`/proc/${number}/cmdline`, 'utf8').catch(() => '');
    if (where.startsWith(folder) && line !== '') found.set(Number(number), line.replaceAll('\0', ' ').trim());
  }
  return found;
}
