/** The demo's repository under `sluice serve`: commands given as a user gives them, state read as git has it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { promisify } from 'node:util';
import { Place } from '../core/model/place.ts';
import { Flag } from '../core/model/flag.ts';

const run = promisify(execFile);

export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trimEnd();
}

/** What the state branch says of the shop. */
export interface ShopState {
  readonly live: string | null;
  readonly good: readonly string[];
  readonly rolledBack: readonly string[];
  /** The flag serves its candidate to everybody. */
  readonly flagOn: boolean;
  readonly commits: number;
}

export interface DemoShop {
  readonly address: string;
  /** When the demo must be over, in ms. */
  readonly end: number;
  command(text: string): Promise<void>;
  state(): Promise<ShopState>;
  /** Whether the state comes to be so before the end. */
  until(so: (state: ShopState) => boolean): Promise<boolean>;
  close(): Promise<void>;
}

interface ShopOptions {
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly end: number;
  readonly signal: AbortSignal;
}

/** The program itself, as it was started. */
function program(): string {
  return process.argv[1] ?? fileURLToPath(import.meta.url);
}

export async function openShop(options: ShopOptions): Promise<DemoShop> {
  const { folder, say, end, signal } = options;
  const child = spawn(process.execPath, [program(), 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const address = await listen(child, say);
  const state = remembered(folder);
  return {
    address,
    end,
    state,
    async command(text) {
      say(`$ sluice ${text}`);
      const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
      const { stdout } = await run(process.execPath, [program(), ...words], {
        cwd: folder,
        env: { ...process.env, NO_COLOR: '1' },
      });
      say(stdout.split('\n')[0] ?? '');
    },
    async until(so) {
      while (Date.now() < end && !signal.aborted) {
        if (so(await state())) return true;
        await sleep(250);
      }
      return false;
    },
    close: () => stop(child),
  };
}

/** Passes on what serve says, and resolves with the router's address, its first word. */
function listen(child: ChildProcess, say: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let rest = '';
    const read = (chunk: Buffer): void => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const address = /: (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (address !== undefined) resolve(address);
        say(line);
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (status) => reject(new Error(`sluice serve ended with ${status}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await Promise.race([gone, sleep(5_000, undefined, { ref: false })]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

/** Read anew only when the branch has moved: a look costs one process then, not ten. */
function remembered(folder: string): () => Promise<ShopState> {
  let known: { readonly head: string; readonly state: ShopState } | undefined;
  return async () => {
    const head = await git(folder, 'rev-parse', '--verify', '--quiet', 'sluice-state').catch(() => '');
    if (known?.head !== head) known = { head, state: await stateOf(folder) };
    return known.state;
  };
}

async function stateOf(folder: string): Promise<ShopState> {
  const place = await read(folder, 'services/shop/production.json', Place);
  const flag = await read(folder, 'flags/new-dashboard.json', Flag);
  const log = await git(folder, 'log', '--format=%s', 'sluice-state').catch(() => '');
  const ended = await git(
    folder,
    'log',
    '--format=',
    '--name-only',
    '--diff-filter=A',
    'sluice-state',
    '--',
    'history',
  ).catch(() => '');
  const rolledBack = await Promise.all(
    ended
      .split('\n')
      .filter((path) => path.includes('/rollout-'))
      .map((path) => rolledBackLabel(folder, path)),
  );
  return {
    live: place?.live?.label ?? null,
    good: (place?.good ?? []).map((one) => one.label),
    rolledBack: rolledBack.filter((label) => label !== undefined),
    flagOn: flag?.environments['production']?.enabled === true && flag.environments['production'].serve === 'on',
    commits: log === '' ? 0 : log.split('\n').length,
  };
}

async function rolledBackLabel(folder: string, path: string): Promise<string | undefined> {
  const rollout = JSON.parse(await git(folder, 'show', `sluice-state:${path}`)) as {
    phase: string;
    subject: { release?: { label: string } };
  };
  return rollout.phase === 'rolled-back' ? rollout.subject.release?.label : undefined;
}

async function read<T>(folder: string, path: string, schema: { parse: (value: unknown) => T }): Promise<T | undefined> {
  const text = await git(folder, 'show', `sluice-state:${path}`).catch(() => undefined);
  return text === undefined ? undefined : schema.parse(JSON.parse(text));
}
