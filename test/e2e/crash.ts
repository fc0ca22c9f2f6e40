/** A rollout on the local platform whose `sluice serve` is killed again and again. */
import { cp } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../../src/core/model/place.ts';
import type { Rollout } from '../../src/core/model/rollout.ts';
import { waitUntil } from '../support/wait.ts';
import { given, processesIn, type Running, type Scene } from './given.ts';

const VERSIONS = fileURLToPath(new URL('../../examples/demo/versions', import.meta.url));

/** A canary that is going to be taken back has time for it, however slow the machine. */
const config = (way: Course['way']): string => `version: 1
services:
  shop:
    platform: { type: local, run: exec node versions/$SLUICE_VERSION/server.js, port: 0, ready: /healthz, stop-timeout: 1s }
    health: [{ name: health, get: /healthz, timeout: 2s }]
    strategy: quick
strategies:
  quick:
    keep-old: 0s
    stages:
      - { name: canary, weight: 5%, bake: ${way === 'back' ? '1h' : '2s'} }
      - { name: beta, weight: 25%, bake: 2s }
      - { name: all, weight: 100%, bake: 2s }
environments:
  production: {}
analysis: { interval: 1s }
`;

/** What a successor's claim is called; it is of an operation, not of a phase. */
const TAKEN_OVER = /: (deploy|validation|weights|way back|clean-up) running$/;

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What must not depend on crashes. */
export interface End {
  readonly phases: readonly string[];
  readonly how: readonly string[];
  readonly live: string | undefined;
  readonly good: readonly string[];
  readonly weights: Place['weights'];
  readonly active: string | undefined;
  /** Command lines of the versions that run in the end. */
  readonly running: readonly string[];
  /** Processes that are left after `serve` was told to stop. */
  readonly left: readonly string[];
}

export interface Course {
  /** `rollback` is given in the middle of the rollout. */
  readonly way: 'on' | 'back';
  readonly kills: number;
  readonly random: () => number;
}

/** 1.0.0 is live, 1.1.0 is rolled out, `serve` is killed at random moments and started again; how it ends. */
export async function courseOf({ way, kills, random }: Course): Promise<End> {
  const shop = await given({ config: config(way) });
  await cp(VERSIONS, join(shop.folder, 'versions'), { recursive: true });
  await shop.git('add', '.');
  for (const version of ['1.0.0', '1.1.0']) {
    await shop.git('commit', '--quiet', '--allow-empty', '--message', version);
    await shop.git('tag', `v${version}`);
  }
  let serve = shop.starts('serve');
  await serve.says(/serving/);
  await shop.does('deploy shop@1.0.0');
  await waitUntil('1.0.0 to be good', async () => (await placeIn(shop))?.good.length === 1, 90_000);
  await shop.does('deploy shop@1.1.0');
  if (way === 'back') {
    await serve.says(/shop 1\.1\.0: canary 5% bakes/);
    await shop.does('rollback shop');
  }
  for (let kill = 0; kill < kills; kill++) {
    await sleep(100 + random() * 1_300);
    await serve.ends('SIGKILL');
    serve = shop.starts('serve');
  }
  await waitUntil(
    'the rollout to end',
    async () => (await placeIn(shop))?.active === undefined && (await ended(shop)),
    120_000,
  );
  return endOf(shop, serve);
}

async function endOf(shop: Scene, serve: Running): Promise<End> {
  await serve.says(/serving/);
  // The old version's process is gone a moment after the commit that says so.
  const running = await waitUntil('one version to run', async () => {
    const found = [...(await processesIn(shop.folder)).values()].filter((line) => line.startsWith('node versions/'));
    return found.length === 1 ? found : undefined;
  });
  const place = await placeIn(shop);
  const rollout = await ended(shop);
  await serve.ends('SIGTERM');
  const left = [...(await processesIn(shop.folder)).values()];
  const titles = (await shop.story()).filter((title) => title.startsWith('shop 1.1.0'));
  return {
    phases: [...new Set(titles.map((title) => title.replace(/ in production.*/, '')))].filter(
      (title) => !TAKEN_OVER.test(title),
    ),
    how: rollout?.stages.map((stage) => `${stage.stage} ${stage.how ?? ''}`) ?? [],
    live: place?.live?.label,
    good: place?.good.map((one) => one.label) ?? [],
    weights: place?.weights ?? {},
    active: place?.active,
    running,
    left,
  };
}

async function placeIn(shop: Scene): Promise<Place | undefined> {
  return (await shop.state('services/shop/production.json').catch(() => undefined)) as Place | undefined;
}

/** The document of 1.1.0's rollout, once it has ended. */
async function ended(shop: Scene): Promise<Rollout | undefined> {
  const history = (await shop.paths()).filter((path) => path.includes('/rollout-shop-'));
  const documents = await Promise.all(history.map((path) => shop.state(path) as Promise<Rollout>));
  return documents.find(({ subject }) => subject.type === 'release' && subject.release.label === '1.1.0');
}
