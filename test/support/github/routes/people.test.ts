import { expect, it } from 'vitest';
import { githubInTest } from '../in-test.ts';
import { askerOf } from './octokit-in-test.ts';

const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
const MEMBERSHIP = 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}';

it.each([
  ['read', 'read'],
  ['triage', 'read'],
  ['write', 'write'],
  ['maintain', 'write'],
  ['admin', 'admin'],
] as const)('says the role %s by its name, folded to %s', async (role, permission) => {
  const fake = await githubInTest();
  fake.person({ login: 'Alice', role });
  const { request, at } = askerOf(fake);
  const { data } = await request(PERMISSION, { ...at, username: 'alice' });
  expect(data).toMatchObject({ permission, role_name: role, user: { login: 'Alice' } });
});

it('strangers and Apps have no role: 404', async () => {
  const fake = await githubInTest();
  fake.person({ login: 'stranger' });
  fake.person({ login: 'sluice[bot]', type: 'Bot', role: 'admin' });
  const { request, at } = askerOf(fake);
  for (const username of ['stranger', 'nobody', 'sluice[bot]']) {
    await expect(request(PERMISSION, { ...at, username })).rejects.toMatchObject({ status: 404 });
  }
});

it('an account is found by its login whatever its case, and by nobody elses', async () => {
  const fake = await githubInTest();
  const { id } = fake.person({ login: 'Alice' });
  const { request } = askerOf(fake);
  expect((await request('GET /users/{username}', { username: 'ALICE' })).data).toMatchObject({ id, login: 'Alice' });
  await expect(request('GET /users/{username}', { username: 'bob' })).rejects.toMatchObject({ status: 404 });
});

it('says who is in a team to a token that may read members, and 403 to a token of a workflow', async () => {
  const fake = await githubInTest();
  fake.person({ login: 'alice', teams: ['sre'] });
  const of = (username: string) => ({ org: fake.owner, team_slug: 'sre', username });
  const allowed = askerOf(fake);
  expect((await allowed.request(MEMBERSHIP, of('alice'))).data).toMatchObject({ state: 'active', role: 'member' });
  await expect(allowed.request(MEMBERSHIP, of('bob'))).rejects.toMatchObject({ status: 404 });
  const { data } = await allowed.request('GET /orgs/{org}/teams/{team_slug}/members', {
    org: fake.owner,
    team_slug: 'sre',
  });
  expect(data.map(({ login }) => login)).toEqual(['alice']);
  const workflow = askerOf(fake, { permissions: { contents: 'write' } });
  await expect(workflow.request(MEMBERSHIP, of('alice'))).rejects.toMatchObject({ status: 403 });
});
