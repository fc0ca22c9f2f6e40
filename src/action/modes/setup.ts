/** Puts the command line on the path of the steps that follow. */
import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { ActionError } from '../failure.ts';
import type { Answer } from '../proceed.ts';
import type { Step } from '../step.ts';

const run = promisify(execFile);

/**
 * `sluice` and `sluice.cmd` in the runner's temporary folder, which start the program of this very action with this very Node.
 * Rejects with `git-missing`, or with `internal` where the action's own files are not there.
 */
export async function setup({ env, log }: Pick<Step, 'env' | 'log'>): Promise<Answer> {
  const root = resolve(variable(env, 'GITHUB_ACTION_PATH'), '../..');
  const program = join(root, 'dist/cli.js');
  const { version } = await manifestOf(root);
  const git = await gitVersion();
  const folder = join(variable(env, 'RUNNER_TEMP'), `sluice-${version}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'sluice'), `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(program)} "$@"\n`);
  await chmod(join(folder, 'sluice'), 0o755);
  await writeFile(join(folder, 'sluice.cmd'), `@"${process.execPath}" "${program}" %*\r\n`);
  await appendFile(variable(env, 'GITHUB_PATH'), `${folder}\n`);
  log(`sluice ${version}, Node ${process.versions.node}, git ${git}`);
  const summary = `sluice ${version} is on the path of the steps that follow`;
  const details = { version, node: process.versions.node, git, path: folder };
  return { outcome: { schemaVersion: 1, ok: true, code: 'done', summary, details } };
}

function variable(env: Step['env'], name: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new ActionError('event-unsuitable', `${name} is not set: actions/setup runs as a step of a job only`);
}

async function manifestOf(root: string): Promise<{ readonly version: string }> {
  try {
    await readFile(join(root, 'dist/cli.js'));
    return JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  } catch (error) {
    throw new ActionError('internal', `the files of the action are not there: ${String(error)}`);
  }
}

async function gitVersion(): Promise<string> {
  const { stdout } = await run('git', ['--version']).catch(() => {
    throw new ActionError('git-missing', 'git is not on the PATH of this runner, and the command line needs it');
  });
  return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim();
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
