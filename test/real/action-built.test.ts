import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jobInTest } from '../action/job.ts';
import { dispatchEvent } from '../support/github/payload.ts';
import { runAction } from '../support/github/run-action.ts';

const CONFIG = `version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: 'true' }
    strategy: quick
strategies:
  quick: { stages: [{ name: all, weight: 100%, bake: 1m, analysis: none }] }
environments:
  production: {}
`;
const FILES = { '.github/sluice.yml': CONFIG, 'deploy.sh': '#!/bin/bash\nexec sleep 30\n' };

it('R-701 the built action changes a flag, and says so in outputs, summary and log', async () => {
  const job = await jobInTest(FILES);
  const { fake } = job;
  fake.setClock(() => Date.now());
  const event = await dispatchEvent(fake, { actor: 'alice' });
  const ended = await runAction({ fake, event, inputs: { command: 'flag create new-dashboard' } });
  expect(ended.exit, ended.log).toBe(0);
  expect(ended.outputs).toMatchObject({ ok: 'true', code: 'done' });
  expect(ended.outputs['commit']).toMatch(/^[0-9a-f]{40}$/);
  expect(ended.summary).toContain('new-dashboard');
  expect(ended.stderr).toBe('');
  expect(await job.titles()).toHaveLength(1);
});

it('the built action, cancelled in the middle of a deploy, ends within the grace and says what goes on', async () => {
  const job = await jobInTest(FILES);
  const { fake } = job;
  fake.setClock(() => Date.now());
  const sha = await fake.push({ branch: 'main', files: { version: '1.4.0' } });
  await job.tag('1.4.0', sha);
  await job.checkOut(sha);
  await chmod(join(job.workspace, 'deploy.sh'), 0o755);
  const ended = await runAction({
    fake,
    action: 'deploy',
    event: await dispatchEvent(fake, { actor: 'alice' }),
    inputs: { service: 'web', version: '1.4.0', environment: 'production', timeout: '5m' },
    workspace: job.workspace,
    cancelAt: ': deploying in production',
  });
  expect(ended.exit, ended.log).toBe(1);
  expect(ended.outputs).toMatchObject({ ok: 'false', code: 'interrupted', proceed: 'false' });
  const settled = await job.step('reconcile', { run: '9001', env: { HOME: job.workspace } });
  expect(settled.result.ok, settled.log).toBe(true);
});
