/** A job on a runner against the fake GitHub: steps as the runner starts them, in this process. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runAction } from '../../src/action/main.ts';
import type { Runner } from '../../src/action/runner.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { githubInTest } from '../support/github/in-test.ts';
import type { FakeGithub, FakePermissions } from '../support/github/types.ts';

export interface StepRun {
  readonly status: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** The outcome, as the output `result` has it. */
  readonly result: { readonly ok: boolean; readonly code: string; readonly summary: string; readonly details: unknown };
  readonly log: string;
  readonly summary: string;
  readonly errors: readonly string[];
  /** Where the errors stand, as `file:line:column-end`; those on no line are not among them. */
  readonly places: readonly string[];
  /** What this step asked of GitHub, in order. */
  readonly calls: readonly string[];
}

export interface StepOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly permissions?: FakePermissions;
  readonly signal?: AbortSignal;
  readonly run?: string;
  readonly attempt?: number;
  readonly job?: string;
  readonly step?: string;
}

export interface Job {
  readonly fake: FakeGithub;
  readonly workspace: string;
  readonly clock: Clock & { pass(ms: number): void };
  /** Alice, who has the role write. */
  readonly alice: { readonly id: number; readonly login: string };
  step(action: string, options?: StepOptions): Promise<StepRun>;
  /** The state branch's file, parsed; undefined: it is not there. */
  state(path: string): Promise<unknown>;
  /** The titles of the state branch's commits, newest first. */
  titles(): Promise<readonly string[]>;
  /** Their whole messages, newest first. */
  messages(): Promise<readonly string[]>;
  tag(name: string, commit: string): Promise<void>;
  /** Paths on the state branch below a folder. */
  files(folder: string): Promise<readonly string[]>;
  fsck(): Promise<string>;
  checkOut(commit: string): Promise<void>;
}

/** Whoever waits longer waits for something that really happens. */
const LONG = 3_600_000;

const run = promisify(execFile);

/** A clock that moves by sleeping and by `pass` alone; GitHub's goes with it. */
export async function jobInTest(files: Readonly<Record<string, string>>): Promise<Job> {
  const fake = await githubInTest({ files });
  const workspace = await temporaryFolder();
  let now = Date.UTC(2026, 10, 23, 9);
  fake.setClock(() => now);
  const clock = {
    now: () => now,
    pass: (ms: number) => void (now += ms),
    sleep: async (ms: number, signal?: AbortSignal) => {
      // What really happens meanwhile (a command, an answer) gets a moment before the time is over.
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, ms > LONG ? 600_000 : 20);
        signal?.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
      });
      if (signal?.aborted !== true) now += ms;
    },
  };
  const alice = fake.person({ login: 'alice', id: 583_231, role: 'write' });
  let steps = 0;
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run('git', ['-C', fake.folder, ...args])).stdout;
  return {
    fake,
    workspace,
    clock,
    alice,
    step: async (action, options = {}) => {
      steps += 1;
      const event = join(workspace, '..', `event-${steps}-${Math.random().toString(36).slice(2)}.json`);
      const payload = options.payload ?? {
        sender: { id: alice.id, login: alice.login, type: 'User' },
        repository: { id: 101 },
      };
      await writeFile(event, JSON.stringify(payload));
      const before = fake.calls.length;
      const told = await runStep(action, { ...options, steps, event, fake, workspace, clock, named: options.event });
      return { ...told, calls: fake.calls.slice(before).map(({ route }) => route) };
    },
    state: async (path) => {
      const text = await git('show', `refs/heads/sluice-state:${path}`).catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    titles: async () =>
      (await git('log', '--format=%s', 'refs/heads/sluice-state').catch(() => ''))
        .split('\n')
        .filter((one) => one !== ''),
    messages: async () => (await git('log', '--format=%B%x00', 'refs/heads/sluice-state')).split('\0'),
    files: async (folder) =>
      (await git('ls-tree', '-r', '--name-only', 'refs/heads/sluice-state', folder).catch(() => ''))
        .split('\n')
        .filter((one) => one !== ''),
    fsck: () => git('fsck', '--strict', '--no-dangling'),
    tag: async (name, commit) => void (await git('tag', name, commit)),
    checkOut: async (commit) => {
      await run('git', ['clone', '--quiet', fake.folder, workspace]).catch(() => undefined);
      await run('git', ['-C', workspace, 'fetch', '--quiet', 'origin']);
      await run('git', ['-C', workspace, 'checkout', '--quiet', '--detach', commit]);
    },
  };
}

interface Running extends Omit<StepOptions, 'event'> {
  readonly steps: number;
  readonly event: string;
  readonly named: string | undefined;
  readonly fake: FakeGithub;
  readonly workspace: string;
  readonly clock: Clock;
}

async function runStep(action: string, options: Running): Promise<Omit<StepRun, 'calls'>> {
  const { fake, workspace, clock, permissions, signal = new AbortController().signal } = options;
  const outputs: Record<string, string> = {};
  const lines: string[] = [];
  const errors: string[] = [];
  const places: string[] = [];
  let summary = '';
  const runner: Runner = {
    setOutput: (name, value) => void (outputs[name] = value),
    setSecret: () => undefined,
    error: (message, { title = '', file, startLine, startColumn, endColumn }) => {
      errors.push(`${title}: ${message}`);
      if (file !== undefined) places.push(`${file}:${startLine}:${startColumn}-${endColumn}`);
    },
    warning: () => undefined,
    notice: () => undefined,
    info: (line) => void lines.push(`${line}\n`),
    startGroup: () => undefined,
    endGroup: () => undefined,
    addPath: () => undefined,
    appendSummary: async (markdown) => void (summary += markdown),
  };
  const inputs = Object.entries({
    token: fake.token(permissions === undefined ? {} : { permissions }),
    ...options.inputs,
  });
  const status = await runAction({
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      SLUICE_ACTION: action,
      GITHUB_EVENT_NAME: options.named ?? 'workflow_dispatch',
      GITHUB_EVENT_PATH: options.event,
      GITHUB_REPOSITORY: `${fake.owner}/${fake.repo}`,
      GITHUB_RUN_ID: options.run ?? '7001',
      GITHUB_RUN_ATTEMPT: String(options.attempt ?? 1),
      GITHUB_JOB: options.job ?? 'canary',
      GITHUB_ACTION: options.step ?? `step-${options.steps}`,
      GITHUB_API_URL: fake.apiUrl,
      GITHUB_SERVER_URL: fake.serverUrl,
      GITHUB_WORKSPACE: workspace,
      RUNNER_NAME: 'runner-1',
      ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, value])),
      ...options.env,
    },
    write: (line) => void lines.push(line),
    runner: async () => runner,
    signal,
    clock,
  });
  const result = JSON.parse(outputs['result'] ?? 'null') as StepRun['result'];
  return { status, outputs, result, log: lines.join(''), summary, errors, places };
}
