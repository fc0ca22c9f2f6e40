/** A person who resumes or promotes passes over judges that failed: what they saw counts no more, what comes next does. */
import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../src/core/model/rollout.ts';
import type { Verdict } from '../../src/core/model/metric.ts';
import { MINUTE } from '../../src/core/model/time.ts';
import { inspect } from '../../src/engine/inspect.ts';
import { alice } from '../support/rollout.ts';
import { commandOf } from './wired.ts';
import { configOf } from '../support/world/config.ts';
import { type Runner, tickOn, world, type World } from '../support/world/world.ts';

const bound = (then: string): string => `[{ metric: error-rate, below: 1%, min-samples: 100, then: ${then} }]`;
const comparison = (then: string): string =>
  `[{ metric: error-rate, compare: stable, min-samples: 100, then: ${then} }]`;

/** Of 1.4.0 every fifth request fails from one moment to another. */
function shop(judges: string): { readonly w: World; readonly runner: Runner; bad: { from: number; until: number } } {
  const bad = { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  const w = world({
    config: configOf({ judges }),
    series: (version, at) => {
      const share = (w.platform.running.get(version) ?? 0) / 100_000;
      const total = Math.round(2_000 * share);
      const rate = version === '1.4.0' && at >= bad.from && at < bad.until ? 0.2 : 0.002;
      return { kind: 'proportion', bad: Math.round(total * rate), total };
    },
  });
  return { w, runner: w.runner('one'), bad };
}

const running = (w: World): Rollout => w.rollouts()[0] ?? w.ended().at(-1) ?? expect.unreachable('no rollout');
const failing = ({ verdicts }: Rollout): readonly Verdict[] => verdicts.filter(({ verdict }) => verdict === 'fail');

/** Deployed, bad for its first minute in the canary, and looked at until a judge has held it. */
async function held({ w, runner, bad }: ReturnType<typeof shop>): Promise<void> {
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0', alice, runner);
  await runner.tick();
  bad.from = w.now();
  bad.until = w.now() + MINUTE;
  await tickOn(w, runner, { every: 20 * 1_000, until: 4 * MINUTE });
  expect(running(w).hold?.kind).toMatch(/paused|reduced/);
  expect(failing(running(w))).toHaveLength(1);
}

const cases = (['pause', 'reduce'] as const).flatMap((then) => [
  { then, judges: bound(then), what: 'a bound' },
  { then, judges: comparison(then), what: 'a comparison' },
]);

describe('resume and promote after a judge failed', () => {
  for (const { then, judges, what } of cases)
    it(`R-308 lets a candidate that was bad for a minute pass, resumed once: ${what}, then: ${then}`, async () => {
      const shopping = shop(judges);
      const { w, runner } = shopping;
      await held(shopping);
      await w.run('resume', alice, runner);
      expect(running(w).hold).toBeUndefined();
      expect(failing(running(w))).toEqual([]);
      const before = w.commits().length;
      await tickOn(w, runner, { every: 30 * 1_000, until: 90 * MINUTE });
      expect(running(w)).toMatchObject({ phase: 'completed' });
      const titles = w
        .commits()
        .slice(before)
        .map(({ title }) => title);
      expect(titles.filter((title) => /held|says fail/.test(title))).toEqual([]);
      for (const { title, revision } of w.commits()) {
        const { outcome } = await inspect(runner.wiring, commandOf(`replay ${revision}`));
        expect(outcome, title).toMatchObject({ ok: true });
      }
    });

  it('R-308 holds again what fails again after it was resumed', async () => {
    const shopping = shop(comparison('pause'));
    const { w, runner, bad } = shopping;
    await held(shopping);
    await w.run('resume', alice, runner);
    bad.until = Number.POSITIVE_INFINITY;
    await tickOn(w, runner, { every: 30 * 1_000, until: 4 * MINUTE });
    expect(running(w).hold?.kind).toBe('paused');
    expect(running(w).acknowledged).toHaveLength(1);
  });

  it('R-308 promote passes over what failed too, and the next stage judges by its own numbers', async () => {
    const shopping = shop(comparison('pause'));
    const { w, runner } = shopping;
    await held(shopping);
    await w.run('promote', alice, runner);
    await tickOn(w, runner, { every: 30 * 1_000, until: 90 * MINUTE });
    expect(running(w)).toMatchObject({ phase: 'completed' });
    const [canary] = running(w).stages;
    expect(canary?.how).toBe('promoted');
    expect(canary?.verdicts.map(({ verdict }) => verdict)).toEqual(['fail']);
  });

  it('R-311 history keeps who passed over which judge, with what it had seen', async () => {
    const shopping = shop(bound('pause'));
    const { w, runner } = shopping;
    await held(shopping);
    const [failed] = failing(running(w));
    await w.run('resume', alice, runner);
    const revision = w.commits().at(-1)?.revision ?? '';
    await tickOn(w, runner, { every: 30 * 1_000, until: 90 * MINUTE });
    expect(running(w).acknowledged).toEqual([
      { by: alice, at: expect.any(String), stage: 'canary', verdicts: [failed] },
    ]);
    const commit = w.commits().find((one) => one.revision === revision);
    expect(commit?.title).toContain('goes on');
    expect(commit?.body).toContain(`alice passes over error-rate below 0.01: ${failed?.because}`);
  });
});
