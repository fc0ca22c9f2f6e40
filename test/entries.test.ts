import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/folder.ts';
import { run } from './support/process.ts';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

let tarball = '';
let packing = '';
beforeAll(async () => {
  packing = await mkdtemp(join(tmpdir(), 'sluice-packed-'));
  // `prepare` would build anew under the feet of the tests beside this one; `npm test` has built before.
  await run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', packing], { within: 60_000 });
  const [name = ''] = await readdir(packing);
  tarball = join(packing, name);
});
afterAll(() => rm(packing, { recursive: true, force: true }));

/** A project that has the packed package in its node_modules, beside only these others. */
async function project(packages: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'sluice'), { recursive: true });
  const unpacked = await run('tar', ['-xzf', tarball, '-C', join(modules, 'sluice'), '--strip-components=1']);
  expect(unpacked.code).toBe(0);
  for (const name of packages) {
    await mkdir(join(modules, name, '..'), { recursive: true });
    await symlink(resolve('node_modules', name), join(modules, name));
  }
  return folder;
}

async function node(folder: string, code: string): Promise<unknown> {
  const {
    code: status,
    stdout,
    stderr,
  } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

const EMBEDDING = `
import { compose, execute, memoryStore, parseCommand, printCommand, systemClock, tick, emptyMemory, Flag } from 'sluice';
const clock = systemClock();
const store = memoryStore({ clock });
const environments = { production: { name: 'production', order: [], githubEnvironments: {}, allow: {}, lock: { required: false, for: 1 }, freezes: [] } };
const config = {
  version: 1, services: {}, servicesByEnvironment: {}, strategies: {}, environments, sources: {}, metrics: {}, triggers: [], notify: [], people: [],
  analysis: { interval: 1000, falseRollbacks: 0.05, judges: [], undecided: { extend: 0, then: 'pause' }, noData: 'pause' },
  rollback: { automatic: true, attempts: 1, gradual: [], cooldown: 0 }, comments: { prefix: '/sluice', bare: [], progress: 1 },
  flags: { unusedAfter: 1, cacheFor: 1 }, state: { branch: 'sluice-state', externalCommits: 'hold', keepHistory: 1 }, digest: 'x',
};
const wiring = {
  store, config, clock, random: Math.random, platforms: new Map(), sources: new Map(), channels: [], here: null, automaticOff: false,
  probe: { run: async () => ({ ok: true, detail: '', took: 0 }), liveVersion: async () => ({ problem: '' }) },
  resolve: async () => undefined, log: () => undefined,
};
const actor = { kind: 'git', id: 'ann@example.com', name: 'Ann', verified: false };
const answers = [];
for (const text of ['flag create dash', 'flag enable dash 25%', 'flag show dash']) {
  const parsed = parseCommand(text);
  answers.push((await execute(wiring, { command: parsed.command, actor, rights: { teams: [] }, id: text })).summary);
}
const { unfinished } = await tick({ wiring, memory: emptyMemory(), signal: new AbortController().signal, patience: 1000 });
const [[, { text }]] = (await store.read(['flags/'])).files;
console.log(JSON.stringify({
  compose: typeof compose, answers, unfinished, key: Flag.parse(JSON.parse(text)).key,
  printed: printCommand(parseCommand('flag enable dash 25% -e production').command),
}));
`;

const EVALUATING = `
import { createFlags } from 'sluice/flags';
const flags = createFlags({ flags: { dash: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } } });
console.log(JSON.stringify(flags.boolean('dash', false, {})));
`;

const TYPED = `
import { compose, type Command, type Config, execute, Flag, type Outcome, parseCommand, type Platform, Rollout, type Store } from 'sluice';
import { createFlags, type FlagEvaluator } from 'sluice/flags';
export const flags: FlagEvaluator = createFlags('{"flags":{}}');
export const read = (value: unknown): Flag | Rollout => Flag.safeParse(value).success ? Flag.parse(value) : Rollout.parse(value);
export type All = [Command, Config, Outcome, Platform, Store];
export const used = [compose, execute, parseCommand];
`;

describe('the published entries, in plain Node, from the packed package', () => {
  it('`sluice` gives commands, ticks and reads state in a program that embeds it', async () => {
    const whole = await project(Object.keys(dependencies));
    expect(await node(whole, EMBEDDING)).toEqual({
      compose: 'function',
      answers: ['flag dash created, off everywhere', 'dash: off -> 25% in production', 'flag dash: production 25%'],
      unfinished: 0,
      key: 'dash',
      printed: 'flag enable dash 25% --environment production',
    });
  });

  it('`sluice/flags` evaluates with no other package installed, and loads nothing of Node', async () => {
    const alone = await project([]);
    expect(await node(alone, EVALUATING)).toMatchObject({ value: true, variant: 'on' });
    const loaded = await reached(join(alone, 'node_modules/sluice/dist'), 'flags.js');
    expect(loaded.packages, 'packages, node: included').toEqual([]);
    expect(loaded.files.length).toBeGreaterThan(0);
  });

  it('both are typed for a program in TypeScript', async () => {
    const folder = await project(Object.keys(dependencies));
    await writeFile(join(folder, 'use.ts'), TYPED);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      '',
    ];
    const { code, stdout } = await run(resolve('node_modules/.bin/tsc'), [...options, 'use.ts'], {
      cwd: folder,
      within: 60_000,
    });
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });
});

/** Chunks and packages that an entry loads, by its static imports. */
async function reached(
  folder: string,
  entry: string,
): Promise<{ files: readonly string[]; packages: readonly string[] }> {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, from = ''] of text.matchAll(/^(?:import|export)\b[^;'"]*["']([^"']+)["']/gm)) {
      if (from.startsWith('./')) open.push(from.slice(2));
      else packages.add(from);
    }
  }
  return { files: [...files], packages: [...packages] };
}
