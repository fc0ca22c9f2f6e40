/** A rollout whose next stage is begun by its job. */
import { expect } from 'vitest';
import type { Wiring } from '../../../src/engine/wiring.ts';
import { MINUTE } from '../../../src/core/model/time.ts';
import { bob } from '../../support/rollout.ts';
import type { Actor } from '../../../src/core/model/actor.ts';
import { configOf, type Given } from '../../support/world/config.ts';
import { type JobForge, jobForge, onForge } from '../../support/world/jobs.ts';
import { only, type Runner, type World, world } from '../../support/world/world.ts';

export const JOB: Given = {
  stages: ['{ name: canary, weight: 5%, bake: 5m, promote: job }', '{ name: all, weight: 100%, bake: 5m }'],
  environment: ' github-environments: { all: gated } ',
};
export const carol: Actor = { ...bob, id: '7', name: 'carol' };

export interface Setting {
  readonly w: World;
  readonly f: JobForge;
  readonly ticker: Runner;
  readonly wiring: Wiring;
  readonly tick: () => Promise<void>;
  readonly say: (text: string, wiring?: Wiring) => ReturnType<World['run']>;
}

export async function inCanary(given: Given = JOB): Promise<Setting> {
  const w = world({ config: configOf(given) });
  const f = jobForge();
  const ticker = w.runner('ticker');
  const wiring = onForge(ticker, f);
  const say: Setting['say'] = (text, on = wiring) => w.run(text, undefined, { ...ticker, wiring: on });
  await w.live('1.3.2');
  expect(await say('deploy web@1.4.0')).toMatchObject({ ok: true });
  return { w, f, ticker, wiring, say, tick: async () => void (await ticker.tickWith(wiring)) };
}

export async function baked(s: Setting): Promise<void> {
  for (let minute = 0; minute < 9; minute++) {
    await s.tick();
    s.w.pass(MINUTE);
  }
  await s.tick();
  expect(only(s.w).hold?.kind).toBe('job');
}
