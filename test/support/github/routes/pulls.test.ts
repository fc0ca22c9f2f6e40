import { expect, it } from 'vitest';
import { githubInTest } from '../in-test.ts';
import { askerOf } from './octokit-in-test.ts';

const ONE = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const FILES = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
const OF_COMMIT = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';

it('shows a pull request from a branch here: head, files with their hunks, commits', async () => {
  const fake = await githubInTest({ files: { 'old name.txt': 'one\ntwo\nthree\nfour\n', 'gone.txt': 'x\n' } });
  const { request, at } = askerOf(fake);
  const branch = "it's-$(id)";
  const { number: pull_number, head } = await fake.openPull({
    branch,
    files: { 'old name.txt': null, 'new.txt': 'one\ntwo\nthree\nfour!\n', 'gone.txt': null, 'é.bin': '\0\u0001' },
  });
  const { data: pull } = await request(ONE, { ...at, pull_number });
  expect(pull).toMatchObject({
    state: 'open',
    merged: false,
    commits: 1,
    changed_files: 3,
    head: { ref: branch, sha: head },
  });
  expect(pull.head.repo.fork).toBe(false);
  const { data: files } = await request(FILES, { ...at, pull_number });
  expect(files.map(({ filename, status, previous_filename }) => [filename, status, previous_filename])).toEqual([
    ['gone.txt', 'removed', undefined],
    ['new.txt', 'renamed', 'old name.txt'],
    ['é.bin', 'added', undefined],
  ]);
  expect(files[1]).toMatchObject({
    additions: 1,
    deletions: 1,
    patch: '@@ -1,4 +1,4 @@\n one\n two\n three\n-four\n+four!',
  });
  expect(files[2]?.patch).toBeUndefined();
  const { data: commits } = await request('GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', {
    ...at,
    pull_number,
  });
  expect(commits.map(({ sha }) => sha)).toEqual([head]);
});

it('a fork brings its head to a ref of the pull request, and no branch', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const { number: pull_number, head } = await fake.openPull({ branch: 'patch-1', fork: 'mallory', files: { a: '1' } });
  const { data } = await request(ONE, { ...at, pull_number });
  expect(data.head).toMatchObject({
    sha: head,
    label: 'mallory:patch-1',
    repo: { fork: true, full_name: 'mallory/shop' },
  });
  expect(data).toMatchObject({ user: { login: 'mallory' }, author_association: 'NONE' });
  const refs = await fake.state.git.refs('refs/');
  const own = `refs/pull/${String(pull_number)}`;
  expect(refs.map(({ name }) => name)).toEqual(['refs/heads/main', `${own}/head`, `${own}/merge`]);
  const next = await fake.pushToPull(pull_number, { a: '2' });
  expect((await request(ONE, { ...at, pull_number })).data).toMatchObject({ commits: 2, head: { sha: next } });
});

it('finds the pull requests of a commit: every open one before the merge, the merged one after', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const { number, head } = await fake.openPull({ branch: 'next', files: { a: '1' } });
  await fake.openPull({ branch: 'next', base: 'main', title: 'the same again' });
  const numbers = async (commit_sha: string): Promise<unknown> =>
    (await request(OF_COMMIT, { ...at, commit_sha })).data.map((pull) => pull.number);
  expect(await numbers(head)).toEqual([1, 2]);
  const merge = await fake.mergePull(number, 'bob');
  expect(await numbers(head)).toEqual([1]);
  expect(await numbers(merge)).toEqual([1]);
  const { data } = await request(ONE, { ...at, pull_number: number });
  expect(data).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: merge, merged_by: { login: 'bob' } });
  const open = await request('GET /repos/{owner}/{repo}/pulls', { ...at, head: 'acme:next' });
  expect(open.data.map((pull) => pull.number)).toEqual([2]);
});

it('reviews are listed in order with the commit they saw; nobody approves their own', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const { number, head } = await fake.openPull({ branch: 'next', by: 'alice', files: { a: '1' } });
  await fake.review({ number, by: 'bob', state: 'CHANGES_REQUESTED' });
  const next = await fake.pushToPull(number, { a: '2' });
  await fake.review({ number, by: 'bob' });
  await expect(fake.review({ number, by: 'alice' })).rejects.toMatchObject({ status: 422 });
  const { data } = await request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    ...at,
    pull_number: number,
  });
  expect(data.map(({ user, state, commit_id }) => [user?.login, state, commit_id])).toEqual([
    ['bob', 'CHANGES_REQUESTED', head],
    ['bob', 'APPROVED', next],
  ]);
});
