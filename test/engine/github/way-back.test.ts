import { describe, expect, it } from 'vitest';
import { hereOf } from '../../../src/compose/github-run.ts';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import type { Here, Wiring } from '../../../src/engine/wiring.ts';
import { bob } from '../../support/rollout.ts';
import { configOf } from '../../support/world/config.ts';
import { asJob, byJob, type JobForge, jobForge, onForge, report } from '../../support/world/jobs.ts';
import { only, type Runner, type World, world } from '../../support/world/world.ts';

/** A switch is a new deploy by a job's own steps. */
const NO_SWITCH = { weights: 'none', instantBack: false, keepsOld: false, preview: false, baseline: false } as const;

interface Setting {
  readonly w: World;
  readonly f: JobForge;
  readonly ticker: Runner;
  readonly wiring: Wiring;
}

/** 1.4.0 has everything, and goes back by a job that has to be called for. */
async function liveByJob(more: { readonly noRun?: true } = {}): Promise<Setting> {
  const config = configOf({
    platform: 'platform: { type: job, workflow: deploy-job.yml }',
    stages: ['{ name: all, weight: 100%, bake: 5m }'],
    strategy: 'deadline: 12h',
  });
  const w = world({ config, capabilities: NO_SWITCH });
  const f = jobForge();
  const ticker = w.runner('ticker');
  const job = byJob(w, f);
  const capabilities = { ...job.platform.capabilities(), ...NO_SWITCH };
  const placed = { ...job, platform: { ...job.platform, capabilities: () => capabilities } };
  const wiring = onForge(ticker, f, placed);
  const { wake } = wiring;
  const nameless = wake && {
    ...wake,
    operation: async (...asked: Parameters<typeof wake.operation>) => {
      const { run: _, ...woken } = await wake.operation(...asked);
      return woken;
    },
  };
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0', undefined, { ...ticker, wiring: { ...wiring, here: null } });
  f.begin('71');
  const first = w.runner('run:71');
  await first.tickWith(asJob(onForge(first, f, placed), '71'));
  await report(wiring, '71', { state: 'done' });
  f.end('71', 'success');
  await ticker.tickWith(wiring);
  return { w, f, ticker, wiring: more.noRun && nameless ? { ...wiring, wake: nameless } : wiring };
}

describe('the way back', () => {
  it('R-401 law 5 is called for without end while GitHub starts nothing, and goes on when it does', async () => {
    const { w, f, ticker, wiring } = await liveByJob();
    f.failing.add('dispatch');
    await w.run('rollback web -m bad', bob, { ...ticker, wiring: { ...wiring, here: null } });
    for (let round = 0; round < 40; round++) {
      await ticker.tickWith(wiring);
      w.pass(5 * MINUTE);
    }
    expect(f.dispatched).toEqual([]);
    const tries = f.asked.filter((one) => one === 'dispatch').length;
    expect(tries).toBeGreaterThanOrEqual(7);
    expect(tries).toBeLessThanOrEqual(12);
    expect([...(w.branch.head?.files.keys() ?? [])].filter((path) => path.startsWith('alerts/'))).toHaveLength(1);
    f.failing.clear();
    w.pass(31 * MINUTE);
    await ticker.tickWith(wiring);
    expect(f.dispatched).toHaveLength(1);
  });

  it('R-401 is called for again where GitHub named no run and nobody took it', async () => {
    const { w, f, ticker, wiring } = await liveByJob({ noRun: true });
    await w.run('rollback web -m bad', bob, { ...ticker, wiring: { ...wiring, here: null } });
    await ticker.tickWith(wiring);
    await ticker.tickWith(wiring);
    expect(f.dispatched, 'not again at once').toHaveLength(1);
    w.pass(6 * MINUTE);
    await ticker.tickWith(wiring);
    expect(f.dispatched).toHaveLength(2);
  });

  it('law 5 is taken over past its time from a job that is lost while its run lives on', async () => {
    const w = world({
      config: configOf({ stages: ['{ name: canary, weight: 5%, bake: 5h }', '{ name: all, weight: 100%, bake: 5m }'] }),
    });
    const f = jobForge();
    const ticker = w.runner('ticker');
    const base = onForge(ticker, f);
    const wiring: Wiring = { ...base, here: base.here && { ...base.here, lives: () => undefined } };
    await w.live('1.3.2');
    await w.run('deploy web@1.4.0', undefined, { ...ticker, wiring: { ...wiring, here: null } });
    for (let minute = 0; minute < 4; minute++) {
      await ticker.tickWith(wiring);
      w.pass(MINUTE);
    }
    f.begin('44');
    const lost = w.runner('run:44');
    await w.run('rollback web -m bad', bob, { ...lost, wiring: asJob(onForge(lost, f), '44') });
    const claim = (): unknown => only(w).operations.findLast(({ purpose }) => purpose === 'rollback')?.claim;
    expect(claim()).toMatchObject({ runId: '44', attempt: 1 });
    w.pass(19 * MINUTE);
    await ticker.tickWith(wiring);
    expect(claim(), 'it has its time').toMatchObject({ attempt: 1 });
    w.pass(2 * MINUTE);
    await ticker.tickWith(wiring);
    expect(w.platform.running.get('1.4.0') ?? 0).toBe(0);
  });
});

