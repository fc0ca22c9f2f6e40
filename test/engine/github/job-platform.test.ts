import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/core/model/time.ts';
import type { PlacedPlatform } from '../../../src/engine/wiring.ts';
import { bob } from '../../support/rollout.ts';
import { configOf } from '../../support/world/config.ts';
import { asJob, byJob, handed, type JobForge, jobForge, onForge, report } from '../../support/world/jobs.ts';
import { only, type Runner, type World, world } from '../../support/world/world.ts';

const CONFIG = configOf({
  platform: 'platform: { type: job, set-traffic: ./weights, remove: ./remove }',
  stages: ['{ name: canary, weight: 5%, bake: 1m }', '{ name: all, weight: 100%, bake: 1m }'],
  strategy: 'deadline: 12h',
  keepOld: '1m',
});

interface Setting {
  readonly w: World;
  readonly f: JobForge;
  readonly placed: PlacedPlatform;
  readonly ticker: Runner;
  readonly tick: (runner?: Runner) => Promise<void>;
  /** A job of a new run ticks once and takes what waits for such a job; what it was handed. */
  readonly job: (id: string) => Promise<ReturnType<typeof handed>>;
  /** The run's own steps have their effect. */
  readonly steps: (id: string) => void;
  readonly says: (id: string, state: 'done' | 'failed') => ReturnType<typeof report>;
}

async function begun(): Promise<Setting> {
  const w = world({ config: CONFIG });
  const f = jobForge();
  const placed = byJob(w, f);
  // A run's steps have their effect once, and none after its report.
  const over = new Set<string>();
  const ticker = w.runner('ticker');
  const tick = async (runner = ticker): Promise<void> => void (await runner.tickWith(onForge(runner, f, placed)));
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0', undefined, { ...ticker, wiring: { ...onForge(ticker, f, placed), here: null } });
  return {
    w,
    f,
    placed,
    ticker,
    tick,
    job: async (id) => {
      f.begin(id);
      const runner = w.runner(`run:${id}`);
      await runner.tickWith(asJob(onForge(runner, f, placed), id));
      return handed(w.rollouts(), id);
    },
    steps: (id) => {
      // A job goes on whatever became of its rollout.
      const operation = handed([...w.rollouts(), ...w.ended()], id);
      if (operation?.label === undefined || f.runs.get(id)?.ended !== false || over.has(id)) return;
      over.add(id);
      w.platform.running.set(operation.label, 0);
    },
    says: (id, state) => {
      over.add(id);
      return report(onForge(ticker, f, placed), id, {
        state,
        ...(state === 'done' ? { url: 'https://c.example' } : { detail: 'step 3 failed' }),
      });
    },
  };
}

async function calm({ w, tick }: Setting): Promise<boolean> {
  for (let round = 0; round < 60; round++) {
    await tick();
    if (w.rollouts().length === 0) return true;
    w.pass(5 * MINUTE);
  }
  return false;
}

describe("the user's own steps deploy", () => {
  it("R-701 a deploy is handed to the job's run in one commit, and the run's report takes it on", async () => {
    const s = await begun();
    expect(await s.job('71')).toMatchObject({
      state: 'running',
      ref: 'run:71/1',
      claim: { runId: '71', runAttempt: 1 },
    });
    await s.tick();
    expect(only(s.w).phase, 'nobody else moves it').toBe('deploying');
    s.steps('71');
    expect(await s.says('71', 'done')).toMatchObject({ ok: true, details: { superseded: false } });
    expect(only(s.w)).toMatchObject({ phase: 'validating', url: 'https://c.example' });
    expect(await calm(s)).toBe(true);
    expect(s.w.ended()[0]?.phase).toBe('completed');
    expect(s.w.platform.calls.filter(({ kind }) => kind === 'deploy')).toEqual([]);
  });

  it('only a job can take it: a tick calls for one, once, and names the operation', async () => {
    const s = await begun();
    for (let round = 0; round < 5; round++) await s.tick();
    const [operation] = only(s.w).operations;
    expect(operation).toMatchObject({ state: 'pending', needs: ['job:web/production'] });
    expect(s.f.dispatched).toMatchObject([
      { workflow: 'deploy.yml', inputs: { rollout: only(s.w).id, operation: operation?.id } },
    ]);
    expect(operation?.wake).toMatchObject({ sent: true, run: s.f.dispatched[0]?.run, workflow: 'deploy.yml' });
  });

  it('a report twice records once, and another run may not report', async () => {
    const s = await begun();
    await s.job('71');
    s.f.begin('72');
    const operation = handed(s.w.rollouts(), '71')?.id ?? '';
    const wiring = onForge(s.ticker, s.f, s.placed);
    const stranger = await report(wiring, '72', { state: 'done' });
    expect(stranger).toMatchObject({ ok: false, code: 'target-unknown' });
    s.steps('71');
    expect(await s.says('71', 'done')).toMatchObject({ ok: true });
    const commits = s.w.commits().length;
    expect(await s.says('71', 'failed')).toMatchObject({ ok: true, code: 'unchanged' });
    expect(s.w.commits()).toHaveLength(commits);
    expect(only(s.w).operations.find(({ id }) => id === operation)?.state).toBe('done');
  });

  it('a run that ended without a report has failed, and what it left is taken away', async () => {
    const s = await begun();
    await s.job('71');
    s.steps('71');
    s.f.end('71');
    expect(await calm(s)).toBe(true);
    const [rollout] = s.w.ended();
    expect(rollout).toMatchObject({ phase: 'rolled-back' });
    expect(rollout?.goingBack?.reason).toMatch(/run 71 ended \(cancelled\) without a report/);
    expect([...s.w.platform.running]).toEqual([['1.3.2', 100_000]]);
  });

  it('a forge that cannot say what became of the run takes nothing for failed', async () => {
    const s = await begun();
    await s.job('71');
    s.f.failing.add('run');
    s.w.pass(40 * MINUTE);
    await s.tick();
    expect(only(s.w)).toMatchObject({ phase: 'deploying' });
  });

  it('R-401 a report that comes after a rollback moves nothing up, and what the steps made goes', async () => {
    const s = await begun();
    await s.job('71');
    await s.w.run('rollback web', bob);
    await s.tick();
    expect(only(s.w).phase, 'what may still land is waited for').toBe('rolling-back');
    s.steps('71');
    expect(await s.says('71', 'done')).toMatchObject({ ok: true, details: { superseded: true } });
    expect(await calm(s)).toBe(true);
    expect([...s.w.platform.running]).toEqual([['1.3.2', 100_000]]);
    expect(s.w.ended()[0]?.phase).toBe('rolled-back');
  });
});

