import { expect, it, onTestFinished, vi } from 'vitest';
import { openOidc } from '../../support/github/oidc.ts';
import { PIPELINE, type Shop, twoReleases } from '../../action/shop.ts';

const OURS = PIPELINE.replace(
  'production: {}',
  'production: { github-environments: { beta: beta, production: production }, allow: { promote: ["user:alice"] } }',
);
const mallory = {
  event: 'workflow_dispatch',
  payload: { sender: { id: 666, login: 'mallory', type: 'User' }, repository: { id: 101 }, inputs: {} },
};

/** The canary is live and waits for the job of beta. */
async function inCanary(): Promise<{ readonly web: Shop; readonly rollout: string }> {
  const { web } = await twoReleases(OURS);
  const deploy = await web.go('deploy', { service: 'web', version: '1.4.0', until: 'canary', timeout: '5m' });
  expect(deploy.result, deploy.log).toMatchObject({ ok: true });
  web.fake.person({ login: 'mallory', id: 666, role: 'write' });
  return { web, rollout: deploy.outputs['rollout'] ?? '' };
}

async function stageOf(web: Shop): Promise<unknown> {
  return ((await web.open()) as { readonly stage: number } | undefined)?.stage;
}

it('R-703 a job promotes only for whoever may, and the commit names that person', async () => {
  const { web, rollout } = await inCanary();
  const before = await web.titles();
  for (const [action, inputs] of [
    ['promote', { rollout, to: 'beta', timeout: '10m' }],
    ['root', { command: 'promote web --to beta', timeout: '10m' }],
  ] as const) {
    const step = await web.go(action, inputs, { ...mallory, run: '7002', job: 'beta' });
    expect(step.result).toMatchObject({ ok: false, code: 'not-permitted' });
  }
  expect(await web.titles()).toEqual(before);
  const inputs = { rollout, to: 'beta', timeout: '1s' };
  const byHand = await web.go('promote', inputs, { run: '7003', job: 'beta' });
  expect(byHand.result, byHand.log).toMatchObject({ ok: false, code: 'held' });
  expect(byHand.log).toContain('id-token: write');
  const sender = { id: 583231, login: 'alice', type: 'User' };
  const pushed = { event: 'push', payload: { sender, repository: { id: 101 } }, run: '7004', job: 'beta' };
  const step = await web.go('promote', inputs, pushed);
  expect(step.result, step.log).toMatchObject({ ok: true });
  expect(step.log).toMatch(/environment beta is believed/);
  const begun = (await web.messages()).find((message) => message.includes('Sluice-Command: promote')) ?? '';
  expect(begun).toMatch(/Sluice-Actor: github:583231 \(alice\)/);
  expect(await stageOf(web)).toBe(1);
  expect(web.fake.violations).toEqual([]);
});

it("R-703 GitHub's word for the job's environment counts before what an input says", async () => {
  const { web, rollout } = await inCanary();
  const oidc = await openOidc(web.fake);
  onTestFinished(() => oidc.close());
  onTestFinished(() => void vi.unstubAllEnvs());
  const said = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  onTestFinished(() => said.mockRestore());
  for (const [environment, ok] of [
    [undefined, false],
    ['staging', false],
    ['Beta', true],
  ] as const) {
    const run = await web.fake.beginRun({ workflow: 'deploy.yml' });
    const env = oidc.env({ run, ...(environment === undefined ? {} : { environment }) });
    // The toolkit reads the process's own variables.
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const inputs = { rollout, to: 'beta', timeout: '1s' };
    const step = await web.go('promote', inputs, { run: String(run.id), job: 'beta', env });
    expect(step.result, step.log).toMatchObject(ok ? { ok } : { ok, code: 'held' });
    expect(await stageOf(web)).toBe(ok ? 1 : 0);
  }
});
