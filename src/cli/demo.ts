/** `sluice demo`: two releases and a flag go up by themselves, a bad release comes back by itself; real processes, real traffic. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beginTraffic } from './demo-traffic.ts';
import { type DemoShop, git, openShop } from './demo-shop.ts';
import type { Running } from './running.ts';
import type { Accent } from '../render/terminal.ts';
import { styleOf } from './terminal.ts';

/** The whole demo may take this long; a phase of it that does not come in time is a failure. */
const LIMIT = 58_000;

interface Ended {
  readonly ok: boolean;
  readonly completed: readonly string[];
  readonly rolledBack: readonly string[];
  readonly live: string | null;
  readonly commits: number;
}

export async function demo(running: Running): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  const { terminal, signal } = running;
  const style = styleOf(terminal);
  const say = (line: string): void => {
    if (!terminal.json) terminal.stdout.write(`${line}\n`);
  };
  let shop: DemoShop | undefined;
  try {
    await prepare(folder);
    shop = await openShop({
      folder,
      say: (line) => say(style(accentOf(line), `  ${line}`)),
      end: Date.now() + LIMIT,
      signal,
    });
    const ended = await play(shop, (line) => say(style('title', line)));
    await shop.close();
    say(`\n${style('title', 'What happened, as the state branch tells it:')}\n${await log(folder)}`);
    say(`\n${style(ended.ok ? 'good' : 'bad', ended.ok ? 'All as promised.' : 'Not as promised.')}`);
    terminal.stdout.write(`${JSON.stringify(ended)}\n`);
    return ended.ok ? 0 : 1;
  } finally {
    await shop?.close();
    if (running.env['SLUICE_DEMO_KEEP'] === undefined)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What was typed, what went wrong and what was reached stand out; the steps between stay in the background. */
function accentOf(line: string): Accent {
  if (line.startsWith('$ ')) return 'moving';
  if (/roll(ed|ing) back/.test(line)) return 'bad';
  return line.includes(': completed') ? 'good' : 'dim';
}

/** The example's files as a repository of their own, a tag for each version. */
async function prepare(folder: string): Promise<void> {
  const example = ['../examples/demo', '../../examples/demo']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (example === undefined) throw new Error('the folder examples/demo is missing beside the program');
  await cp(example, folder, { recursive: true });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'add', '.');
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
    const author = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com', '-c', 'commit.gpgsign=false'];
    await git(folder, ...author, 'commit', '--quiet', '--allow-empty', '--no-verify', '-m', `shop ${version}`);
    await git(folder, 'tag', `v${version}`);
  }
}

async function play(shop: DemoShop, say: (line: string) => void): Promise<Ended> {
  say('1. shop 1.0.0: the first release');
  await shop.command('deploy shop@1.0.0');
  const first = await shop.until((state) => state.good.includes('1.0.0'));
  const traffic = beginTraffic(shop.address, shop.end);
  say(
    `2. shop 1.1.0 goes canary 5% -> beta 25% -> production 100% by itself, under traffic at ${shop.address}; a flag ramps beside it`,
  );
  await shop.command('deploy shop@1.1.0');
  await shop.command('flag create new-dashboard "New dashboard" "Better"');
  await shop.command('flag rollout new-dashboard --strategy ramp');
  const second = first && (await shop.until((state) => state.good.includes('1.1.0')));
  const ramped = await shop.until((state) => state.flagOn);
  say('3. shop 1.2.0 answers every fifth request with an error: it comes back by itself');
  await shop.command('deploy shop@1.2.0');
  const third = second && (await shop.until((state) => state.rolledBack.includes('1.2.0')));
  const seen = await traffic.stop();
  say(`   ${seen.requests} requests of users: ${answered(seen.versions)}; ${seen.failed} failed`);
  const state = await shop.state();
  const promised =
    third &&
    ramped &&
    state.live === '1.1.0' &&
    [...state.good].sort().join() === '1.0.0,1.1.0' &&
    state.rolledBack.join() === '1.2.0';
  const isServed = (seen.versions['1.2.0'] ?? 0) > 0 && (seen.versions['1.1.0'] ?? 0) > 0;
  return {
    ok: promised && isServed,
    completed: [...state.good].sort(),
    rolledBack: state.rolledBack,
    live: state.live,
    commits: state.commits,
  };
}

function answered(versions: Readonly<Record<string, number>>): string {
  return Object.entries(versions)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([version, count]) => `${count} answered by ${version}`)
    .join(', ');
}

function log(folder: string): Promise<string> {
  return git(folder, 'log', '--reverse', '--format=  %C(auto)%h %s', 'sluice-state');
}
