import { describe, expect, it } from 'vitest';
import { isConflict, type Snapshot, type Store } from '../../../../src/ports/store.ts';
import { githubInTest } from '../../../support/github/in-test.ts';
import type { FakeFault, FakeGithub } from '../../../support/github/types.ts';
import { byHand, clientOf, standing, storeOf } from './bench.ts';
import { given } from './given.ts';
import { githubStore } from '../../../../src/adapters/github/store/store.ts';

const WRITE = 'POST /graphql createCommitOnBranch';
const READ = 'POST /graphql repository';
const stale = {
  data: null,
  errors: [{ type: 'STALE_DATA', path: ['createCommitOnBranch'], message: 'moved, in other words' }],
};

async function begun(): Promise<{ readonly fake: FakeGithub; readonly store: Store; readonly snapshot: Snapshot }> {
  const fake = await githubInTest();
  const store = storeOf(fake);
  const first = await store.commit(await store.read(['a']), [{ path: 'a', text: '1' }], {
    title: 'first',
    trailers: [],
  });
  if (isConflict(first)) throw new Error('conflict');
  return { fake, store, snapshot: first };
}

const change = (snapshot: Snapshot, store: Store) =>
  store.commit(snapshot, [{ path: 'a', text: '2' }], { title: 'second', trailers: [['Sluice-Request', 'r-1']] });

const FAULTS: readonly (readonly [string, FakeFault, string])[] = [
  [
    '403',
    { route: '', status: 403, body: { message: 'Resource not accessible by integration' } },
    'token-lacks-permission',
  ],
  ['404', { route: '', status: 404, body: { message: 'Not Found' } }, 'token-lacks-permission'],
  ['422', { route: '', status: 422, body: { message: 'Validation Failed' } }, 'failed'],
  ['401', { route: '', status: 401, body: { message: 'Bad credentials' } }, 'token-missing'],
  ['502', { route: '', status: 502, times: 9, body: { message: 'Server Error' } }, 'unreachable'],
  [
    'a secondary limit',
    { route: '', status: 403, times: 9, headers: { 'retry-after': '90' }, body: { message: 'secondary rate limit' } },
    'rate-limited',
  ],
  ['a time-out', { route: '', delay: 3_000, times: 9, status: 500 }, 'unreachable'],
];

