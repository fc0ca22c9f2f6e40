import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/model/time.ts';
import { bob } from '../support/rollout.ts';
import { configOf } from '../support/world/config.ts';
import { only, type Runner, type Series, tickOn, type World, world } from '../support/world/world.ts';

const USUAL = configOf();

interface Given {
  readonly config?: ReturnType<typeof configOf>;
  readonly series?: Series;
}

async function deployed({ config = USUAL, series }: Given = {}): Promise<{
  readonly w: World;
  readonly runner: Runner;
}> {
  const w = world({ config, ...(series && { series }) });
  const runner = w.runner('one');
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0');
  return { w, runner };
}

/** Errors of the candidate by seconds since the morning: fine, then bad from some moment on. */
const badFrom =
  (seconds: number): Series =>
  (version, at) => ({
    kind: 'proportion',
    bad: version === '1.4.0' && at >= Date.UTC(2026, 10, 21, 8) + seconds * SECOND ? 30 : 0,
    total: 100,
  });

describe('law 3: a late tick decides what an early one would have', () => {
  const waits = fc.array(fc.integer({ min: 10 * SECOND, max: 12 * MINUTE }), { minLength: 1, maxLength: 12 });

  it('gives the same verdicts and outcomes of a stage whoever looks when', async () => {
    await fc.assert(
      fc.asyncProperty(waits, fc.constantFrom(60, 200, 700, 100_000), async (between, bad) => {
        const { w, runner } = await deployed({ series: badFrom(bad) });
        // The canary is exposed by the first tick; from then on only the looks differ.
        await runner.tick();
        for (let index = 0; w.rollouts().length > 0 && index < 200; index++) {
          w.pass(between[index % between.length] ?? MINUTE);
          await runner.tick();
          if (w.rollouts()[0]?.stage === 1) break;
        }
        const rollout = w.rollouts()[0] ?? w.ended()[0];
        const canary = rollout?.stages[0];
        const wanted = bad < 300 ? 'rolled-back' : 'passed';
        expect(canary?.how).toBe(wanted);
        if (wanted === 'passed') expect(canary?.verdicts[0]).toMatchObject({ verdict: 'pass', samples: 3_000 });
        else expect(rollout?.goingBack?.cause).toBe('error-rate below 0.01');
      }),
      { numRuns: 25 },
    );
  });
});

describe('law 4: a broken file never stops going back', () => {
  const breakings = [
    ['the rollout', (w: World) => `rollouts/${only(w).id}.json`],
    ['the pair', () => 'services/web/production.json'],
    ['the environment', () => 'environments/production.json'],
  ] as const;

  for (const [what, pathOf] of breakings) {
    it(`rolls back while ${what} does not parse`, async () => {
      const { w, runner } = await deployed();
      await runner.tick();
      const path = pathOf(w);
      await sealedText(w, path, '{ not json');
      const outcome = await w.run('rollback web');
      expect(outcome.summary).toContain('going back to 1.3.2');
      expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
      expect(Object.fromEntries(w.platform.running)).toEqual({ '1.3.2': 100_000 });
    });

    it(`goes no further up while ${what} does not parse, and leaves it as it is`, async () => {
      const { w, runner } = await deployed();
      await runner.tick();
      const path = pathOf(w);
      await sealedText(w, path, '{ not json');
      for (let passed = 0; passed < HOUR; passed += 5 * MINUTE) {
        w.pass(5 * MINUTE);
        await runner.tick();
      }
      expect(w.platform.running.get('1.4.0')).toBe(5_000);
      expect(w.branch.head?.files.get(path)?.text).toBe('{ not json');
    });
  }

  it('goes back by itself too, and a flag gets its old serve though its file is broken', async () => {
    const { w, runner } = await deployed({ series: badFrom(0) });
    await runner.tick();
    await sealedText(w, 'services/web/production.json', '[]');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(w.ended()[0]).toMatchObject({ phase: 'rolled-back', goingBack: { automatic: true } });

    const flagged = world({
      config: configOf({ stages: ['{ name: half, weight: 50%, bake: 1h }', '{ name: all, weight: 100%, bake: 1h }'] }),
    });
    const one = flagged.runner('one');
    await flagged.run('flag create dash');
    expect(await flagged.run('flag rollout dash 50% --strategy steps')).toMatchObject({ ok: true });
    await one.tick();
    const serve = JSON.parse(flagged.branch.head?.files.get('flags/dash.json')?.text ?? '{}') as object;
    expect(serve).toMatchObject({ environments: { production: { serve: { ramp: { percent: 50_000 } } } } });
    await sealedText(flagged, 'flags/dash.json', '{');
    await flagged.run('rollback flag/dash');
    await one.tick();
    const after = JSON.parse(flagged.branch.head?.files.get('flags/dash.json')?.text ?? '{}') as object;
    expect(after).toMatchObject({ key: 'dash', environments: {} });
    expect(JSON.stringify(after)).not.toContain('ramp');
  });
});

