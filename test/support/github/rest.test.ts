import { Octokit } from '@octokit/core';
import { expect, it } from 'vitest';
import { folderWith, temporaryFolder } from '../folder.ts';
import { run } from '../process.ts';
import { gitIn } from '../repository.ts';
import { githubInTest } from './in-test.ts';
import type { FakeGithub, FakePermissions } from './types.ts';

const AT = { owner: 'acme', repo: 'shop' } as const;

const asker = (fake: FakeGithub, permissions?: FakePermissions): Octokit['request'] =>
  new Octokit({ auth: fake.token(permissions === undefined ? {} : { permissions }), baseUrl: fake.apiUrl }).request;

const git = async (fake: FakeGithub, ...args: readonly string[]): Promise<string> =>
  (await fake.state.git.run(args)).toString().trim();

it('writes blobs, trees and commits with the ids that git gives them', async () => {
  const fake = await githubInTest({ files: { 'a.txt': 'a\n', 'a/b.txt': 'b\n', 'a-b.txt': 'c\n' } });
  const request = asker(fake);
  const { data: head } = await request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...AT, ref: 'heads/main' });
  const { data: blob } = await request('POST /repos/{owner}/{repo}/git/blobs', { ...AT, content: 'ä\n' });
  const { data: tree } = await request('POST /repos/{owner}/{repo}/git/trees', {
    ...AT,
    base_tree: head.object.sha,
    tree: [
      { path: 'a/c/d.txt', mode: '100644', type: 'blob', sha: blob.sha },
      { path: 'a0.txt', mode: '100755', type: 'blob', content: 'x' },
      { path: 'a.txt', mode: '100644', type: 'blob', sha: null },
    ],
  });
  const { data: commit } = await request('POST /repos/{owner}/{repo}/git/commits', {
    ...AT,
    message: 'more\n',
    tree: tree.sha,
    parents: [head.object.sha],
    author: { name: 'Ada', email: 'ada@example.com', date: '2026-03-01T10:00:00Z' },
  });
  await request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...AT, ref: 'heads/main', sha: commit.sha });

  // The same with git alone, in a clone.
  const folder = await temporaryFolder();
  await gitIn(folder)('clone', '--quiet', fake.folder, '.');
  const own = gitIn(folder);
  await own('reset', '--quiet', '--hard', head.object.sha);
  await own('rm', '--quiet', 'a.txt');
  const made = await folderWith({ 'd.txt': 'ä\n', 'a0.txt': 'x' });
  await run('mkdir', ['-p', `${folder}/a/c`]);
  await run('cp', [`${made}/d.txt`, `${folder}/a/c/d.txt`]);
  await run('cp', [`${made}/a0.txt`, `${folder}/a0.txt`]);
  await run('chmod', ['755', `${folder}/a0.txt`]);
  await own('add', '--all');
  expect(tree.sha).toBe(await own('write-tree'));
  expect(blob.sha).toBe(await own('hash-object', 'a/c/d.txt'));
  expect(await git(fake, 'cat-file', '-p', 'main')).toMatch(
    /^tree \w+\nparent \w+\nauthor Ada <ada@example.com> 1772359200 \+0000\ncommitter Ada <ada@example.com> 1772359200 \+0000\n\nmore$/,
  );
  expect(await git(fake, 'fsck', '--strict', '--full')).toBe('');
});

it('lets one of eight moves of a ref through', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  const { data: head } = await request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...AT,
    commit_sha: await git(fake, 'rev-parse', 'main'),
  });
  const shas = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const wanted = { ...AT, message: `one ${String(index)}`, tree: head.tree.sha, parents: [head.sha] };
      return (await request('POST /repos/{owner}/{repo}/git/commits', wanted)).data.sha;
    }),
  );
  fake.barrier('PATCH /repos/{owner}/{repo}/git/refs/{ref}', 8);
  const results = await Promise.allSettled(
    shas.map((sha) => request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...AT, ref: 'heads/main', sha })),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(7);
  expect(refused.map(({ reason }) => (reason as { status: number }).status)).toEqual(
    Array.from({ length: 7 }, () => 422),
  );
});

it('makes, lists, moves and deletes refs of one’s own', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  const sha = await git(fake, 'rev-parse', 'main');
  const make = (): Promise<unknown> =>
    request('POST /repos/{owner}/{repo}/git/refs', { ...AT, ref: 'refs/sluice/sent/slack', sha });
  await make();
  await expect(make()).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('Reference already exists'),
  });
  const { data } = await request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', { ...AT, ref: 'sluice/se' });
  expect(data.map(({ ref }) => ref)).toEqual(['refs/sluice/sent/slack']);
  await request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...AT, ref: 'sluice/sent/slack' });
  await expect(
    request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...AT, ref: 'sluice/sent/slack' }),
  ).rejects.toMatchObject({ status: 404 });
  await expect(
    request('POST /repos/{owner}/{repo}/git/refs', { ...AT, ref: 'refs/heads/a..b', sha }),
  ).rejects.toMatchObject({ status: 422 });
});

