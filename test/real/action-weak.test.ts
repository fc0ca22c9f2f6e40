import { expect, it } from 'vitest';
import { shop } from '../action/shop.ts';
import type { FakePermissions } from '../support/github/types.ts';
import { recordsOf } from '../support/github/routes/records.ts';

const QUICK = `version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh }
    strategy: quick
strategies:
  quick: { keep-old: 0s, stages: [{ name: all, weight: 100%, bake: 0s, analysis: none }] }
environments:
  production: {}
`;

const WHOLE: FakePermissions = {
  contents: 'write',
  deployments: 'write',
  'pull-requests': 'write',
  checks: 'write',
  statuses: 'read',
  actions: 'write',
  metadata: 'read',
};

const lacking = Object.keys(WHOLE).filter((name) => name !== 'metadata');

it.each(lacking)('a token without %s: done, or the permission is named and nothing is left half way', async (name) => {
  const web = await shop(QUICK);
  await web.release('1.3.2');
  const { [name]: _, ...permissions } = WHOLE;
  const step = await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '5m' }, { permissions });
  if (step.result.ok) expect(step.status).toBe(0);
  else {
    expect(step.result.summary).toContain(name);
    expect(step.errors).toHaveLength(1);
  }
  for (const run of ['7100', '7101', '7102']) {
    web.clock.pass(3_600_000);
    const tick = await web.go('reconcile', {}, { event: 'schedule', run, permissions: WHOLE });
    expect(tick.result.ok, tick.log).toBe(true);
  }
  expect(await web.files('rollouts/')).toEqual([]);
  const left = recordsOf(web.fake.state).deployments.filter(({ statuses }) => statuses.at(-1)?.state === 'in_progress');
  expect(left).toEqual([]);
});

it.each([403, 404, 422, 500, 502])('a %i half way is taken up by the next tick', async (status) => {
  const web = await shop(QUICK);
  await web.release('1.3.2');
  web.fake.fault({ route: 'POST /graphql createCommitOnBranch', after: 1, times: 2, status });
  const step = await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '5m' });
  expect([0, 1]).toContain(step.status);
  for (const run of ['7100', '7101', '7102']) {
    web.clock.pass(3_600_000);
    await web.go('reconcile', {}, { event: 'schedule', run });
  }
  expect(await web.files('rollouts/')).toEqual([]);
  expect(await web.fsck()).toBe('');
});
