import { Octokit } from '@octokit/core';
import { expect, it } from 'vitest';
import { githubInTest } from './in-test.ts';

it('makes a commit through the git database as GitHub does', async () => {
  const fake = await githubInTest({ files: { 'a.txt': 'a\n', 'deep/b.txt': 'b\n' } });
  const octokit = new Octokit({ auth: fake.token(), baseUrl: fake.apiUrl });
  const at = { owner: fake.owner, repo: fake.repo };
  const { data: head } = await octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at, ref: 'heads/main' });
  const { data: tree } = await octokit.request('POST /repos/{owner}/{repo}/git/trees', {
    ...at,
    base_tree: head.object.sha,
    tree: [
      { path: 'deep/c.txt', mode: '100644', type: 'blob', content: 'c\n' },
      { path: 'a.txt', mode: '100644', type: 'blob', sha: null },
    ],
  });
  const { data: commit } = await octokit.request('POST /repos/{owner}/{repo}/git/commits', {
    ...at,
    message: 'more',
    tree: tree.sha,
    parents: [head.object.sha],
  });
  await octokit.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...at, ref: 'heads/main', sha: commit.sha });
  const files = (await fake.state.git.run(['ls-tree', '-r', '--name-only', 'main'])).toString();
  expect(files).toBe('deep/b.txt\ndeep/c.txt\n');
});