type Event =
  | { readonly type: 'tick'; readonly runner: number }
  | { readonly type: 'both' }
  | { readonly type: 'job'; readonly id: string }
  | { readonly type: 'steps' | 'done' | 'failed' | 'cancel'; readonly id: string }
  | { readonly type: 'wait'; readonly minutes: number };

const id = fc.constantFrom('71', '72');
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('tick' as const), runner: fc.nat({ max: 1 }) }) },
  { weight: 2, arbitrary: fc.constant({ type: 'both' as const }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('job' as const), id }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom('steps' as const, 'done' as const, 'failed' as const, 'cancel' as const),
      id,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20 }) }) },
);

async function play(s: Setting, events: readonly Event[]): Promise<void> {
  const other = s.w.runner('other');
  for (const one of events) {
    if (one.type === 'tick') await s.tick(one.runner === 0 ? s.ticker : other);
    else if (one.type === 'both') await Promise.all([s.tick(s.ticker), s.tick(other)]);
    else if (one.type === 'wait') s.w.pass(one.minutes * MINUTE);
    else if (one.type === 'job') await (s.f.runs.has(one.id) ? s.tick() : s.job(one.id));
    else if (one.type === 'steps') s.steps(one.id);
    else if (one.type === 'cancel') s.f.end(one.id);
    else if (s.f.runs.get(one.id)?.ended === false) {
      // Whoever says that it was done has done it.
      if (one.type === 'done') s.steps(one.id);
      await s.says(one.id, one.type);
    }
  }
}

describe('two runners, and jobs whose reports are late, lost or doubled', () => {
  it('R-401 a rollback at any moment ends with the candidate at 0 and removed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 14 }), fc.array(event, { maxLength: 10 }), async (first, then) => {
        const s = await begun();
        await play(s, first);
        if (s.w.rollouts().length === 0) return;
        await s.w.run('rollback web', bob);
        await play(s, then);
        for (const run of s.f.runs.keys()) s.f.end(run);
        expect(await calm(s)).toBe(true);
        expect([...s.w.platform.running]).toEqual([['1.3.2', 100_000]]);
        expect(s.w.place()).toMatchObject({ live: { label: '1.3.2' }, weights: { '1.3.2': 100_000 } });
        expect(s.w.place().active).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it('law 2 a deploy is in the hands of one run, and only its word moves the rollout up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
        const s = await begun();
        await play(s, events);
        const deploys = [...s.w.rollouts(), ...s.w.ended()]
          .flatMap(({ operations }) => operations)
          .filter(({ kind, purpose }) => kind === 'deploy' && purpose === 'deploy');
        expect(deploys.length).toBeLessThanOrEqual(1);
        const isDone = deploys.some(({ state }) => state === 'done');
        const isUp = s.w.platform.calls.some(
          ({ kind, weights }) => kind === 'weights' && (weights?.['1.4.0'] ?? 0) > 0,
        );
        expect(isUp && !isDone, 'traffic without a report').toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});
