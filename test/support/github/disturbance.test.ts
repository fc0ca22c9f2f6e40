import { Octokit } from '@octokit/core';
import { expect, it } from 'vitest';
import { githubInTest } from './in-test.ts';
import type { FakeGithub } from './types.ts';

const AT = { owner: 'acme', repo: 'shop' } as const;
const REF = 'GET /repos/{owner}/{repo}/git/ref/{ref}';

const asker = (fake: FakeGithub): Octokit['request'] =>
  new Octokit({ auth: fake.token(), baseUrl: fake.apiUrl }).request;
const headOf = async (request: Octokit['request']): Promise<string> =>
  (await request(REF, { ...AT, ref: 'heads/main' })).data.object.sha;

it('answers with a planted status so often, after so many good answers', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  fake.fault({ route: REF, after: 1, times: 2, status: 502, headers: { 'retry-after': '7' } });
  const asked = async (): Promise<number> =>
    request(REF, { ...AT, ref: 'heads/main' }).then(
      ({ status }) => status,
      (error: unknown) => (error as { readonly status: number }).status,
    );
  expect([await asked(), await asked(), await asked(), await asked()]).toEqual([200, 502, 502, 200]);
  expect(fake.calls.map(({ route, status }) => [route, status])).toEqual(
    [200, 502, 502, 200].map((status) => [REF, status]),
  );
});

it('does what it was asked and loses the answer', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  const sha = await headOf(request);
  fake.fault({ route: 'POST /repos/{owner}/{repo}/git/refs', lost: true });
  const make = (): Promise<unknown> =>
    request('POST /repos/{owner}/{repo}/git/refs', { ...AT, ref: 'refs/heads/new', sha });
  await expect(make()).rejects.toMatchObject({ status: 500 });
  expect((await fake.state.git.ref('refs/heads/new'))?.oid).toBe(sha);
  await expect(make()).rejects.toMatchObject({ status: 422 });
});

it('has no effect where a status is planted', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  const sha = await headOf(request);
  fake.fault({ route: 'POST /repos/{owner}/{repo}/git/refs', status: 503 });
  const wanted = { ...AT, ref: 'refs/heads/new', sha };
  await expect(request('POST /repos/{owner}/{repo}/git/refs', wanted)).rejects.toMatchObject({ status: 503 });
  expect(await fake.state.git.ref('refs/heads/new')).toBeUndefined();
});

it('plants faults for one operation of GraphQL or for all', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  const query = 'query { rateLimit { cost } }';
  fake.fault({ route: 'POST /graphql repository', status: 502 });
  expect((await request('POST /graphql', { query })).status).toBe(200);
  fake.fault({ route: 'POST /graphql', status: 200, body: { errors: [{ type: 'STALE_DATA', message: 'planted' }] } });
  expect((await request('POST /graphql', { query })).data).toMatchObject({ errors: [{ type: 'STALE_DATA' }] });
});

it('moves a ref once it was read so often', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  const first = await headOf(request);
  const second = await fake.push({ branch: 'other', files: { 'a.txt': 'a' } });
  fake.moveAfter({ ref: 'main', reads: 2, sha: second });
  expect([await headOf(request), await headOf(request), await headOf(request)]).toEqual([first, first, second]);
});

it('holds requests at a barrier until all are there', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  fake.barrier(REF, 2);
  let ended = 0;
  const first = headOf(request).then(() => (ended += 1));
  await request('GET /repos/{owner}/{repo}', AT);
  expect(ended).toBe(0);
  await Promise.all([first, headOf(request)]);
  expect(ended).toBe(1);
});
