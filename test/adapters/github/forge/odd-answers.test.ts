import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { githubClient } from '../../../../src/adapters/github/client/client.ts';
import { githubForge } from '../../../../src/adapters/github/forge/forge.ts';
import type { Forge } from '../../../../src/ports/forge.ts';
import { githubWithHands, clientOf } from './bench.ts';

const SHA = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const REPOSITORY = '/repos/acme/shop';

const forge = (): Forge =>
  githubForge(
    githubClient({
      token: 'ghs_secret',
      owner: 'acme',
      repo: 'shop',
      clock: { now: Date.now, sleep: async () => undefined },
      log: () => undefined,
    }),
  );

const github = (): nock.Scope => nock('https://api.github.com');

describe('odd answers of GitHub', () => {
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => nock.cleanAll());
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });

  it('a deployment of another commit is marked as an error and refused', async () => {
    const deployment = { id: 7, sha: OTHER, environment: 'production', payload: {} };
    const marked: unknown[] = [];
    github().post(`${REPOSITORY}/deployments`).reply(201, deployment);
    github()
      .post(`${REPOSITORY}/deployments/7/statuses`, (body: unknown) => marked.push(body) > 0)
      .reply(201, {});
    const request = { sha: SHA, environment: 'production', rollout: 'r-1', description: '', production: true };
    await expect(forge().deployments.create(request)).rejects.toMatchObject({ code: 'sha-moved' });
    expect(marked).toMatchObject([{ state: 'error' }]);
  });

  it('checks of another commit in the middle of the pages are refused', async () => {
    const run = (id: number, head_sha: string) => ({
      id,
      head_sha,
      name: `c${id}`,
      status: 'completed',
      conclusion: 'success',
      app: { id: 1 },
    });
    const link = { link: '<https://api.github.com/x?page=2>; rel="next"' };
    const runs = `${REPOSITORY}/commits/${SHA}/check-runs`;
    github()
      .get(runs)
      .query(({ page }) => page === '1')
      .reply(200, { total_count: 2, check_runs: [run(1, SHA)] }, link);
    github()
      .get(runs)
      .query(({ page }) => page === '2')
      .reply(200, { total_count: 2, check_runs: [run(2, OTHER)] });
    github().get(`${REPOSITORY}/commits/${SHA}/status`).query(true).reply(200, { sha: SHA, statuses: [] });
    await expect(forge().code.checksOf(SHA)).rejects.toMatchObject({ code: 'sha-moved' });
  });

  it.each(['stale', 'startup_failure', 'something-new', null])(
    'a check that ended as %s is not green',
    async (conclusion) => {
      const run = { id: 1, head_sha: SHA, name: 'ci', status: 'completed', conclusion, app: null };
      github()
        .get(`${REPOSITORY}/commits/${SHA}/check-runs`)
        .query(true)
        .reply(200, { total_count: 1, check_runs: [run] });
      github().get(`${REPOSITORY}/commits/${SHA}/status`).query(true).reply(200, { sha: SHA, statuses: [] });
      expect((await forge().code.checksOf(SHA)).state).toBe('red');
    },
  );

  it('a role of the organisation own making counts as what it is built on', async () => {
    const user = { id: 5, login: 'alice', type: 'User' };
    github()
      .get(`${REPOSITORY}/collaborators/alice/permission`)
      .reply(200, { permission: 'write', role_name: 'release-captain', user });
    expect(await forge().people.rights({ id: '5', login: 'alice' }, [])).toEqual({ role: 'write', teams: [] });
  });

  it('an invitation to a team that is not answered yet is no membership', async () => {
    const user = { id: 5, login: 'alice', type: 'User' };
    github()
      .get(`${REPOSITORY}/collaborators/alice/permission`)
      .reply(200, { permission: 'read', role_name: 'read', user });
    github().get('/orgs/acme/teams/ops/memberships/alice').reply(200, { state: 'pending', role: 'member' });
    expect(await forge().people.rights({ id: '5', login: 'alice' }, ['ops'])).toEqual({ role: 'read', teams: [] });
  });

  it('a review by a deleted account is nobody', async () => {
    const review = { user: null, state: 'APPROVED', commit_id: SHA };
    github().get(`${REPOSITORY}/pulls/1/reviews`).query(true).reply(200, [review]);
    expect(await forge().code.reviewsOf(1)).toEqual([]);
  });

  it('lists without an end are given up, and nothing is concluded', async () => {
    const link = { link: '<https://api.github.com/x?page=2>; rel="next"' };
    github().get(`${REPOSITORY}/pulls/1/reviews`).query(true).times(100).reply(200, [], link);
    await expect(forge().code.reviewsOf(1)).rejects.toThrow(/more than 10000 entries/);
  });

  it('a token that GitHub does not know is named as such, and never shown', async () => {
    github().get(`${REPOSITORY}/environments`).query(true).reply(401, { message: 'Bad credentials' });
    const asking = forge().deployments.environments();
    await expect(asking).rejects.toMatchObject({ code: 'token-missing', status: 401 });
    await asking.catch((error: unknown) => expect(String(error)).not.toContain('ghs_secret'));
  });
});

describe('a GitHub that does not answer', () => {
  it('is given up after the time-out, and a gate says so', async () => {
    const fake = await githubWithHands();
    const sha = await fake.push({ branch: 'main', files: { a: '1' } });
    fake.fault({ route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs', delay: 400, times: 9 });
    const slow = githubForge(clientOf(fake, { timeout: 50 }));
    await expect(slow.code.checksOf(sha)).rejects.toMatchObject({ name: 'ForgeError', code: 'unreachable' });
  });

  it('is asked again where that is harmless', async () => {
    const fake = await githubWithHands();
    const sha = await fake.push({ branch: 'main', files: { a: '1' } });
    fake.fault({ route: 'GET /repos/{owner}/{repo}/commits/{ref}/status', status: 503, body: {}, times: 2 });
    expect((await githubForge(clientOf(fake)).code.checksOf(sha)).state).toBe('green');
  });
});
