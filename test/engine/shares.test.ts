/** Arms that do not get the traffic that was planned, and a person who takes that as it is. */
import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../src/core/model/rollout.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/model/time.ts';
import { alice } from '../support/rollout.ts';
import { configOf } from '../support/world/config.ts';
import { type Runner, tickOn, world, type World } from '../support/world/world.ts';

/** Both versions count the same number of requests a window, whatever the weights: half of all where 5 % was planned. */
async function halves(judges: string): Promise<{ readonly w: World; readonly runner: Runner }> {
  const w = world({ config: configOf({ judges }), series: () => ({ kind: 'proportion', bad: 1, total: 100 }) });
  const runner = w.runner('one');
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0', alice, runner);
  await tickOn(w, runner, { every: 30_000, until: 5 * MINUTE });
  return { w, runner };
}

const COMPARED = '[{ metric: error-rate, compare: stable, min-samples: 10 }]';
const running = (w: World): Rollout => w.rollouts()[0] ?? w.ended().at(-1) ?? expect.unreachable('no rollout');
const titlesOf = (w: World): string =>
  w
    .commits()
    .map(({ title }) => title)
    .join('\n');

describe('a share of traffic that is off', () => {
  it('R-605 pauses once: resumed, it is let be in every later stage, and the rollout ends', async () => {
    const { w, runner } = await halves(COMPARED);
    expect(running(w).hold).toMatchObject({ kind: 'paused', by: { kind: 'sluice' } });
    expect(running(w).hold?.reason).toMatch(
      /got 50% .* 5% was planned.*mend the routing.*resume.*promote --full.*analysis\.sample-ratio/,
    );
    await w.run('resume', alice, runner);
    const before = w.commits().length;
    await tickOn(w, runner, { every: MINUTE, until: 2 * HOUR });
    expect(running(w)).toMatchObject({ phase: 'completed' });
    expect(
      w
        .commits()
        .slice(before)
        .filter(({ title }) => /paused|says fail/.test(title)),
    ).toEqual([]);
    expect(running(w).acknowledged).toHaveLength(1);
  });

  it('R-605 pauses once: promoted, it is let be in the stages that follow', async () => {
    const { w, runner } = await halves(COMPARED);
    await w.run('promote', alice, runner);
    await tickOn(w, runner, { every: MINUTE, until: 2 * HOUR });
    expect(running(w)).toMatchObject({ phase: 'completed' });
  });

  it('R-605 pauses again where it moves further off than what was passed over', async () => {
    const { w, runner } = await halves(COMPARED);
    await w.run('resume', alice, runner);
    w.series = (version) => ({ kind: 'proportion', bad: 1, total: version === '1.4.0' ? 200 : 50 });
    await tickOn(w, runner, { every: 30_000, until: 5 * MINUTE });
    expect(running(w).hold?.reason).toMatch(/got [678]\d(\.\d)?% of what was counted, and 5% was planned/);
  });

  it('R-301 still goes back where the candidate fails after its share was passed over', async () => {
    const { w, runner } = await halves(COMPARED);
    await w.run('resume', alice, runner);
    w.series = (version) => ({ kind: 'proportion', bad: version === '1.4.0' ? 30 : 1, total: 100 });
    await tickOn(w, runner, { every: 30_000, until: 15 * MINUTE });
    expect(running(w)).toMatchObject({ phase: 'rolled-back' });
  });

  it('R-904 is told again when nobody answers, and never takes a healthy candidate back', async () => {
    const { w, runner } = await halves(COMPARED);
    expect(running(w).hold?.onTimeout).toBe('notify');
    w.pass(14 * DAY);
    await tickOn(w, runner, { every: MINUTE, until: 3 * MINUTE });
    expect(running(w)).toMatchObject({ phase: 'exposing', hold: { kind: 'paused', onTimeout: 'notify' } });
    expect(titlesOf(w).match(/paused by/g)?.length).toBe(2);
  });

  it('R-904 waits as for every failure where another judge has failed too', async () => {
    const { w, runner } = await halves(
      '[{ metric: error-rate, compare: stable, min-samples: 10 }, { metric: error-rate, below: 5%, min-samples: 10, then: pause }]',
    );
    expect(running(w).hold?.onTimeout).toBe('notify');
    w.series = () => ({ kind: 'proportion', bad: 50, total: 100 });
    await tickOn(w, runner, { every: 30_000, until: 5 * MINUTE });
    expect(running(w).hold).toMatchObject({ onTimeout: 'rollback' });
    expect(running(w).hold?.reason).toMatch(/allowed below 5%/);
  });

  it('R-301 is said to be paused by the judge that says so, not by a person', async () => {
    const { w } = await halves(COMPARED);
    expect(titlesOf(w)).toContain('paused by error-rate compare stable');
    expect(titlesOf(w)).not.toContain('paused by a person');
    expect(JSON.stringify((await w.run('status web')).report)).toContain('held: paused by error-rate compare stable');
  });
});
