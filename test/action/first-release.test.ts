import { expect, it } from 'vitest';
import { shop } from './shop.ts';

it('R-702 a first release has all traffic at once, and no job is begun for stages that it has not got', async () => {
  const web = await shop();
  await web.release('1.3.2');
  const step = await web.go('deploy', { service: 'web', version: '1.3.2', until: 'canary', timeout: '30m' });
  expect(step.outputs, step.log).toMatchObject({ ok: 'true', code: 'done', proceed: 'false' });
});

it('R-702 the last stage has no job behind it', async () => {
  const web = await shop();
  await web.release('1.3.2');
  await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '30m' });
  await web.release('1.4.0');
  const canary = await web.go('deploy', { service: 'web', version: '1.4.0', until: 'canary', timeout: '30m' });
  expect(canary.outputs, canary.log).toMatchObject({ code: 'done', proceed: 'true' });
  const rollout = canary.outputs['rollout'] ?? '';
  const proceeds: (string | undefined)[] = [];
  for (const to of ['beta', 'production'])
    proceeds.push((await web.go('promote', { rollout, to, timeout: '30m' }, { job: to })).outputs['proceed']);
  expect(proceeds).toEqual(['true', 'false']);
});