/** A text as Sluice itself would have left it: sealed, so that nothing puts it back. */
async function sealedText(w: World, path: string, text: string): Promise<void> {
  const { store } = w.runner('vandal').wiring;
  await store.commit(await store.read([]), [{ path, text }], { title: 'broken', trailers: [] });
}

describe('law 5: going back never waits', () => {
  it('for a lock, a freeze, a quorum or a queue', async () => {
    const config = configOf({
      environment: ' approvals: { before: [canary, beta, all], count: 2, expires: 4h }, lock: { required: true } ',
    });
    const w = world({ config });
    const runner = w.runner('one');
    await w.live('1.3.2');
    await w.run('lock web');
    await w.run('deploy web@1.4.0');
    await runner.tick();
    await w.run('approve web', bob);
    await w.run('approve web', { ...bob, id: '7', name: 'carol' });
    await runner.tick();
    expect(w.platform.running.get('1.4.0')).toBe(5_000);
    await w.run('unlock web');
    await w.run('lock web', bob);
    await w.run('freeze --for 2d --reason holidays', bob);
    await w.run('deploy web@1.5.0');
    expect(w.place().queue).toHaveLength(1);
    expect(await w.run('rollback web')).toMatchObject({ ok: true, code: 'done' });
    await runner.tick();
    expect(Object.fromEntries(w.platform.running)).toEqual({ '1.3.2': 100_000 });
    expect(w.place().queue).toHaveLength(1);
  });

  it('R-401 nor does a new rollout of kind rollback', async () => {
    const { w, runner } = await deployed();
    expect(await tickOn(w, runner, { every: MINUTE, until: 2 * HOUR })).toBe(true);
    await w.run('freeze --for 2d --reason holidays', bob);
    await w.run('lock web', bob);
    expect(await w.run('rollback web')).toMatchObject({ ok: true, code: 'started' });
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    expect(w.place()).toMatchObject({ live: { label: '1.3.2' }, weights: { '1.3.2': 100_000 } });
  });
});

describe('law 7: now is the clock of the store', () => {
  it('promotes nothing while the clock here is more than 60 s off, and goes back all the same', async () => {
    const { w } = await deployed();
    const right = w.runner('right');
    await right.tick();
    const off = skewed(w, 90 * SECOND);
    for (let passed = 0; passed < 30 * MINUTE; passed += MINUTE) {
      w.pass(MINUTE);
      await off.tick();
    }
    expect(only(w).stage).toBe(0);
    expect(await w.run('promote web --reason now', bob, off)).toMatchObject({ ok: false, code: 'clock-off' });
    w.series = badFrom(0);
    expect(await w.run('rollback web', bob, off)).toMatchObject({ ok: true });
    await off.tick();
    expect(Object.fromEntries(w.platform.running)).toEqual({ '1.3.2': 100_000 });
  });

  it('folds no window that is not over by the clock of the store', async () => {
    const { w } = await deployed();
    await w.runner('right').tick();
    const ahead = skewed(w, DAY);
    w.pass(2 * MINUTE);
    await ahead.tick();
    await w.run('pause web');
    const folded = only(w).evidence[0]?.folded ?? 0;
    expect(folded).toBeLessThanOrEqual(6);
    expect(only(w).verdicts.map(({ verdict }) => verdict)).not.toContain('no-data');
  });
});

/** A runner on a machine whose clock is ahead of the store's. */
function skewed(w: World, ahead: number): Runner {
  const runner = w.runner(`skewed-${String(ahead)}`);
  const { clock } = runner.wiring;
  const wiring = { ...runner.wiring, clock: { ...clock, now: () => clock.now() + ahead } };
  return { ...runner, wiring, tick: () => runner.tickWith(wiring) };
}
