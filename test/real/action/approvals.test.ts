import { expect, it } from 'vitest';
import { PIPELINE, type Shop, twoReleases } from '../../action/shop.ts';

const ASKED = PIPELINE.replace(
  '  production: {}\n',
  '  production: { approvals: { count: 1, before: [beta], from: [role:maintain] } }\n',
);
const STAGE = `name: s
on:
  workflow_dispatch:
    inputs: {rollout: {type: string}, stage: {type: string}, environment: {type: string}}
jobs: {a: {runs-on: x, steps: [{run: x}]}}
`;
const BOT = { sender: { id: 41_898_282, login: 'github-actions[bot]', type: 'Bot' }, repository: { id: 101 } };

async function tick(web: Shop): Promise<void> {
  web.clock.pass(300_000);
  const { id } = await web.fake.beginRun({ event: 'schedule', workflow: 'sluice-tick.yml' });
  await web.go('reconcile', {}, { event: 'schedule', run: String(id), job: 'tick' });
  web.fake.endRun(id);
}

it('R-904 approvals come before the job of the next stage: held for 7 d, said in green who may, and one calls for the job', async () => {
  const { web } = await twoReleases();
  await web.fake.push({
    branch: 'main',
    files: { '.github/sluice.yml': ASKED, '.github/workflows/sluice-stage.yml': STAGE },
    message: 'approvals',
  });
  const { id: run } = await web.fake.beginRun({ workflow: 'deploy.yml' });
  const inputs = { service: 'web', version: '1.4.0', until: 'canary', timeout: '30m' };
  const canary = await web.go('deploy', inputs, { run: String(run) });
  expect(canary.outputs, canary.log).toMatchObject({ code: 'done', proceed: 'true' });
  const rollout = canary.outputs['rollout'] ?? '';

  const beta = await web.go('promote', { rollout, to: 'beta', timeout: '5m' }, { run: String(run), job: 'beta' });
  expect(beta.outputs, beta.log).toMatchObject({ code: 'waits-for-approval', proceed: 'false' });
  expect(beta.status).toBe(0);
  expect(beta.result.summary).toContain('role:maintain');
  web.fake.endRun(run);

  await tick(web);
  expect(web.fake.dispatches).toEqual([]);
  expect(await web.open()).toMatchObject({
    hold: { kind: 'approval', until: expect.stringMatching(/^2026-11-30/) as string },
  });

  const carol = web.fake.person({ login: 'carol', id: 777, role: 'maintain' });
  const sender = { id: carol.id, login: 'carol', type: 'User' };
  const { id: approving } = await web.fake.beginRun({ event: 'workflow_dispatch' });
  const said = await web.go(
    'root',
    { command: `approve ${rollout}/beta` },
    { payload: { sender, repository: { id: 101 } }, run: String(approving) },
  );
  expect(said.result, said.log).toMatchObject({ ok: true });
  web.fake.endRun(approving);
  await tick(web);
  expect(web.fake.dispatches).toMatchObject([{ inputs: { stage: 'beta' } }]);

  const called = ((await web.open()) as { readonly hold: { readonly wake: { readonly run: string } } }).hold.wake.run;
  const stage = await web.go(
    'promote',
    { rollout, to: 'beta', timeout: '15m' },
    {
      run: called,
      job: 'stage',
      payload: BOT,
      env: { GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/sluice-stage.yml@refs/heads/main' },
    },
  );
  expect(stage.outputs, stage.log).toMatchObject({ ok: 'true', stage: 'beta' });
  expect(web.fake.violations).toEqual([]);
});
