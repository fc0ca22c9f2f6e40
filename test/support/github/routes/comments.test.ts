import { expect, it } from 'vitest';
import { githubInTest } from '../in-test.ts';
import { askerOf } from './octokit-in-test.ts';

const CREATE = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const LIST = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
const ONE = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const REACT = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions';

it('a comment is said, edited, read and deleted', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const issue_number = fake.openIssue('hello');
  const { data: said } = await request(CREATE, { ...at, issue_number, body: 'one' });
  const comment_id = said.id as number;
  expect(said.performed_via_github_app?.slug).toBe('github-actions');
  await request(`PATCH ${ONE}`, { ...at, comment_id, body: 'two' });
  expect((await request(`GET ${ONE}`, { ...at, comment_id })).data.body).toBe('two');
  expect((await request(`DELETE ${ONE}`, { ...at, comment_id })).status).toBe(204);
  await expect(request(`GET ${ONE}`, { ...at, comment_id })).rejects.toMatchObject({ status: 404 });
  expect(fake.comments(issue_number)).toEqual([]);
});

it('takes 65,536 characters and no more', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const issue_number = fake.openIssue('hello');
  expect((await request(CREATE, { ...at, issue_number, body: 'x'.repeat(65_536) })).status).toBe(201);
  await expect(request(CREATE, { ...at, issue_number, body: 'x'.repeat(65_537) })).rejects.toMatchObject({
    status: 422,
  });
  await expect(request(CREATE, { ...at, issue_number, body: ' ' })).rejects.toMatchObject({ status: 422 });
  await expect(request(CREATE, { ...at, issue_number: 9, body: 'x' })).rejects.toMatchObject({ status: 404 });
});

it('lists the comments of one issue or pull request, oldest first, in pages of at most 100', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const { number } = await fake.openPull({ branch: 'next', files: { a: '1' } });
  for (let index = 0; index < 103; index += 1) fake.comment({ number, by: 'alice', body: String(index) });
  fake.comment({ number: fake.openIssue('other'), by: 'alice', body: 'elsewhere' });
  const first = await request(LIST, { ...at, issue_number: number, per_page: 100 });
  expect(first.data).toHaveLength(100);
  expect(first.headers.link).toContain('rel="next"');
  const { data } = await request(LIST, { ...at, issue_number: number, per_page: 100, page: 2 });
  expect(data.map(({ body }) => body)).toEqual(['100', '101', '102']);
  expect(data[0]?.html_url).toContain(`/pull/${String(number)}#issuecomment-`);
});

it('the same reaction twice is one reaction: 201, then 200', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const { id: comment_id } = fake.comment({ number: fake.openIssue('hello'), by: 'alice', body: '.deploy' });
  expect((await request(REACT, { ...at, comment_id, content: 'eyes' })).status).toBe(201);
  expect((await request(REACT, { ...at, comment_id, content: 'eyes' })).status).toBe(200);
  const bob = askerOf(fake, { login: 'bob' });
  expect((await bob.request(REACT, { ...at, comment_id, content: 'eyes' })).status).toBe(201);
  const { data } = await request(`GET ${ONE}`, { ...at, comment_id });
  expect(data.reactions).toMatchObject({ eyes: 2, total_count: 2 });
  expect(fake.comments(1)[0]?.reactions.map(({ user }) => user.login)).toEqual(['github-actions[bot]', 'bob']);
});
