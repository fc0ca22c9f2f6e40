import { describe, expect, it } from 'vitest';
import { printMessage } from '../../../../src/core/external/message.ts';
import { blobOid } from '../../../../src/core/external/oid.ts';
import { sealOf } from '../../../../src/core/external/seal.ts';
import type { StoredCommit } from '../../../../src/ports/store.ts';
import { isConflict } from '../../../../src/ports/store.ts';
import { githubInTest } from '../../../support/github/in-test.ts';
import type { FakeGithub } from '../../../support/github/types.ts';
import { byHand, clientOf, storeOf } from './bench.ts';

const BRANCH = 'sluice-state';

async function begun(): Promise<FakeGithub> {
  const fake = await githubInTest();
  const store = storeOf(fake);
  for (const text of ['1', '2']) {
    const trailers = [['Sluice-Event', 'flag.enabled']] as const;
    const result = await store.commit(await store.read([]), [{ path: 'flags/a.json', text }], {
      title: text,
      trailers,
    });
    if (isConflict(result)) throw new Error('conflict');
  }
  return fake;
}

/** As a process sees it that knows nothing yet. */
const seen = (fake: FakeGithub): Promise<readonly StoredCommit[]> => storeOf(fake).history({ lean: true });

/** The message of a commit as git has it. */
async function messageOf(fake: FakeGithub, sha: string): Promise<string> {
  const { data } = await clientOf(fake).request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    owner: fake.owner,
    repo: fake.repo,
    commit_sha: sha,
  });
  return data.message;
}

const PERSON = { name: 'Ann', email: 'ann@example.com' };

describe('a commit of the state branch', () => {
  it('is sealed at sight where GitHub made it: no call is spent on its files', async () => {
    const fake = await begun();
    const since = fake.calls.length;
    const [newest] = await storeOf(fake).history({ limit: 1, lean: true });
    expect(newest?.sealed).toBe(true);
    expect(fake.calls.slice(since).filter(({ route }) => route.includes('/commits/'))).toEqual([]);
  });

  it('R-805 is not sealed when a person pushed it, with whatever trailers it copies', async () => {
    const fake = await begun();
    const [newest] = await seen(fake);
    const message = await messageOf(fake, newest?.revision ?? '');
    expect(message).toContain('Sluice-Parent');
    await byHand(fake, [{ path: 'flags/a.json', text: '3' }], 'edit');
    await byHand(fake, [{ path: 'flags/a.json', text: '2' }], message);
    await byHand(
      fake,
      [{ path: 'flags/a.json', text: '1' }],
      `Revert "2"\n\nThis reverts commit ${newest?.revision}.\n`,
    );
    expect((await seen(fake)).map(({ sealed }) => sealed)).toEqual([false, false, false, true, true]);
  });

  it('R-805 is not sealed when it was amended: another text on the same parent, with its seal', async () => {
    const fake = await begun();
    const [newest, first] = await seen(fake);
    const message = await messageOf(fake, newest?.revision ?? '');
    await clientOf(fake).request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
      owner: fake.owner,
      repo: fake.repo,
      ref: `heads/${BRANCH}`,
      sha: first?.revision ?? '',
      force: true,
    });
    await fake.push({ branch: BRANCH, files: { 'flags/a.json': 'amended' }, message, author: PERSON });
    const after = await seen(fake);
    expect(after.map(({ sealed }) => sealed)).toEqual([false, true]);
    expect(after[0]?.parents).toEqual([first?.revision]);
  });

  it('R-805 is not sealed as a squash or cherry-pick that GitHub made and signed: it names another parent', async () => {
    const fake = await begun();
    const [newest] = await seen(fake);
    const [headline = '', ...rest] = (await messageOf(fake, newest?.revision ?? '')).split('\n\n');
    const contents = Buffer.from('squashed').toString('base64');
    const input = {
      branch: { repositoryNameWithOwner: `${fake.owner}/${fake.repo}`, branchName: BRANCH },
      expectedHeadOid: newest?.revision,
      message: { headline: `* ${headline}`, body: rest.join('\n\n') },
      fileChanges: { additions: [{ path: 'flags/a.json', contents }] },
    };
    const query =
      'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { clientMutationId } }';
    await clientOf(fake).graphql(query, { input });
    const [squashed] = await seen(fake);
    expect(squashed?.trailers.get('Sluice-Parent')).not.toBe(squashed?.parents[0]);
    expect(squashed?.sealed).toBe(false);
  });

  it('R-805 names what differs also where it writes over a path that nobody had read: a full check finds it sealed', async () => {
    const fake = await begun();
    const store = storeOf(fake);
    const snapshot = await store.read([]);
    const same = (await storeOf(fake).read(['flags/a.json'])).files.get('flags/a.json')?.text ?? '';
    const changes = [
      { path: 'flags/a.json', text: same },
      { path: 'flags/b.json', text: 'new' },
    ];
    await store.commit(snapshot, changes, { title: 'over what nobody read', trailers: [] });
    const [commit] = await storeOf(fake).history({ limit: 1 });
    expect(commit?.changes.map(({ path }) => path)).toEqual(['flags/b.json']);
    expect(commit?.trailers.get('Sluice-Seal')).toBe(
      sealOf(commit?.parents[0] ?? null, [{ path: 'flags/b.json', after: blobOid('new') }]),
    );
  });

  it('is checked in full where the store git pushed it, and sealed if its seal holds', async () => {
    const fake = await begun();
    const head = (await seen(fake))[0]?.revision ?? '';
    const seal = sealOf(head, [{ path: 'flags/a.json', after: blobOid('git') }]);
    await byHand(fake, [{ path: 'flags/a.json', text: 'git' }], printMessage({ title: 'by git', trailers: [] }, seal));
    const wrong = printMessage({ title: 'wrong', trailers: [] }, 'f'.repeat(64));
    await byHand(fake, [{ path: 'flags/a.json', text: 'wrong' }], wrong);
    expect((await seen(fake)).slice(0, 2).map(({ sealed }) => sealed)).toEqual([false, true]);
  });
});
