/** A rollout whose first stages compare with a copy of the stable version. */
import { expect } from 'vitest';
import type { Config } from '../../../src/core/model/config.ts';
import { configOf } from './config.ts';
import { type World, world } from './world.ts';

/** The first two stages compare with a copy of the stable version, the third has no room for one. */
const comparedWith = (arm: 'baseline' | 'stable', keepOld = '1m'): Config =>
  configOf({
    platform: 'platform: { type: local, run: node server.js }',
    stages: [
      '{ name: canary, weight: 5%, bake: 1m }',
      '{ name: beta, weight: 25%, bake: 1m }',
      '{ name: most, weight: 60%, bake: 1m }',
      '{ name: all, weight: 100%, bake: 1m }',
    ],
    judges: `[{ metric: error-rate, below: 1%, min-samples: 10 }, { metric: error-rate, compare: ${arm}, method: regression, ratio: 2, min-samples: 10 }]`,
    strategy: 'deadline: 12h',
    keepOld,
  });

export const COMPARED: Config = comparedWith('baseline');
/** The same, with the old version kept for so long. */
export const comparedFor = (keepOld: string): Config => comparedWith('baseline', keepOld);
/** The same, compared with the stable version itself. */
export const STABLE: Config = comparedWith('stable');

/** 1.3.2 is live, 1.4.0 on its way; deploys take so long, in ms. */
export async function comparing(takes = 0, config: Config = COMPARED): Promise<World> {
  const w = world({ config });
  w.platform.takes = takes;
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0');
  return w;
}

/** One version runs, with everything; nothing else is left on the platform. */
export function expectNothingLeft(w: World, live: string, message?: string): void {
  expect(Object.fromEntries(w.platform.running), message).toEqual({ [live]: 100_000 });
  expect(w.place(), message).toMatchObject({ live: { label: live }, weights: { [live]: 100_000 } });
  expect(w.place().active, message).toBeUndefined();
}

/** Whenever the copy had traffic, the candidate had as much. */
export function expectEqualArms(w: World): void {
  const set = w.platform.calls.flatMap(({ weights }) => (weights === undefined ? [] : [weights]));
  for (const weights of set) {
    const copy = weights['1.3.2+baseline'];
    if (copy !== undefined)
      expect(weights).toEqual({ '1.3.2': 100_000 - 2 * copy, '1.3.2+baseline': copy, '1.4.0': copy });
  }
}
