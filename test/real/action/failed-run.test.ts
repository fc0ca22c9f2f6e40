import { expect, it } from 'vitest';
import { PIPELINE, type Shop, twoReleases } from '../../action/shop.ts';

const workflow = (name: string, inputs: string): string =>
  `name: ${name}\non:\n  workflow_dispatch:\n    inputs: {${inputs}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n`;
const STAGE = '.github/workflows/sluice-stage.yml';
const DEPLOY = '.github/workflows/deploy.yml';

/** A canary that has baked in a run of its own; its Sluice step was green. */
async function canary(config?: string): Promise<{ readonly web: Shop; readonly run: number }> {
  const { web } = await twoReleases(config);
  const files = {
    [STAGE]: workflow('s', 'rollout: {type: string}, stage: {type: string}, environment: {type: string}'),
    [DEPLOY]: workflow('d', 'version: {type: string}'),
  };
  await web.fake.push({ branch: 'main', files, message: 'workflows' });
  const { id } = await web.fake.beginRun({ workflow: 'deploy.yml' });
  const inputs = { service: 'web', version: '1.4.0', until: 'canary', timeout: '30m' };
  const step = await web.go('deploy', inputs, { run: String(id) });
  expect(step.outputs, step.log).toMatchObject({ code: 'done', proceed: 'true' });
  return { web, run: id };
}

async function ticks(web: Shop, times: number): Promise<void> {
  for (let tick = 0; tick < times; tick++) {
    web.clock.pass(300_000);
    const { id } = await web.fake.beginRun({ event: 'schedule', workflow: 'sluice-tick.yml' });
    await web.go('reconcile', {}, { event: 'schedule', run: String(id), job: 'tick' });
    web.fake.endRun(id);
  }
}

it.each(['failure', 'cancelled'])(
  'R-902 a run that ended with %s is not gone on with: what it brought goes back',
  async (how) => {
    const { web, run } = await canary();
    web.fake.endRun(run, how);
    await ticks(web, 2);
    expect(web.fake.dispatches).toEqual([]);
    expect((await web.notes()).split('\n')).toContain('traffic {"1.3.2":100}');
    expect((await web.titles())[0]).toContain(`run ${run}, which took it this far, ended with ${how}`);
    expect(web.fake.violations).toEqual([]);
  },
);

it('a run that still goes on is waited for, and one that ended well is gone on with by the job of the next stage', async () => {
  const { web, run } = await canary();
  await ticks(web, 1);
  expect(web.fake.dispatches).toEqual([]);
  web.fake.endRun(run);
  await ticks(web, 2);
  expect(web.fake.dispatches).toMatchObject([{ inputs: { stage: 'beta' } }]);
});

it('R-902 with automatic rollback off a failed run is held for a person, and no job is called for', async () => {
  const { web, run } = await canary(`${PIPELINE}rollback: { automatic: false }\n`);
  web.fake.endRun(run, 'failure');
  await ticks(web, 3);
  expect(web.fake.dispatches).toEqual([]);
  expect(await web.open()).toMatchObject({ phase: 'exposing', weight: 5_000 });
  expect(JSON.stringify(await web.open())).toContain('run its failed jobs again');
});

it('R-902 the job behind failed ones takes back what its run left, at once; what another run began it leaves alone', async () => {
  const { web, run } = await canary();
  const other = await web.go('reconcile', { failed: 'true' }, { run: '9999', job: 'settle' });
  expect(other.result, other.log).toMatchObject({ ok: true, code: 'unchanged' });
  const step = await web.go('reconcile', { failed: 'true' }, { run: String(run), job: 'settle' });
  expect(step.result, step.log).toMatchObject({ ok: true, code: 'done' });
  expect((await web.notes()).split('\n')).toContain('traffic {"1.3.2":100}');
  expect(await web.open()).toBeUndefined();
  expect(web.fake.violations).toEqual([]);
});
