import { expect, it } from 'vitest';
import { shop } from '../../action/shop.ts';

it('R-702 a first release has all traffic at once, and the jobs of the stages that it has not got pass and change nothing', async () => {
  const web = await shop();
  await web.release('1.3.2');
  const first = await web.go('deploy', { service: 'web', version: '1.3.2', until: 'canary', timeout: '30m' });
  expect(first.outputs, first.log).toMatchObject({ ok: 'true', code: 'done', proceed: 'true' });
  const before = await web.titles();
  const rollout = first.outputs['rollout'] ?? '';
  const beta = await web.go('promote', { rollout, to: 'beta', timeout: '30m' }, { job: 'beta' });
  expect(beta.outputs, beta.log).toMatchObject({ ok: 'true', code: 'done', proceed: 'true', weight: '100' });
  expect(await web.titles()).toEqual(before);
  const typo = await web.go('promote', { rollout, to: 'betta', timeout: '30m' }, { job: 'beta' });
  expect(typo.result).toMatchObject({ ok: false, code: 'stage-unknown' });
});