describe('what goes wrong at GitHub', () => {
  it.each(FAULTS)('%s at a read is said as what it is', async (_, fault, code) => {
    const { fake } = await begun();
    const token = fake.token();
    fake.fault({ ...fault, route: READ });
    const refused = storeOf(fake, { token, timeout: 300 }).read(['a']);
    await expect(refused).rejects.toMatchObject({ name: 'StoreError', code });
    await refused.catch((error: unknown) => expect(String(error)).not.toContain(token));
  });

  it.each(FAULTS)('%s at a write changes nothing and is said as what it is', async (_, fault, code) => {
    const { fake, snapshot } = await begun();
    const token = fake.token();
    const store = storeOf(fake, { token, timeout: 300 });
    await store.read(['a']);
    fake.fault({ ...fault, route: WRITE });
    const refused = change(snapshot, store);
    await expect(refused).rejects.toMatchObject({ name: 'StoreError', code });
    await refused.catch((error: unknown) => expect(String(error)).not.toContain(token));
    expect((await storeOf(fake).read(['a'])).revision).toBe(snapshot.revision);
  });

  it('names the permission that a write needs', async () => {
    const { fake, snapshot } = await begun();
    const store = storeOf(fake, { token: fake.token({ permissions: { contents: 'read' } }) });
    await store.read(['a']);
    await expect(change(snapshot, store)).rejects.toMatchObject({
      code: 'token-lacks-permission',
      message: expect.stringContaining('`contents: write` is missing') as string,
    });
  });

  it('knows a stale head by the type of the error, whatever its words', async () => {
    const { fake, snapshot } = await begun();
    const store = storeOf(fake);
    fake.fault({ route: WRITE, status: 200, body: stale });
    const result = await change(snapshot, store);
    expect(isConflict(result)).toBe(true);
    expect((await store.read([])).revision).toBe(snapshot.revision);
  });

  it('gets a command through a head that moves three times in a row', async () => {
    const fake = await githubInTest();
    const process = given(fake);
    await process.run('flag create a "A" Text');
    fake.fault({ route: WRITE, status: 200, times: 3, body: stale });
    const outcome = await process.run('flag enable a --environment production');
    expect(outcome.code).toBe('done');
    expect(await process.store.history({ lean: true })).toHaveLength(2);
  });

  it('recognises its own commit when the answer is lost, and writes once', async () => {
    const { fake, store, snapshot } = await begun();
    fake.fault({ route: WRITE, lost: true });
    const result = await change(snapshot, store);
    if (isConflict(result)) throw new Error('conflict');
    expect(result.files.get('a')?.text).toBe('2');
    const history = await storeOf(fake).history({});
    expect(history.map(({ title }) => title)).toEqual(['second', 'first']);
    expect(history[0]).toMatchObject({ revision: result.revision, sealed: true });
  });

  it('R-805 takes an answer that breaks off for none: the branch is there, and what was written is recognised', async () => {
    const { fake, snapshot } = await begun();
    const store = storeOf(fake);
    fake.fault({ route: READ, cut: true });
    expect((await store.read(['a'])).revision).toBe(snapshot.revision);
    fake.fault({ route: READ, cut: true, times: 3 });
    await expect(storeOf(fake).read(['a'])).rejects.toMatchObject({ code: 'unreachable' });
    fake.fault({ route: WRITE, cut: true });
    const result = await change(snapshot, store);
    if (isConflict(result)) throw new Error('conflict');
    const history = await storeOf(fake).history({ lean: true });
    expect(history.map(({ title }) => title)).toEqual(['second', 'first']);
  });

  it('says that a mark moved only where it moved, when the answer breaks off', async () => {
    const { fake, store, snapshot } = await begun();
    const mark = 'refs/sluice/sent/slack';
    await store.readMark(mark);
    fake.fault({ route: 'POST /graphql updateRefs', cut: true });
    expect(await store.moveMark(mark, snapshot.revision ?? '', undefined)).toBe(true);
    expect(await storeOf(fake).readMark(mark)).toBe(snapshot.revision);
    fake.fault({ route: 'POST /graphql updateRefs', status: 200, body: {} });
    await expect(store.moveMark('refs/sluice/sent/mail', snapshot.revision ?? '', undefined)).rejects.toMatchObject({
      code: 'unreachable',
    });
    expect(await storeOf(fake).readMark('refs/sluice/sent/mail')).toBeUndefined();
  });

  it('recognises it below what others wrote since', async () => {
    const { fake, store, snapshot } = await begun();
    fake.fault({ route: WRITE, lost: true });
    fake.fault({ route: 'GET /repos/{owner}/{repo}/git/ref/{ref}', delay: 400 });
    const writing = change(snapshot, store);
    while ((await storeOf(fake).read([])).revision === snapshot.revision) await new Promise(setImmediate);
    await byHand(fake, [{ path: 'b', text: '1' }], 'by hand');
    const result = await writing;
    expect(isConflict(result)).toBe(false);
    expect((await storeOf(fake).history({})).map(({ title }) => title)).toEqual(['by hand', 'second', 'first']);
  });

  it('sends a write again whose answer was lost before it took effect', async () => {
    const { fake, store, snapshot } = await begun();
    fake.fault({ route: WRITE, status: 502 });
    const result = await change(snapshot, store);
    expect(isConflict(result)).toBe(false);
    expect((await storeOf(fake).history({ lean: true })).map(({ title }) => title)).toEqual(['second', 'first']);
  });

  it('makes the branch once, also when the answer to that is lost', async () => {
    const fake = await githubInTest();
    const store = storeOf(fake);
    fake.fault({ route: 'POST /repos/{owner}/{repo}/git/refs', lost: true });
    const snapshot = await store.read(['a']);
    const first = await store.commit(snapshot, [{ path: 'a', text: '1' }], { title: 'first', trailers: [] });
    if (isConflict(first)) throw new Error('conflict');
    expect(first.files.get('a')?.text).toBe('1');
    const other = await storeOf(fake).commit(snapshot, [{ path: 'a', text: '2' }], { title: 'second', trailers: [] });
    expect(isConflict(other)).toBe(true);
  });

  it('is told to push first where the repository has no commit', async () => {
    const fake = await githubInTest();
    const store = storeOf(fake);
    const route = 'POST /repos/{owner}/{repo}/git/trees';
    fake.fault({ route, status: 409, body: { message: 'Git Repository is empty.' } });
    const refused = store.commit(await store.read([]), [], { title: 'first', trailers: [] });
    await expect(refused).rejects.toMatchObject({ code: 'repository-missing' });
  });

  it('works at an Enterprise server, at api.github.com, and where the state has a repository of its own', async () => {
    const { fake } = await begun();
    expect(fake.apiUrl).toMatch(/\/api\/v3$/);
    const clock = standing(fake.now());
    for (const baseUrl of [fake.apiUrl, fake.serverUrl]) {
      const client = clientOf(fake, { baseUrl, clock, owner: 'other', repo: 'code' });
      const store = githubStore({ client, clock, repository: { owner: fake.owner, repo: fake.repo } });
      expect((await store.read(['a'])).files.get('a')?.text).toBe('1');
    }
  });
});
