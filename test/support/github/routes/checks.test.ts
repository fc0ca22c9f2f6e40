import { expect, it } from 'vitest';
import { githubInTest } from '../in-test.ts';
import { askerOf } from './octokit-in-test.ts';

const CREATE = 'POST /repos/{owner}/{repo}/check-runs';
const UPDATE = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const LIST = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
const annotation = (line: number) => ({
  path: 'a.txt',
  start_line: line,
  end_line: line,
  annotation_level: 'failure' as const,
  message: 'no',
});

it('a check run collects annotations over its updates, 50 a request', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const head_sha = await fake.push({ branch: 'main', files: { 'a.txt': '1' } });
  const output = { title: 't', summary: 's' };
  const many = Array.from({ length: 50 }, (_, index) => annotation(index + 1));
  const made = await request(CREATE, {
    ...at,
    name: 'sluice / check',
    head_sha,
    output: { ...output, annotations: many },
  });
  const check_run_id = made.data.id as number;
  const end = {
    ...at,
    check_run_id,
    conclusion: 'failure' as const,
    output: { ...output, annotations: [annotation(51)] },
  };
  const { data } = await request(UPDATE, end);
  expect(data).toMatchObject({ status: 'completed', conclusion: 'failure', output: { annotations_count: 51 } });
  const page = await request('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', {
    ...at,
    check_run_id,
    page: 2,
  });
  expect(page.data.map(({ start_line }) => start_line)).toEqual(Array.from({ length: 21 }, (_, index) => index + 31));
});

it('lists the newest run of each name and App, or all', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const ref = await fake.push({ branch: 'main', files: { 'a.txt': '1' } });
  fake.setChecks(ref, [{ name: 'ci', state: 'failure' }]);
  fake.setChecks(ref, [
    { name: 'ci', state: 'success' },
    { name: 'ci', state: 'failure', app: 'circleci' },
  ]);
  const seen = async (query: object): Promise<unknown> =>
    (await request(LIST, { ...at, ref, ...query })).data.check_runs.map(({ app, conclusion }) => [
      app?.slug,
      conclusion,
    ]);
  expect(await seen({})).toEqual([
    ['circleci', 'failure'],
    ['github-actions', 'success'],
  ]);
  expect(await seen({ filter: 'all' })).toHaveLength(3);
  expect(await seen({ check_name: 'other' })).toEqual([]);
});

it('only an App makes check runs, on a commit that is there, and changes only its own', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const head_sha = await fake.push({ branch: 'main', files: { 'a.txt': '1' } });
  const person = askerOf(fake, { login: 'alice' });
  await expect(person.request(CREATE, { ...at, name: 'x', head_sha })).rejects.toMatchObject({ status: 403 });
  await expect(request(CREATE, { ...at, name: 'x', head_sha: '1'.repeat(40) })).rejects.toMatchObject({ status: 422 });
  fake.setChecks(head_sha, [{ name: 'ci', state: 'pending', app: 'circleci' }]);
  const check_run_id = fake.checkRuns(head_sha)[0]?.id ?? 0;
  await expect(request(UPDATE, { ...at, check_run_id, status: 'queued' })).rejects.toMatchObject({ status: 403 });
});

it('statuses of a commit are combined from the newest of each context', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const sha = await fake.push({ branch: 'main', files: { 'a.txt': '1' } });
  const COMBINED = 'GET /repos/{owner}/{repo}/commits/{ref}/status';
  expect((await request(COMBINED, { ...at, ref: sha })).data).toMatchObject({ state: 'pending', total_count: 0 });
  const put = (context: string, state: 'success' | 'failure') =>
    request('POST /repos/{owner}/{repo}/statuses/{sha}', { ...at, sha, context, state });
  await put('ci', 'failure');
  await put('lint', 'success');
  expect((await request(COMBINED, { ...at, ref: 'main' })).data).toMatchObject({
    state: 'failure',
    total_count: 2,
    sha,
  });
  await put('ci', 'success');
  expect((await request(COMBINED, { ...at, ref: 'heads/main' })).data).toMatchObject({
    state: 'success',
    total_count: 2,
  });
  const { data } = await request('GET /repos/{owner}/{repo}/commits/{ref}/statuses', { ...at, ref: sha });
  expect(data.map(({ context }) => context)).toEqual(['ci', 'lint', 'ci']);
});
