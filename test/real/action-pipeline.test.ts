import { expect, it } from 'vitest';
import { shop, twoReleases } from '../action/shop.ts';

const NEXT = { service: 'web', version: '1.4.0', until: 'canary' };

const PUSHED = {
  event: 'push',
  payload: { sender: { id: 583231, login: 'alice', type: 'User' }, repository: { id: 101 } },
};

it('R-702 three jobs take a version through three stages, each beginning its own', async () => {
  const web = await shop();
  await web.release('1.3.2');
  const first = await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '30m' }, { run: '7000' });
  expect(first.result, first.log).toMatchObject({ ok: true, code: 'done' });
  const sha = await web.release('1.4.0');
  const canary = await web.go('deploy', { service: 'web', version: '1.4.0', until: 'canary', timeout: '25m' });
  expect(canary.outputs).toMatchObject({
    code: 'done',
    proceed: 'true',
    stage: 'canary',
    weight: '5',
    version: '1.4.0',
    sha,
  });
  const rollout = canary.outputs['rollout'] ?? '';
  const beta = await web.go('promote', { rollout, to: 'beta', timeout: '40m' }, { ...PUSHED, job: 'beta' });
  expect(beta.outputs).toMatchObject({ code: 'done', proceed: 'true', stage: 'beta', weight: '25' });
  const production = await web.go(
    'promote',
    { rollout, to: 'production', timeout: '50m' },
    { ...PUSHED, job: 'production' },
  );
  expect(production.outputs).toMatchObject({ code: 'done', weight: '100' });
});

it('a stage that bakes longer than the step may take ends it well, and the tick goes on', async () => {
  const { web } = await twoReleases();
  const step = await web.go('deploy', { ...NEXT, timeout: '30s' });
  expect(step.outputs).toMatchObject({ ok: 'true', code: 'baking', proceed: 'false', stage: 'canary' });
  expect(step.status).toBe(0);
  for (const run of ['7002', '7003']) {
    web.clock.pass(120_000);
    const tick = await web.go('reconcile', {}, { event: 'schedule', run });
    expect(tick.outputs['ok'], tick.log).toBe('true');
  }
  expect((await web.titles()).join('\n')).toContain('waits for a job');
});

it('a version whose deploy fails goes back, fails the job and lets no next one begin', async () => {
  const { web } = await twoReleases();
  const step = await web.go('deploy', { ...NEXT, timeout: '10m' }, { env: { HOME: '/nowhere' } });
  expect(step.outputs).toMatchObject({ ok: 'false', proceed: 'false' });
  expect(step.status).toBe(1);
  expect(step.errors).toHaveLength(1);
});

it('a cancelled job says so in time, and settling takes back or goes on with what it left', async () => {
  const { web } = await twoReleases();
  const cancelled = new AbortController();
  const going = web.go('deploy', { ...NEXT, timeout: '10m' }, { signal: cancelled.signal });
  await web.until('deploying');
  cancelled.abort();
  const step = await going;
  expect(step.outputs).toMatchObject({ code: 'interrupted', proceed: 'false' });
  expect(step.result.summary).toMatch(/next tick|stopped/);
  expect(step.status).toBe(1);
  // A later step of the same job: that the one before it is over needs nobody to be asked.
  const settled = await web.go('reconcile', {});
  expect(settled.outputs['ok'], settled.log).toBe('true');
  const open = (await web.open()) as { operations: readonly { state: string }[] } | undefined;
  expect(open?.operations.filter(({ state }) => state === 'running') ?? []).toEqual([]);
  if (open === undefined) expect((await web.titles())[0]).toContain('rolled back');
});

it('two runs at once: one has the pair, the other waits in the queue and is no failure', async () => {
  const { web } = await twoReleases();
  const steps = await Promise.all(['7001', '7002'].map((run) => web.go('deploy', { ...NEXT, timeout: '0s' }, { run })));
  expect(steps.map(({ status }) => status)).toEqual([0, 0]);
  const begun = (await web.titles()).filter((title) => title.startsWith('web 1.4.0: ') && title.includes('began'));
  expect(begun.length).toBeLessThanOrEqual(1);
  expect(await web.fsck()).toBe('');
});
