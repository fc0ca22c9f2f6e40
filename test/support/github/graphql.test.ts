import { Octokit } from '@octokit/core';
import { expect, it } from 'vitest';
import { githubInTest } from './in-test.ts';
import type { FakeGithub } from './types.ts';

const COMMIT = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid tree { oid } } }
}`;

interface Made {
  readonly createCommitOnBranch: { readonly commit: { readonly oid: string; readonly tree: { readonly oid: string } } };
}

interface Change {
  readonly head: string;
  readonly branch?: string;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

function committer(fake: FakeGithub, token: string = fake.token()): (change: Change) => Promise<string> {
  const octokit = new Octokit({ auth: token, baseUrl: fake.apiUrl });
  return async ({ head, branch = 'main', add = {}, remove = [] }) => {
    const input = {
      branch: { repositoryNameWithOwner: `${fake.owner}/${fake.repo}`, branchName: branch },
      expectedHeadOid: head,
      message: { headline: 'a change', body: 'why' },
      fileChanges: {
        additions: Object.entries(add).map(([path, text]) => ({
          path,
          contents: Buffer.from(text).toString('base64'),
        })),
        deletions: remove.map((path) => ({ path })),
      },
    };
    return (await octokit.graphql<Made>(COMMIT, { input })).createCommitOnBranch.commit.oid;
  };
}

const headOf = async (fake: FakeGithub): Promise<string> => (await fake.state.git.ref('refs/heads/main'))?.oid ?? '';
const log = async (fake: FakeGithub, format: string): Promise<string> =>
  (await fake.state.git.run(['log', '-1', `--format=${format}`, 'main'])).toString().trim();

it('commits files on a branch as the account of the token, committed by GitHub', async () => {
  const fake = await githubInTest({ files: { 'a.json': '1\n', 'deep/b.json': '2\n' } });
  fake.setClock(Date.parse('2026-03-01T10:00:00Z'));
  const commit = committer(fake);
  await commit({ head: await headOf(fake), add: { 'deep/c.json': '3\n', 'a.json': '4\n' }, remove: ['deep/b.json'] });
  expect(await log(fake, '%an|%cn <%ce>|%ct|%s|%b')).toBe(
    `github-actions[bot]|GitHub <noreply@github.com>|${String(Date.parse('2026-03-01T10:00:00Z') / 1_000)}|a change|why`,
  );
  expect((await fake.state.git.run(['ls-tree', '-r', '--name-only', 'main'])).toString()).toBe('a.json\ndeep/c.json\n');
  expect((await fake.state.git.run(['fsck', '--strict', '--full'])).toString()).toBe('');
});

it('takes a commit without files', async () => {
  const fake = await githubInTest();
  const before = await headOf(fake);
  const made = await committer(fake)({ head: before });
  expect(await headOf(fake)).toBe(made);
  expect(await log(fake, '%P')).toBe(before);
});

it('refuses a stale head with STALE_DATA and leaves the branch', async () => {
  const fake = await githubInTest();
  const old = await headOf(fake);
  const commit = committer(fake);
  const now = await commit({ head: old, add: { 'a.json': '1' } });
  await expect(commit({ head: old, add: { 'b.json': '1' } })).rejects.toMatchObject({
    errors: [
      {
        type: 'STALE_DATA',
        path: ['createCommitOnBranch'],
        message: `Expected branch to point to "${old}" but it did not.  Pull and try again.`,
      },
    ],
  });
  expect(await headOf(fake)).toBe(now);
});

it('lets one of eight commits at the same head through', async () => {
  const fake = await githubInTest();
  const head = await headOf(fake);
  const commit = committer(fake);
  fake.barrier('POST /graphql createCommitOnBranch', 8);
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => commit({ head, add: { [`f${String(index)}.json`]: '1' } })),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await log(fake, '%P')).toBe(head);
});

it.each([
  ['a path that is not there is deleted', { remove: ['gone.json'], add: { 'new.json': '1' } }, 'UNPROCESSABLE'],
  ['the branch is missing', { branch: 'nowhere', add: { 'new.json': '1' } }, 'NOT_FOUND'],
])('makes no commit where %s', async (_what, change, type) => {
  const fake = await githubInTest();
  const head = await headOf(fake);
  await expect(committer(fake)({ head, ...change })).rejects.toMatchObject({ errors: [{ type }] });
  expect(await headOf(fake)).toBe(head);
});

it('refuses a token without contents: write', async () => {
  const fake = await githubInTest();
  const commit = committer(fake, fake.token({ permissions: { contents: 'read' } }));
  await expect(commit({ head: await headOf(fake) })).rejects.toMatchObject({
    errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
  });
});

it('reads head, blobs, trees and history in one query', async () => {
  const fake = await githubInTest({ files: { 'flags/a.json': '{"a":1}\n', 'flags/bin': 'x\0y' } });
  const first = await headOf(fake);
  const second = await committer(fake)({ head: first, add: { 'flags/c.json': 'c' } });
  const octokit = new Octokit({ auth: fake.token({ permissions: { contents: 'read' } }), baseUrl: fake.apiUrl });
  const answer = await octokit.graphql(
    `query ($owner: String!, $name: String!, $path: String!) {
      repository(owner: $owner, name: $name) {
        ref(qualifiedName: "refs/heads/main") {
          target { oid ... on Commit {
            history(first: 1) { nodes { oid message signature { isValid wasSignedByGitHub } author { name user { login } } } pageInfo { hasNextPage endCursor } }
          } }
        }
        a: object(expression: $path) { oid ... on Blob { text byteSize isBinary isTruncated } }
        binary: object(expression: "main:flags/bin") { ... on Blob { text isBinary } }
        tree: object(expression: "main:flags") { ... on Tree { entries { name path type mode size oid } } }
        none: object(expression: "main:nothing") { oid }
      }
      rateLimit { remaining cost }
    }`,
    { owner: fake.owner, name: fake.repo, path: 'main:flags/a.json' },
  );
  expect(answer).toMatchObject({
    repository: {
      ref: {
        target: {
          oid: second,
          history: {
            nodes: [{ oid: second, message: 'a change\n\nwhy', signature: { isValid: true } }],
            pageInfo: { hasNextPage: true },
          },
        },
      },
      a: { text: '{"a":1}\n', byteSize: 8, isBinary: false, isTruncated: false },
      binary: { text: null, isBinary: true },
      tree: {
        entries: [
          { name: 'a.json', path: 'flags/a.json', type: 'blob', mode: 0o100644, size: 8 },
          { name: 'bin' },
          { name: 'c.json' },
        ],
      },
      none: null,
    },
  });
  expect(fake.calls.at(-1)?.route).toBe('POST /graphql repository rateLimit');
});

it('updates several refs by compare-and-swap, all or none', async () => {
  const fake = await githubInTest();
  const first = await headOf(fake);
  const second = await committer(fake)({ head: first, add: { a: '1' } });
  const octokit = new Octokit({ auth: fake.token(), baseUrl: fake.apiUrl });
  const zero = '0'.repeat(40);
  const { repository } = await octokit.graphql<{ repository: { id: string } }>(
    '{ repository(owner: "acme", name: "shop") { id } }',
  );
  const update = (refUpdates: readonly unknown[]): Promise<unknown> =>
    octokit.graphql('mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }', {
      input: { repositoryId: repository.id, refUpdates },
    });
  await update([{ name: 'refs/sluice/sent/slack', beforeOid: zero, afterOid: first }]);
  await expect(
    update([
      { name: 'refs/sluice/other', beforeOid: zero, afterOid: first },
      { name: 'refs/sluice/sent/slack', beforeOid: second, afterOid: second },
    ]),
  ).rejects.toThrow(/could not be updated/);
  expect(await fake.state.git.ref('refs/sluice/other')).toBeUndefined();
  await update([{ name: 'refs/sluice/sent/slack', beforeOid: first, afterOid: zero }]);
  expect(await fake.state.git.ref('refs/sluice/sent/slack')).toBeUndefined();
});

it('says that a field is not served instead of null', async () => {
  const { openFakeGithub } = await import('./fake.ts');
  const fake = await openFakeGithub();
  const octokit = new Octokit({ auth: fake.token(), baseUrl: fake.apiUrl });
  await expect(octokit.graphql('{ repository(owner: "acme", name: "shop") { stargazerCount } }')).rejects.toThrow(
    /serve/,
  );
  await expect(octokit.graphql('{ repository(owner: "acme", name: "shop") { nope } }')).rejects.toThrow(/nope/);
  expect(fake.violations).toEqual([
    'GraphQL: the fake does not serve Repository.stargazerCount',
    expect.stringContaining('Error: the fake does not serve Repository.stargazerCount'),
    expect.stringMatching(/Cannot query field "nope"/),
  ]);
  await fake.close();
});