const job = (name: string, more: { readonly process: number; readonly machine?: string }): Here =>
  hereOf({
    run: {
      repository: { owner: 'acme', name: 'shop' },
      runId: '44',
      attempt: 1,
      job: name,
      step: 'sluice',
      workflow: 'deploy.yml',
      runUrl: 'https://github.example/acme/shop/actions/runs/44',
      apiUrl: '',
      serverUrl: '',
    },
    has: ['checkout'],
    machine: more.machine ?? name,
    process: more.process,
  });

/** A deploy of 1.4.0 that job `ship` of run 44 has begun and that ends when the test says so. */
async function shipping(): Promise<Setting & { readonly ship: () => Promise<void>; readonly smoke: Wiring }> {
  const w = world({ config: configOf() });
  const f = jobForge();
  f.begin('44');
  const [ticker, other] = [w.runner('ship'), w.runner('smoke')];
  await w.live('1.3.2');
  let land: () => void = () => undefined;
  const landed = new Promise<void>((resolve) => (land = resolve));
  const slow: Wiring['platforms'] = new Map([
    [
      'web/production',
      {
        platform: {
          ...w.platform,
          deploy: async (request: Parameters<typeof w.platform.deploy>[0]) => {
            await landed;
            return w.platform.deploy(request);
          },
        },
        needs: ['checkout'],
      },
    ],
  ]);
  const wiring: Wiring = { ...onForge(ticker, f), here: job('ship', { process: 1 }), platforms: slow };
  await w.run('deploy web@1.4.0', undefined, { ...ticker, wiring: { ...wiring, here: null } });
  const going = ticker.tickWith(wiring);
  while (only(w).operations[0]?.state !== 'running') await new Promise((go) => setImmediate(go));
  const smoke: Wiring = { ...onForge(other, f), here: job('smoke', { process: 2 }) };
  const ship = async (): Promise<void> => {
    land();
    await going;
    await Promise.all(ticker.memory.performing.values());
    await ticker.tickWith(wiring);
  };
  return { w, f, ticker: other, wiring, smoke, ship };
}

describe('two jobs of one run', () => {
  it('law 2 a job that goes on keeps what it has, also from the other jobs of its run', async () => {
    const { w, f, ticker, smoke, ship } = await shipping();
    f.jobs.set('44', [{ name: 'Ship', ended: false, runner: 'ship' }]);
    w.pass(3 * HOUR);
    await ticker.tickWith(smoke);
    expect(only(w).operations[0]?.claim).toMatchObject({ job: 'ship', runner: 'ship', attempt: 1 });
    await ship();
    expect(w.platform.calls.filter(({ kind }) => kind === 'deploy')).toHaveLength(1);
  });

  it('law 2 a job that is over is dead at once, while its run goes on', async () => {
    const { w, f, ticker, smoke } = await shipping();
    f.jobs.set('44', [
      { name: 'Ship', ended: true, runner: 'ship' },
      { name: 'smoke', ended: false, runner: 'smoke' },
    ]);
    await ticker.tickWith(smoke);
    expect(only(w).operations[0]?.claim).toMatchObject({ attempt: 2, job: 'smoke' });
  });

  it('law 2 a job that cannot be told from others (a matrix) has its time, and no more', async () => {
    const { w, f, ticker, smoke } = await shipping();
    f.jobs.set('44', [{ name: 'ship (eu)', ended: true }]);
    await ticker.tickWith(smoke);
    expect(only(w).operations[0]?.claim).toMatchObject({ attempt: 1 });
    w.pass(3 * HOUR);
    await ticker.tickWith(smoke);
    expect(only(w).operations[0]?.claim).toMatchObject({ attempt: 2 });
  });

  it('law 2 a rollback by one waits with its end until the deploy of the other is over: nothing lands late', async () => {
    const { w, f, ticker, smoke, ship } = await shipping();
    f.jobs.set('44', [{ name: 'ship', ended: false, runner: 'ship' }]);
    await w.run('rollback web -m smoke', bob, { ...ticker, wiring: smoke });
    for (let minute = 0; minute < 4; minute++) {
      await ticker.tickWith(smoke);
      w.pass(MINUTE);
    }
    expect(only(w).phase).toBe('rolling-back');
    await ship();
    for (let minute = 0; minute < 4; minute++) await ticker.tickWith(smoke);
    expect(w.rollouts()).toEqual([]);
    expect(w.platform.running.get('1.4.0')).toBeUndefined();
  });

  it('law 2 an earlier step of the very job is over, another leg of its matrix is not', () => {
    const here = job('ship', { process: 9 });
    const claim = { attempt: 1, since: '', until: '', runId: '44', runAttempt: 1 } as never as Parameters<
      Here['lives']
    >[0];
    expect(here.lives({ ...claim, by: job('ship', { process: 1 }).id })).toBe(false);
    expect(here.lives({ ...claim, by: job('ship', { process: 1, machine: 'leg-2' }).id })).toBeUndefined();
    expect(here.lives({ ...claim, by: here.id })).toBe(true);
  });
});
