/** What a state commit costs as the branch grows, and what many writers at once cost. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type GitStore, gitStore } from '../../src/adapters/store-git/git-store.ts';
import type { Decision } from '../../src/core/decision.ts';
import { commitDecision } from '../../src/engine/commit.ts';
import { isConflict } from '../../src/ports/store.ts';
import { type BenchRow, interleave, median, spread } from './row.ts';

const clock = {
  now: (): number => Date.now(),
  sleep: (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms)),
};
const WRITERS = 32;
const ROUNDS = 15;

/** A flag file of usual size. */
function flagText(index: number, n: number): string {
  return `${JSON.stringify({ schemaVersion: 1, key: `flag-${index}`, n, description: 'x'.repeat(300) }, null, 2)}\n`;
}

const nameOf = (index: number): string => `flags/flag-${String(index).padStart(5, '0')}.json`;

async function repositoryOf(root: string, flags: number): Promise<string> {
  const repository = path.join(root, `flags-${flags}`);
  execFileSync('git', ['init', '-q', repository]);
  const store = await gitStore({ repository, clock });
  const changes = Array.from({ length: flags }, (_, index) => ({ path: nameOf(index), text: flagText(index, 0) }));
  await store.commit(await store.read([]), changes, { title: 'fill', trailers: [] });
  store.close();
  // As a repository is after a while: packed.
  execFileSync('git', ['-C', repository, 'gc', '-q']);
  return repository;
}

let written = 0;

/** Milliseconds of one read and one commit of one flag. */
async function once(store: GitStore): Promise<number> {
  const began = performance.now();
  const snapshot = await store.read([nameOf(3)]);
  const changes = [{ path: nameOf(3), text: flagText(3, (written += 1)) }];
  const result = await store.commit(snapshot, changes, { title: 'one', trailers: [['Sluice-Event', 'bench']] });
  if (isConflict(result)) throw new Error('nobody else writes here');
  return performance.now() - began;
}

/** The same in a process that has read nothing yet, opening included. */
async function cold(repository: string): Promise<number> {
  const began = performance.now();
  const store = await gitStore({ repository, clock });
  await once(store);
  store.close();
  return performance.now() - began;
}

async function growth(root: string): Promise<readonly BenchRow[]> {
  const [small, large] = [await repositoryOf(root, 10), await repositoryOf(root, 10_000)];
  const stores = {
    small: await gitStore({ repository: small, clock }),
    large: await gitStore({ repository: large, clock }),
  };
  const figures = await interleave(
    {
      warmSmall: () => once(stores.small),
      warmLarge: () => once(stores.large),
      coldSmall: () => cold(small),
      coldLarge: () => cold(large),
    },
    ROUNDS,
  );
  stores.small.close();
  stores.large.close();
  return [
    compared('state commit, 10,000 flags, warm process', {
      ours: figures.warmLarge,
      other: figures.warmSmall,
      limit: 2,
    }),
    compared('state commit, 10,000 flags, cold process', {
      ours: figures.coldLarge,
      other: figures.coldSmall,
      limit: 2,
    }),
  ];
}

interface Compared {
  readonly ours: readonly number[];
  readonly other: readonly number[];
  readonly limit: number;
}

function compared(name: string, { ours, other, limit }: Compared): BenchRow {
  const ratio = median(ours) / median(other);
  const say = (values: readonly number[]): string => `${median(values).toFixed(1)} ms ± ${spread(values).toFixed(1)}`;
  return {
    name,
    figure: say(ours),
    against: `10 flags, ${say(other)}`,
    ratio,
    target: `<= ${limit} x`,
    ok: ratio <= limit,
  };
}

/** Milliseconds of `count` decisions, all at once or one after another. */
async function writers(store: GitStore, count: number, atOnce: boolean): Promise<number> {
  const outcome = { schemaVersion: 1, ok: true, code: 'done', summary: '', details: null } as const;
  const write = (index: number): Promise<unknown> => {
    const file = nameOf(index);
    const decide = (): Decision => ({
      changes: [{ path: file, document: { n: (written += 1) } }],
      outcome,
      message: { title: 'w', event: 'bench', subject: file },
    });
    const actor = { kind: 'sluice', id: 'bench', name: 'bench', verified: true } as const;
    const common = { now: clock.now(), actor, rights: { teams: [] }, dryRun: false, overrides: [], command: 'bench' };
    const asking = { ...common, request: `bench-${(written += 1)}` };
    return commitDecision({ store, needs: [file], asking, decide, clock, random: Math.random, settle: 'only-looks' });
  };
  const before = (await store.history({ limit: 100_000 })).length;
  const began = performance.now();
  const all = Array.from({ length: count }, (_, index) => index);
  if (atOnce) await Promise.all(all.map(write));
  else for (const index of all) await write(index);
  const took = performance.now() - began;
  if ((await store.history({ limit: 100_000 })).length !== before + count) throw new Error('a commit was lost');
  return took;
}

async function crowd(root: string): Promise<BenchRow> {
  const store = await gitStore({ repository: await repositoryOf(root, 32), clock });
  const figures = await interleave(
    { together: () => writers(store, WRITERS, true), alone: () => writers(store, WRITERS, false) },
    5,
  );
  store.close();
  const rate = (values: readonly number[]): number => (WRITERS * 1_000) / median(values);
  const ratio = rate(figures.together) / rate(figures.alone);
  return {
    name: '32 writers at once, nothing lost',
    figure: `${rate(figures.together).toFixed(0)} commits/s`,
    against: `one after another, ${rate(figures.alone).toFixed(0)} commits/s`,
    ratio,
    target: '>= 0.5 x',
    ok: ratio >= 0.5,
  };
}

export async function run(): Promise<readonly BenchRow[]> {
  const root = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'));
  try {
    return [...(await growth(root)), await crowd(root)];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
