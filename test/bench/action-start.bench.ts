/**
 * How long from the start of a step's process until its first call reaches GitHub's API: the built action against an empty Node program, and
 * against a bundled action on the same toolkit that reads its token, makes one call and knows nothing else.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { type BenchRow, interleave, median, spread } from './row.ts';

const ACTION = 'dist/action.js';
const LAUNCHER = 'actions/launch.sh';
const TARGET = 1.2;
const ROUNDS = 25;
/** Milliseconds after which a program that makes no call is given up. */
const PATIENCE = 10_000;

const SAME_TOOLKIT = `
import * as core from '@actions/core';
import * as github from '@actions/github';
const octokit = github.getOctokit(core.getInput('token'), { baseUrl: process.env.GITHUB_API_URL });
await octokit.request('GET /repos/{owner}/{repo}', github.context.repo);
`;

/** An API that takes note of the moment and never answers. */
interface Listening {
  readonly server: Server;
  readonly address: string;
  next(): Promise<number>;
}

async function listen(): Promise<Listening> {
  let heard: (at: number) => void = () => undefined;
  const server = createServer(() => heard(performance.now()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const next = (): Promise<number> => new Promise((resolve) => (heard = resolve));
  return { server, address: `http://127.0.0.1:${String(port)}`, next };
}

function variables(folder: string, address: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    SLUICE_ACTION: 'flag',
    INPUT_ACTION: 'enable',
    INPUT_FLAG: 'new-dashboard',
    INPUT_PERCENT: '25%',
    INPUT_TOKEN: 'ghs_bench',
    GITHUB_API_URL: address,
    GITHUB_GRAPHQL_URL: `${address}/graphql`,
    GITHUB_SERVER_URL: address,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_ACTOR: 'alice',
    GITHUB_ACTOR_ID: '583231',
    GITHUB_TRIGGERING_ACTOR: 'alice',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
  };
}

interface Started {
  readonly env: NodeJS.ProcessEnv;
  readonly listening: Listening;
  /** What runs it; absent: this Node. */
  readonly by?: string;
}

/** Milliseconds from the start of the program to its first call. */
async function firstCall(program: string, { env, listening, by = process.execPath }: Started): Promise<number> {
  const call = listening.next();
  const began = performance.now();
  const child = spawn(by, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const ended = new Promise<never>((_resolve, reject) => {
    const give = (why: string): void => reject(new Error(`${program} ${why}: ${said}`));
    const timer = setTimeout(() => give('made no call'), PATIENCE);
    child.on('exit', () => {
      clearTimeout(timer);
      give('ended without a call');
    });
  });
  try {
    return (await Promise.race([call, ended])) - began;
  } finally {
    ended.catch(() => undefined);
    child.kill('SIGKILL');
  }
}

function emptyProgram(): number {
  const began = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - began;
}

async function bundled(folder: string): Promise<string> {
  // Beside the packages it imports; what comes of it stands alone.
  const source = join('node_modules/.cache', `bench-toolkit-${String(process.pid)}.mjs`);
  writeFileSync(source, SAME_TOOLKIT);
  try {
    const build = await rolldown({ input: source, platform: 'node', logLevel: 'silent' });
    await build.write({ file: join(folder, 'toolkit.mjs'), format: 'esm' });
    await build.close();
  } finally {
    rmSync(source);
  }
  return join(folder, 'toolkit.mjs');
}

const kilobytes = (file: string): number => statSync(file).size / 1_000;

/** The entry and what it imports at once, by any number of steps. */
function sizeOfOpening(): number {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = readFileSync(join('dist', name), 'utf8');
    for (const [, part = ''] of text.matchAll(/^(?:import|export)\b[^\n]*?"\.\/([^"]+)";$/gm)) visit(part);
  };
  visit('action.js');
  return [...seen].reduce((sum, name) => sum + kilobytes(join('dist', name)), 0);
}

/** All that the action can load: its entry and the parts it shares with the command line. */
function sizeOfAction(): number {
  const parts = readdirSync('dist').filter((name) => name === 'action.js' || (name.startsWith('cli-') && name.endsWith('.js')));
  return parts.reduce((sum, name) => sum + kilobytes(join('dist', name)), 0);
}

/** @throws Error when the action is not built */
export async function run(): Promise<readonly BenchRow[]> {
  if (!existsSync(ACTION)) throw new Error(`${ACTION} is not built: npm run build`);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  writeFileSync(join(folder, 'event.json'), JSON.stringify({ sender: { login: 'alice', id: 583_231, type: 'User' } }));
  const listening = await listen();
  try {
    const toolkit = await bundled(folder);
    const env = variables(folder, listening.address);
    const figures = await interleave(
      {
        ours: () => firstCall(ACTION, { env, listening }),
        toolkit: () => firstCall(toolkit, { env, listening }),
        launched: () => firstCall(LAUNCHER, { env, listening, by: 'bash' }),
        empty: emptyProgram,
      },
      ROUNDS,
    );
    return rowsOf(figures, { opening: sizeOfOpening(), ours: sizeOfAction(), toolkit: kilobytes(toolkit) });
  } finally {
    listening.server.closeAllConnections();
    listening.server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Figures = Readonly<Record<'ours' | 'toolkit' | 'launched' | 'empty', readonly number[]>>;
/** Kilobytes. */
type Sizes = Readonly<Record<'opening' | 'ours' | 'toolkit', number>>;

function rowsOf({ ours, toolkit, launched, empty }: Figures, sizes: Sizes): readonly BenchRow[] {
  const shown = (values: readonly number[]): string => `${median(values).toFixed(0)} ms ± ${spread(values).toFixed(0)}`;
  const ratio = median(ours) / median(toolkit);
  return [
    {
      name: 'start of an action to its first API call (flag)',
      figure: shown(ours),
      against: `an action on the same toolkit with one call, ${shown(toolkit)}`,
      ratio,
      target: `<= ${String(TARGET)} x`,
      ok: ratio <= TARGET,
    },
    {
      name: 'the same',
      figure: shown(ours),
      against: `node -e 0, ${shown(empty)}`,
      ratio: median(ours) / median(empty),
      target: 'on record',
      ok: true,
    },
    {
      name: 'the same as a composite action, through actions/launch.sh',
      figure: shown(launched),
      against: `the action on the same toolkit, started by the runner itself, ${shown(toolkit)}`,
      ratio: median(launched) / median(toolkit),
      target: 'on record',
      ok: true,
    },
    {
      name: 'size of what the action loads before its first call',
      figure: `${sizes.opening.toFixed(0)} KB`,
      against: `an action on the same toolkit with one call, ${sizes.toolkit.toFixed(0)} KB`,
      ratio: sizes.opening / sizes.toolkit,
      target: 'on record',
      ok: true,
    },
    {
      name: 'size of the action, all of its parts',
      figure: `${sizes.ours.toFixed(0)} KB`,
      against: `an action on the same toolkit with one call, ${sizes.toolkit.toFixed(0)} KB`,
      ratio: sizes.ours / sizes.toolkit,
      target: 'on record',
      ok: true,
    },
  ];
}
