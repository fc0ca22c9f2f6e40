import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/core/model/time.ts';
import { bob } from '../support/rollout.ts';
import { configOf } from '../support/world/config.ts';
import { only, type Runner, type Series, tickOn, type World, world } from '../support/world/world.ts';

const TWO_DAYS = configOf({
  stages: [
    '{ name: canary, weight: 5%, bake: 12h }',
    '{ name: beta, weight: 25%, bake: 12h }',
    '{ name: all, weight: 100%, bake: 24h }',
  ],
  strategy: 'deadline: 3d',
  environment: ' approvals: { before: [all], count: 1, expires: 4h } ',
});

/** Errors from 0 to 1.6 % from window to window, below 1 % together. */
const noisy: Series = (_, at) => ({ kind: 'proportion', bad: (at / 1_000) % 9, total: 1_000 });

describe('a rollout of two days under a tick of five minutes', () => {
  let w: World;
  let runner: Runner;
  let before: number;

  beforeEach(async () => {
    w = world({ config: TWO_DAYS });
    runner = w.runner('one');
    await w.live('1.3.2');
    before = w.commits().length;
  });

  /** Everything there is from `deploy` to the end, the approval given after 26 hours. */
  async function twoDays(): Promise<readonly string[]> {
    await w.run('deploy web@1.4.0');
    expect(await tickOn(w, runner, { every: 5 * MINUTE, until: 26 * HOUR })).toBe(false);
    expect(only(w).hold?.kind).toBe('approval');
    await w.run('approve web', bob, runner);
    expect(await tickOn(w, runner, { every: 5 * MINUTE, until: 2 * DAY })).toBe(true);
    expect(w.ended()[0]?.phase).toBe('completed');
    return w
      .commits()
      .slice(before)
      .map(({ title }) => title);
  }

  it('R-101 makes 13 commits with three stages and one approval', async () => {
    expect(await twoDays()).toHaveLength(13);
  });

  it('makes none for numbers that go up and down', async () => {
    w.series = noisy;
    expect(await twoDays()).toHaveLength(13);
  });

  it('carries the numbers with whatever commit there is', async () => {
    await twoDays();
    const [done] = w.ended();
    expect(
      done?.stages.map(({ stage, how, verdicts }) => [stage, how, verdicts.map(({ verdict }) => verdict)]),
    ).toEqual([
      ['canary', 'passed', ['pass']],
      ['beta', 'passed', ['pass']],
      ['all', 'passed', ['pass']],
    ]);
    expect(done?.stages[0]?.verdicts[0]?.samples).toBeGreaterThan(1_000);
  });
});

describe('a tick without news', () => {
  it('law 1 reads once and asks the source once for each judge and arm', async () => {
    const w = world({ config: TWO_DAYS });
    const runner = w.runner('one');
    await w.live('1.3.2');
    await w.run('deploy web@1.4.0');
    await tickOn(w, runner, { every: 5 * MINUTE, until: HOUR });
    const { reads, questions } = w;
    const head = w.commits().length;
    w.pass(10 * MINUTE);
    await runner.tick();
    expect([w.reads - reads, w.questions - questions, w.commits().length - head]).toEqual([1, 1, 0]);
  });
});

describe('a source that forgets', () => {
  it('has its numbers committed every sixteenth of the bake, and no other source has', async () => {
    const counted = async (past: boolean): Promise<number> => {
      const w = world({ config: TWO_DAYS, source: { past } });
      const runner = w.runner('one');
      await w.live('1.3.2');
      await w.run('deploy web@1.4.0', bob, runner);
      await tickOn(w, runner, { every: 5 * MINUTE, until: 11 * HOUR });
      return w.commits().length;
    };
    const [without, withThem] = [await counted(true), await counted(false)];
    // 12 h / 16 = 45 min, and a minute until the numbers are complete: at most every 50 minutes of ticks.
    expect(withThem - without).toBeGreaterThanOrEqual(11);
    expect(withThem - without).toBeLessThanOrEqual(15);
  });
});