it('refuses to move a ref backwards but by force', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  const first = await git(fake, 'rev-parse', 'main');
  await fake.push({ branch: 'main', files: { 'b.txt': 'b' } });
  const move = { ...AT, ref: 'heads/main', sha: first };
  await expect(request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', move)).rejects.toMatchObject({ status: 422 });
  await request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...move, force: true });
  expect(await git(fake, 'rev-parse', 'main')).toBe(first);
});

it('answers a question whose answer is known with 304, which costs nothing', async () => {
  const fake = await githubInTest();
  const request = asker(fake);
  const ask = (headers: Record<string, string> = {}) =>
    request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...AT, ref: 'heads/main', headers });
  const { headers } = await ask();
  const used = fake.state.rate.used;
  await expect(ask({ 'if-none-match': headers.etag ?? '' })).rejects.toMatchObject({ status: 304 });
  expect(fake.state.rate.used).toBe(used);
  await fake.push({ branch: 'main', files: { 'b.txt': 'b' } });
  expect((await ask({ 'if-none-match': headers.etag ?? '' })).status).toBe(200);
});

it('shows its clock, the budget and the permission that a route wants', async () => {
  const fake = await githubInTest();
  fake.setClock(Date.parse('2026-03-01T10:00:00Z'));
  const { headers } = await asker(fake)('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...AT, ref: 'heads/main' });
  expect(headers).toMatchObject({
    date: 'Sun, 01 Mar 2026 10:00:00 GMT',
    'x-accepted-github-permissions': 'contents=read',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-reset': String(Date.parse('2026-03-01T11:00:00Z') / 1_000),
  });
  fake.state.rate.used = 5_000;
  await expect(asker(fake)('GET /repos/{owner}/{repo}', AT)).rejects.toMatchObject({ status: 403 });
});

it('knows tokens, what they may do, and one repository', async () => {
  const fake = await githubInTest();
  const stranger = new Octokit({ auth: 'ghs_nobody', baseUrl: fake.apiUrl });
  await expect(stranger.request('GET /repos/{owner}/{repo}', AT)).rejects.toMatchObject({ status: 401 });
  const weak = asker(fake, { contents: 'read' });
  await expect(weak('POST /repos/{owner}/{repo}/git/blobs', { ...AT, content: '' })).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('Resource not accessible by integration'),
  });
  await expect(asker(fake, {})('GET /repos/{owner}/{repo}/commits', AT)).rejects.toMatchObject({ status: 403 });
  await expect(weak('GET /repos/{owner}/{repo}', { ...AT, repo: 'other' })).rejects.toMatchObject({ status: 404 });
});

it('reads and writes files by path, and refuses a stale one with 409', async () => {
  const fake = await githubInTest({ files: { 'docs/a.md': 'a\n' } });
  const request = asker(fake);
  const put = (more: { readonly path: string; readonly sha?: string }) =>
    request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...AT,
      message: 'm',
      content: Buffer.from('b\n').toString('base64'),
      ...more,
    });
  const { data: made } = await put({ path: 'docs/b.md' });
  expect(made.commit.verification?.verified).toBe(true);
  await expect(put({ path: 'docs/b.md' })).rejects.toMatchObject({ status: 422 });
  await expect(put({ path: 'docs/b.md', sha: '0'.repeat(40) })).rejects.toMatchObject({ status: 409 });
  const get = (path: string, accept = 'application/vnd.github+json') =>
    request('GET /repos/{owner}/{repo}/contents/{path}', { ...AT, path, ref: 'main', headers: { accept } });
  expect((await get('docs')).data).toMatchObject([
    { path: 'docs/a.md', type: 'file' },
    { path: 'docs/b.md', size: 2 },
  ]);
  expect((await get('docs/a.md')).data).toMatchObject({ encoding: 'base64', content: 'YQo=' });
  expect((await get('docs/a.md', 'application/vnd.github.raw')).data).toBe('a\n');
  expect((await get('')).data).toMatchObject([{ name: 'docs', type: 'dir' }]);
  await request('DELETE /repos/{owner}/{repo}/contents/{path}', {
    ...AT,
    path: 'docs/b.md',
    message: 'm',
    sha: String(made.content?.sha),
  });
  await expect(get('docs/b.md')).rejects.toMatchObject({ status: 404 });
});

