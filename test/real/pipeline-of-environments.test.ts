import { expect, it } from 'vitest';
import { shop } from '../action/shop.ts';

const TWO = `version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh, remove: ./remove.sh }
    strategy: whole
strategies:
  whole:
    stages:
      - { name: all, weight: 100%, bake: 5m, analysis: none }
environments:
  staging: {}
  production: { order: [staging] }
`;

it('R-708 R-702 as `init` writes them the jobs of a pipeline follow each other: good in one environment, begun in the next', async () => {
  const web = await shop(TWO);
  await web.release('1.3.2');
  for (const environment of ['staging', 'production']) {
    const inputs = { service: 'web', environment, version: '1.3.2', timeout: '25m' };
    const step = await web.go('deploy', inputs, { job: environment });
    expect(step.outputs, step.log).toMatchObject({ ok: 'true', proceed: 'true' });
  }
  await web.release('1.4.0');
  const skipped = { service: 'web', environment: 'production', version: '1.4.0', timeout: '1m' };
  expect((await web.go('deploy', skipped, { run: '7002' })).outputs).toMatchObject({ proceed: 'false' });
});
