import { expect, it } from 'vitest';
import { githubInTest } from '../in-test.ts';
import { askerOf } from './octokit-in-test.ts';

const ONE = '/repos/{owner}/{repo}/environments/{environment_name}';

it('shows reviewers, waits, custom rules and branch policy of an environment, whatever the case of its name', async () => {
  const fake = await githubInTest();
  fake.setEnvironment({
    name: 'Production',
    reviewers: ['bob', 'team:sre'],
    preventSelfReview: true,
    waitMinutes: 5,
    customRules: ['sluice'],
    protectedBranchesOnly: true,
  });
  const { request, at } = askerOf(fake);
  const { data } = await request(`GET ${ONE}`, { ...at, environment_name: 'production' });
  expect(data.name).toBe('Production');
  expect(data.protection_rules).toMatchObject([
    { type: 'wait_timer', wait_timer: 5 },
    { type: 'required_reviewers', prevent_self_review: true, reviewers: [{ type: 'User' }, { type: 'Team' }] },
    { type: 'branch_policy' },
  ]);
  const rules = await request(`GET ${ONE}/deployment_protection_rules`, { ...at, environment_name: 'production' });
  expect(rules.data.custom_deployment_protection_rules?.map(({ app }) => app.slug)).toEqual(['sluice']);
  await expect(request(`GET ${ONE}`, { ...at, environment_name: 'nowhere' })).rejects.toMatchObject({ status: 404 });
});

it('is made and changed by an administrator; what is not named goes back to nothing', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const { id } = fake.person({ login: 'bob' });
  const environment_name = 'a/b c';
  const put = (rest: object) => request(`PUT ${ONE}`, { ...at, environment_name, ...rest });
  const { data } = await put({ wait_timer: 30, reviewers: [{ type: 'User', id }] });
  expect(data.protection_rules).toMatchObject([{ wait_timer: 30 }, { reviewers: [{ reviewer: { login: 'bob' } }] }]);
  expect((await put({})).data.protection_rules).toEqual([]);
  const workflow = askerOf(fake, { permissions: { actions: 'write', deployments: 'write' } });
  await expect(workflow.request(`PUT ${ONE}`, { ...at, environment_name })).rejects.toMatchObject({ status: 403 });
  expect((await workflow.request('GET /repos/{owner}/{repo}/environments', at)).data.total_count).toBe(1);
});

it('a job runs only in an environment that is for its branch or tag; another one fails before it begins', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const environment_name = 'production-operate';
  const policy = { protected_branches: false, custom_branch_policies: true };
  await request(`PUT ${ONE}`, { ...at, environment_name, deployment_branch_policy: policy });
  const add = (rest: object) =>
    request('POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies', {
      ...at,
      environment_name,
      name: 'main',
      ...rest,
    });
  await add({});
  await fake.push({ branch: 'main', files: { a: '1' } });
  const settles = async (of: { readonly tag?: string; readonly branch?: string }) => {
    const { id } = await fake.beginRun({ ...of, sha: 'a'.repeat(40), environments: [environment_name] });
    const { data } = await request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...at, run_id: id });
    return data.conclusion !== 'failure';
  };
  expect([await settles({}), await settles({ tag: 'v1.0.0' }), await settles({ branch: 'topic' })]).toEqual([
    true,
    false,
    false,
  ]);
  await add({ name: 'v*', type: 'tag' });
  expect([await settles({ tag: 'v1.0.0' }), await settles({ branch: 'v1' })]).toEqual([true, false]);
  const { data } = await request(
    'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
    {
      ...at,
      environment_name,
    },
  );
  expect(data.branch_policies.map(({ name, type }) => [name, type])).toEqual([
    ['main', 'branch'],
    ['v*', 'tag'],
  ]);
});
