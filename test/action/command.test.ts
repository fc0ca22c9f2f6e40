import { expect, it } from 'vitest';
import { jobInTest } from './job.ts';

const CONFIG = `version: 1
services:
  web:
    deploy: ./deploy.sh
    strategy: all-at-once
environments:
  production: {}
`;
const FILES = { '.github/sluice.yml': CONFIG };

it('R-701 a flag command in a job is one read and one write, and the commit says who asked and in which run', async () => {
  const job = await jobInTest(FILES);
  await job.step('root', { inputs: { command: 'flag create new-dashboard' } });
  const inputs = { action: 'enable', flag: 'new-dashboard', percent: '25%', environment: 'production' };
  const step = await job.step('flag', { inputs });
  expect(step.result).toMatchObject({ ok: true, code: 'done' });
  expect(step.status).toBe(0);
  expect(step.calls).toEqual(['POST /graphql repository', 'POST /graphql createCommitOnBranch']);
  expect(step.outputs['commit']).toMatch(/^[0-9a-f]{40}$/);
  const [newest] = await job.messages();
  expect(newest).toContain('Sluice-Actor: github:583231 (alice)');
  expect(newest).toContain(`Sluice-Source: ${job.fake.serverUrl}/acme/shop/actions/runs/7001`);
  expect(step.log).toContain('open mode');
});

it('the same step never acts twice: started again by the runner it changes nothing', async () => {
  const job = await jobInTest(FILES);
  const once = { inputs: { command: 'flag create new-dashboard' }, step: 'create' };
  const first = await job.step('root', once);
  const again = await job.step('root', once);
  expect([first.result.code, again.result.code]).toEqual(['done', 'unchanged']);
  expect(again.status).toBe(0);
  expect(await job.titles()).toHaveLength(1);
});

it("R-804 rights are those of the event's sender, whatever an input or a variable says", async () => {
  const job = await jobInTest(FILES);
  const mallory = job.fake.person({ login: 'mallory', id: 666, role: 'read' });
  const step = await job.step('root', {
    inputs: { command: 'flag create new-dashboard', actor: 'alice' },
    payload: { sender: { id: mallory.id, login: 'mallory', type: 'User' } },
    env: { INPUT_ACTOR: 'alice', SLUICE_ACTOR: 'alice', GITHUB_ACTOR: 'alice', GITHUB_ACTOR_ID: '583231' },
  });
  expect(step.result).toMatchObject({ ok: false, code: 'not-permitted' });
  expect(step.status).toBe(1);
  expect(step.errors.join()).toContain('not-permitted');
  expect(await job.titles()).toEqual([]);
});

it.each(['schedule', 'workflow_run'])(
  '%s names nobody: it may reconcile and look, and changes nothing else',
  async (event) => {
    const job = await jobInTest(FILES);
    const flag = await job.step('root', { event, inputs: { command: 'flag create new-dashboard' } });
    expect(flag.result).toMatchObject({ ok: false, code: 'event-unsuitable' });
    const look = await job.step('monitor', { event, inputs: { action: 'status' } });
    expect(look.result).toMatchObject({ ok: true, code: 'done' });
    const tick = await job.step('reconcile', { event });
    expect(tick.result).toMatchObject({ ok: true, code: 'unchanged' });
    expect(await job.titles()).toEqual([]);
  },
);

it("what comes from a fork's pull request only looks", async () => {
  const job = await jobInTest(FILES);
  const payload = {
    sender: { id: job.alice.id, login: 'alice' },
    pull_request: { head: { repo: { id: 9 } }, base: { repo: { id: 101 } } },
  };
  const step = await job.step('root', { event: 'pull_request', payload, inputs: { command: 'flag create x' } });
  expect(step.result.code).toBe('fork-refused');
  expect(step.calls).toEqual([]);
  const look = await job.step('root', { event: 'pull_request', payload, inputs: { command: 'status' } });
  expect(look.result.ok).toBe(true);
});

it("a re-run is its starter's: whoever may not is refused, and nobody at all is refused before anything is read", async () => {
  const job = await jobInTest(FILES);
  job.fake.person({ login: 'mallory', id: 666, role: 'read' });
  const inputs = { command: 'flag create new-dashboard' };
  const mallory = await job.step('root', { attempt: 2, inputs, env: { GITHUB_TRIGGERING_ACTOR: 'mallory' } });
  expect(mallory.result.code).toBe('not-permitted');
  const nobody = await job.step('root', { attempt: 2, inputs });
  expect(nobody.result.code).toBe('rerun-refused');
  expect(nobody.calls).toEqual([]);
  const alice = await job.step('root', { attempt: 2, inputs, env: { GITHUB_TRIGGERING_ACTOR: 'alice' } });
  expect(alice.result.code).toBe('done');
});

it('an event without a sender, and none at all, are told apart from a fault', async () => {
  const job = await jobInTest(FILES);
  const inputs = { command: 'flag create x' };
  const unnamed = await job.step('root', { inputs, payload: {} });
  expect(unnamed.result.code).toBe('event-unsuitable');
  const outside = await job.step('root', { inputs, env: { GITHUB_REPOSITORY: undefined } });
  expect(outside.result).toMatchObject({ code: 'event-unsuitable' });
  expect(outside.result.summary).toContain('GITHUB_REPOSITORY');
  const unknown = await job.step('nonsense', {});
  expect(unknown.status).toBe(1);
});

it('hostile texts stay texts: quotes, $(...), line breaks and 200 KB', async () => {
  const job = await jobInTest(FILES);
  const lines = await job.step('root', { inputs: { command: 'flag create a\nflag create b' } });
  expect(lines.result.code).toBe('command-invalid');
  const quoted = await job.step('flag', { inputs: { action: 'show', flag: '"; $(touch /tmp/x) `id`' } });
  expect(quoted.result.ok).toBe(false);
  const long = await job.step('root', { inputs: { command: `flag create ${'x'.repeat(200_000)}` } });
  expect(long.result.ok).toBe(false);
  expect(long.outputs['result']?.length).toBeLessThan(300_000);
  const branch = await job.step('root', {
    inputs: { command: 'flag create ok' },
    env: { GITHUB_REF: 'refs/heads/a"$(id)\'b' },
  });
  expect(branch.result.ok).toBe(true);
});

it('without a token nothing is asked, and a weak one is told which permission is missing', async () => {
  const job = await jobInTest(FILES);
  const none = await job.step('root', { inputs: { command: 'status', token: '' } });
  expect(none.result.code).toBe('token-missing');
  expect(none.calls).toEqual([]);
  const weak = await job.step('root', {
    inputs: { command: 'flag create new-dashboard' },
    permissions: { contents: 'read', metadata: 'read' },
  });
  expect(weak.result.code).toBe('token-lacks-permission');
  expect(weak.result.summary).toContain('contents: write');
  expect(weak.status).toBe(1);
  expect(await job.titles()).toEqual([]);
});

it("the configuration is the default branch's; without one it is told what writes one", async () => {
  const job = await jobInTest({ 'README.md': 'x' });
  const step = await job.step('root', { inputs: { command: 'status' } });
  expect(step.result.code).toBe('config-missing');
  expect(step.result.summary).toContain('sluice init');
  await job.fake.push({ branch: 'main', files: { '.github/sluice.yml': 'version: 1\nservices: {web: {bake: 1}}\n' } });
  const wrong = await job.step('root', { inputs: { command: 'status' } });
  expect(wrong.result.ok).toBe(false);
  expect(wrong.result.summary).toContain('.github/sluice.yml:2:');
});
