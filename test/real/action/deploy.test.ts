import { expect, it } from 'vitest';
import { PIPELINE, shop, twoReleases } from '../../action/shop.ts';

const NEXT = { service: 'web', version: '1.4.0', until: 'canary' };

it('a re-run of a deploy that is done changes nothing and begins no next stage', async () => {
  const { web } = await twoReleases();
  await web.checkOut('1.3.2');
  const before = await web.titles();
  const again = { run: '7000', attempt: 2, env: { GITHUB_TRIGGERING_ACTOR: 'alice' } };
  const step = await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '30m' }, again);
  expect(step.outputs).toMatchObject({ ok: 'true', proceed: 'false' });
  expect(await web.titles()).toEqual(before);
});

it('the commit that is checked out is the one that is deployed, or nothing is begun', async () => {
  const { web, sha } = await twoReleases();
  await web.checkOut('1.3.2');
  const before = await web.titles();
  const step = await web.go('deploy', { ...NEXT, timeout: '10m' });
  expect(step.result).toMatchObject({ ok: false, code: 'sha-moved' });
  expect(step.result.summary).toContain(`ref: ${sha}`);
  expect(await web.titles()).toEqual(before);
});

const BY_JOB = PIPELINE.replace('type: command, deploy: ./deploy.sh,', 'type: job,');

it("R-902 the job's own steps deploy: handed over, reported, and judged from there", async () => {
  const web = await shop(BY_JOB);
  const sha = await web.release('1.4.0');
  const deploy = await web.go('deploy', { ...NEXT, timeout: '10m' });
  expect(deploy.outputs, deploy.log).toMatchObject({
    ok: 'true',
    continue: 'true',
    proceed: 'false',
    version: '1.4.0',
    sha,
  });
  const operation = deploy.outputs['operation'] ?? '';
  expect(operation).not.toBe('');
  const report = await web.go('report', {
    operation,
    status: 'success',
    url: 'https://web.example.com',
    timeout: '10m',
  });
  expect(report.outputs, report.log).toMatchObject({ ok: 'true', operation });
  expect(report.outputs['code']).toBe('done');
});

it("R-902 steps that failed are reported so, and the rollout goes back; another run's word does not count", async () => {
  const web = await shop(BY_JOB);
  await web.release('1.4.0');
  const deploy = await web.go('deploy', { ...NEXT, timeout: '10m' });
  const operation = deploy.outputs['operation'] ?? '';
  const other = await web.go('report', { operation, status: 'success', timeout: '0s' }, { run: '9999' });
  expect(other.result).toMatchObject({ ok: false, code: 'not-permitted' });
  const report = await web.go('report', {
    operation,
    status: 'failure',
    detail: 'upload: 500\nsecond line',
    timeout: '10m',
  });
  expect(report.outputs, report.log).toMatchObject({ ok: 'false', proceed: 'false' });
  expect(report.status).toBe(1);
});
