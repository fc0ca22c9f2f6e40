import { expect, it } from 'vitest';
import { jobInTest } from './job.ts';

const CONFIG = 'version: 1\nservices: {web: {deploy: ./deploy.sh}}\nenvironments: {production: {}}\n';

it('state.repository on another server is refused before anything is asked of a repository that is not meant', async () => {
  const config = `${CONFIG}state: { repository: 'https://ghe.example.com/acme/shop.git' }\n`;
  const job = await jobInTest({ '.github/sluice.yml': config });
  const step = await job.step('root', { inputs: { command: 'flag create x' } });
  expect(step.result, step.log).toMatchObject({ ok: false, code: 'config-invalid' });
  expect(step.result.summary).toContain('write OWNER/NAME');
  expect(step.calls).toEqual(['POST /graphql repository']);
  expect(await job.titles()).toEqual([]);
});

it('state.repository as an address of this server is the repository that it names', async () => {
  const job = await jobInTest({ '.github/sluice.yml': CONFIG });
  const address = `https://${new URL(job.fake.serverUrl).hostname}/acme/shop.git`;
  const config = `${CONFIG}state: { repository: '${address}' }\n`;
  await job.fake.push({ branch: 'main', files: { '.github/sluice.yml': config }, message: 'state' });
  const step = await job.step('root', { inputs: { command: 'flag create x' } });
  expect(step.result, step.log).toMatchObject({ ok: true, code: 'done' });
  expect(await job.titles()).toHaveLength(1);
});
