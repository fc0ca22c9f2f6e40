/** What a rollout does beside traffic: data checks in every stage, steps after it, a policy that only watches. */
import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../src/core/model/rollout.ts';
import { HOUR, MINUTE } from '../../src/core/model/time.ts';
import { configOf as decoded } from './wired.ts';
import { only, tickOn, type Runner, type World, world } from '../support/world/world.ts';

const config = (judge: string): ReturnType<typeof decoded> =>
  decoded(`
version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy, set-traffic: ./weights, status: ./status, remove: ./remove }
    strategy: two
    consistency:
      - { name: orders-add-up, run: ./orders-that-do-not-add-up, expect: '0' }
    after-deploy:
      - { name: dns, run: ./point-dns }
      - { name: purge, url: 'https://cdn.example.com/purge' }
strategies:
  two:
    keep-old: 1m
    stages:
      - { name: tenth, weight: 10%, bake: 5m }
      - { name: all, weight: 100%, bake: 5m }
sources: { prometheus: { type: prometheus, url: 'http://127.0.0.1:9' } }
metrics:
  error-rate: { source: prometheus, kind: proportion, bad: 'bad{version="{{version}}"}', total: 'all{version="{{version}}"}' }
analysis:
  judges: [${judge}]
environments: { production: {} }
`);

interface Started {
  readonly w: World;
  readonly runner: Runner;
}

async function started(judge: string): Promise<Started> {
  const w = world({ config: config(judge) });
  const runner = w.runner('one');
  await w.live('1.0.0');
  await w.run('deploy web@1.1.0');
  await runner.tick();
  return { w, runner };
}

/** How the candidate's rollout ended. */
const endedOf = (w: World): Rollout | undefined =>
  w.ended().find(({ subject }) => subject.type === 'release' && subject.release.label === '1.1.0');

const STRICT = '{ metric: error-rate, below: 1%, min-samples: 10 }';
const SHADOW = '{ metric: error-rate, below: 1%, min-samples: 10, then: notify }';

describe('beside its traffic a rollout', () => {
  it('R-314 asks whether the data adds up in every stage, and goes back when it does not', async () => {
    const { w, runner } = await started(STRICT);
    await tickOn(w, runner, { every: MINUTE, until: 8 * MINUTE });
    expect(
      only(w)
        .operations.filter((one) => one.purpose === 'verify')[0]
        ?.checks?.map((one) => one.name),
    ).toEqual(['orders-add-up']);
    w.badChecks.add('orders-add-up');
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    const ended = endedOf(w);
    expect(ended).toMatchObject({ phase: 'rolled-back' });
    expect(ended?.goingBack?.reason).toContain('orders-add-up: failed');
    expect(w.place().live?.label).toBe('1.0.0');
  });

  it('R-120 R-111 points DNS and purges the CDN by command or call once it is complete, and never before', async () => {
    const { w, runner } = await started(STRICT);
    await tickOn(w, runner, { every: MINUTE, until: 9 * MINUTE });
    expect(only(w).operations.some((one) => one.purpose === 'after')).toBe(false);
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    const ended = endedOf(w);
    expect(ended).toMatchObject({ phase: 'completed' });
    const after = ended?.operations.find((one) => one.purpose === 'after');
    expect(after).toMatchObject({ state: 'done', detail: 'dns: ok (200); purge: ok (200)' });
  });

  it('R-907 is only watched where its judges only notify: it says that it fails, and goes on', async () => {
    const { w, runner } = await started(SHADOW);
    w.series = (version) => ({ kind: 'proportion', bad: version === '1.1.0' ? 50 : 0, total: 100 });
    await tickOn(w, runner, { every: MINUTE, until: 3 * MINUTE });
    expect(only(w).verdicts).toMatchObject([{ verdict: 'fail', then: 'notify' }]);
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    expect(endedOf(w)).toMatchObject({ phase: 'completed' });
    expect(w.place().live?.label).toBe('1.1.0');
  });
});