it('shows a commit with its files, pages of history, and what lies between two', async () => {
  const fake = await githubInTest({ files: { 'a.txt': '1\n2\n3\n4\n5\n', 'gone.txt': 'x\n' } });
  fake.person({ login: 'ada', role: 'write' });
  const request = asker(fake);
  await fake.push({ branch: 'work', files: { 'a.txt': '1\n2\n3\n4\nfive\n', 'gone.txt': null, 'ü "b".txt': 'new\n' } });
  await fake.push({ branch: 'work', files: { 'moved/a.txt': '1\n2\n3\n4\nfive\n', 'a.txt': null } });
  const { data: commit } = await request('GET /repos/{owner}/{repo}/commits/{ref}', { ...AT, ref: 'work~0' }).catch(
    () => request('GET /repos/{owner}/{repo}/commits/{ref}', { ...AT, ref: 'work' }),
  );
  expect(commit.author).toMatchObject({ login: 'ada' });
  expect(commit.files).toMatchObject([
    { filename: 'moved/a.txt', previous_filename: 'a.txt', status: 'renamed', changes: 0 },
  ]);
  const { data: between } = await request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...AT,
    basehead: 'main...work',
  });
  expect(between).toMatchObject({ status: 'ahead', ahead_by: 2, total_commits: 2 });
  const files = Object.fromEntries((between.files ?? []).map(({ filename, ...file }) => [filename, file]));
  expect(files['moved/a.txt']).toMatchObject({
    additions: 1,
    deletions: 1,
    patch: expect.stringMatching(/^@@ .*\n(.*\n)*-5\n\+five$/),
  });
  expect(files['gone.txt']).toMatchObject({ status: 'removed', sha: await git(fake, 'rev-parse', 'main:gone.txt') });
  expect(files['ü "b".txt']).toMatchObject({ status: 'added', sha: await git(fake, 'rev-parse', 'work:ü "b".txt') });
  const page = (n: number) =>
    request('GET /repos/{owner}/{repo}/commits', { ...AT, sha: 'work', per_page: 2, page: n });
  const first = await page(1);
  expect(first.headers.link).toContain('page=2>; rel="next"');
  const second = await page(2);
  expect(second.headers.link).not.toContain('next');
  expect([...first.data, ...second.data].map(({ sha }) => sha)).toEqual(
    (await git(fake, 'rev-list', 'work')).split('\n'),
  );
  const byPath = await request('GET /repos/{owner}/{repo}/commits', { ...AT, sha: 'work', path: 'gone.txt' });
  expect(byPath.data).toHaveLength(2);
});

it('gives a branch as an archive', async () => {
  const fake = await githubInTest({ files: { 'deep/a.txt': 'a\n' } });
  const { data } = await asker(fake)('GET /repos/{owner}/{repo}/tarball/{ref}', { ...AT, ref: 'main' });
  const folder = await temporaryFolder();
  const { writeFile } = await import('node:fs/promises');
  await writeFile(`${folder}/a.tar.gz`, Buffer.from(data as ArrayBuffer));
  const { stdout } = await run('tar', ['-tzf', 'a.tar.gz'], { cwd: folder });
  expect(stdout).toMatch(/^acme-shop-\w{7}\/\n.*deep\/\n.*deep\/a\.txt\n$/);
});

it('serves clone and push over HTTP with a token as the password', async () => {
  const fake = await githubInTest({ files: { 'a.txt': 'a\n' } });
  const folder = await temporaryFolder();
  const own = gitIn(folder);
  const url = (token: string): string =>
    fake.serverUrl.replace('://', `://x-access-token:${token}@`) + '/acme/shop.git';
  await own('clone', '--quiet', url(fake.token({ permissions: { contents: 'read' } })), '.');
  await own(
    '-c',
    'user.name=Ada',
    '-c',
    'user.email=ada@example.com',
    'commit',
    '--quiet',
    '--allow-empty',
    '-m',
    'mine',
  );
  await expect(own('push', '--quiet', 'origin', 'main')).rejects.toThrow(/403/);
  await own('push', '--quiet', url(fake.token({ permissions: { contents: 'write' } })), 'HEAD:refs/heads/other');
  const { data } = await asker(fake)('GET /repos/{owner}/{repo}/branches', AT);
  expect(data.map(({ name }) => name)).toEqual(['main', 'other']);
  await expect(gitIn(await temporaryFolder())('clone', '--quiet', url('nobody'), '.')).rejects.toThrow(
    /Authentication failed/,
  );
});
