import { expect, it } from 'vitest';
import { githubInTest } from '../in-test.ts';
import { askerOf } from './octokit-in-test.ts';

const CREATE = 'POST /repos/{owner}/{repo}/deployments';
const LIST = 'GET /repos/{owner}/{repo}/deployments';
const STATUS = 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';

it('makes a deployment of a ref at its commit, with payload and environment', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const sha = await fake.push({ branch: 'next', files: { a: '1' } });
  const payload = { rollout: 'r-1' };
  const made = await request(CREATE, {
    ...at,
    ref: 'next',
    auto_merge: false,
    required_contexts: [],
    payload,
    environment: 'beta',
  });
  expect(made.status).toBe(201);
  expect(made.data).toMatchObject({
    sha,
    ref: 'next',
    task: 'deploy',
    environment: 'beta',
    payload,
    production_environment: false,
  });
  const { data } = await request('GET /repos/{owner}/{repo}/environments', at);
  expect(data.environments?.map(({ name }) => name)).toEqual(['beta']);
});

it('merges the default branch into a branch that is behind, and deploys nothing (202), unless told not to', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const before = await fake.push({ branch: 'next', files: { a: '1' } });
  const base = await fake.push({ branch: 'main', files: { b: '1' } });
  const merged = await request(CREATE, { ...at, ref: 'next' });
  expect(merged.status).toBe(202);
  expect(merged.data).toEqual({ message: 'Auto-merged main into next on deployment.' });
  expect(fake.deployments()).toEqual([]);
  const parents = (await fake.state.git.run(['log', '-1', '--format=%P', 'next'])).toString().trim();
  expect(parents).toBe(`${before} ${base}`);
  expect((await request(CREATE, { ...at, ref: 'next' })).status).toBe(201);
});

it('stops at contexts that are not green (409), at the named ones, or at none for an empty list', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const ref = await fake.push({ branch: 'main', files: { a: '1' } });
  fake.setChecks(ref, [
    { name: 'unit', state: 'success' },
    { name: 'slow', state: 'pending', app: 'circleci' },
    { name: 'old/ci', state: 'failure', status: true },
  ]);
  await expect(request(CREATE, { ...at, ref })).rejects.toMatchObject({ status: 409 });
  await expect(request(CREATE, { ...at, ref, required_contexts: ['unit', 'old/ci'] })).rejects.toMatchObject({
    status: 409,
  });
  await expect(request(CREATE, { ...at, ref, required_contexts: ['nowhere'] })).rejects.toMatchObject({ status: 409 });
  expect((await request(CREATE, { ...at, ref, required_contexts: ['unit'] })).status).toBe(201);
  expect((await request(CREATE, { ...at, ref, required_contexts: [] })).status).toBe(201);
  await expect(request(CREATE, { ...at, ref: 'no such' })).rejects.toMatchObject({ status: 422 });
});

it('lists deployments newest first, by environment, ref, task and sha, page by page', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const made: number[] = [];
  for (const environment of ['beta', 'production', 'beta']) {
    const reply = await request(CREATE, { ...at, ref: 'main', required_contexts: [], environment });
    if (reply.status === 201) made.push(reply.data.id as number);
  }
  const ids = async (query: object): Promise<unknown> =>
    (await request(LIST, { ...at, ...query })).data.map(({ id }) => id);
  expect(await ids({})).toEqual(made.toReversed());
  expect(await ids({ environment: 'Beta' })).toEqual([made[2], made[0]]);
  expect(await ids({ sha: '0'.repeat(40) })).toEqual([]);
  expect(await ids({ ref: 'main', task: 'deploy' })).toHaveLength(3);
  const page = await request(LIST, { ...at, per_page: 2 });
  expect(page.headers.link).toContain('page=2>; rel="next"');
  expect(await ids({ per_page: 2, page: 2 })).toEqual([made[0]]);
});

it('a success makes earlier ones inactive, but not in production and not where told so', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const succeed = async (environment: string, rest = {}): Promise<void> => {
    const made = await request(CREATE, { ...at, ref: 'main', required_contexts: [], environment });
    if (made.status !== 201) throw new Error('not made');
    await request(STATUS, { ...at, deployment_id: made.data.id as number, state: 'success', ...rest });
  };
  await succeed('beta');
  await succeed('beta', { auto_inactive: false });
  await succeed('production');
  await succeed('production');
  const last = (): unknown => fake.deployments().map(({ statuses }) => statuses.at(-1)?.state);
  expect(last()).toEqual(['success', 'success', 'success', 'success']);
  await succeed('beta');
  expect(last()).toEqual(['inactive', 'inactive', 'success', 'success', 'success']);
});

it('refuses descriptions over 140 characters, states it does not know, and deployments that are not there', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const made = await request(CREATE, { ...at, ref: 'main', required_contexts: [] });
  if (made.status !== 201) throw new Error('not made');
  const deployment_id = made.data.id as number;
  const set = (description: string) => request(STATUS, { ...at, deployment_id, state: 'in_progress', description });
  expect((await set('é'.repeat(140))).status).toBe(201);
  await expect(set('é'.repeat(141))).rejects.toMatchObject({ status: 422 });
  await expect(request(STATUS, { ...at, deployment_id: 1, state: 'error' })).rejects.toMatchObject({ status: 404 });
  const { data } = await request('GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
    ...at,
    deployment_id,
  });
  expect(data.map(({ state }) => state)).toEqual(['in_progress']);
});

it('a token without the permission is refused and changes nothing', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake, { permissions: { deployments: 'read', contents: 'write' } });
  await expect(request(CREATE, { ...at, ref: 'main' })).rejects.toMatchObject({ status: 403 });
  expect(fake.deployments()).toEqual([]);
  expect((await request(LIST, at)).data).toEqual([]);
});
