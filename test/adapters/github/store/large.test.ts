import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { untar } from '../../../../src/adapters/github/store/archive.ts';
import { isConflict } from '../../../../src/ports/store.ts';
import { githubInTest } from '../../../support/github/in-test.ts';
import { byHand, clientOf, storeOf } from './bench.ts';

const FLAGS = 10_000;
const name = (index: number): string => `flags/flag-${String(index).padStart(5, '0')}.json`;

describe('a large state', () => {
  it(
    'of 10,000 flags is read whole by a few calls, changed by one, and read again by what is new',
    { timeout: 120_000 },
    async () => {
      const fake = await githubInTest();
      const flags = Array.from({ length: FLAGS }, (_, index) => ({ path: name(index), text: `{"n":${index}}\n` }));
      await fake.push({
        branch: 'sluice-state',
        files: Object.fromEntries(flags.map(({ path, text }) => [path, text])),
        from: null,
      });
      const store = storeOf(fake);
      const since = fake.calls.length;
      const snapshot = await store.read(['flags/']);
      expect(snapshot.files.size).toBe(FLAGS);
      expect(snapshot.files.get(name(9_999))?.text).toBe('{"n":9999}\n');
      expect(fake.calls.length - since).toBeLessThanOrEqual(3);
      const before = fake.calls.length;
      const changed = await store.commit(snapshot, [{ path: name(3), text: '{"n":-3}\n' }], {
        title: 'one',
        trailers: [],
      });
      if (isConflict(changed)) throw new Error('conflict');
      expect(changed.files.size).toBe(FLAGS);
      expect(fake.calls.length - before).toBe(1);
      await byHand(fake, [{ path: name(5), text: '{"n":-5}\n' }], 'by hand');
      const then = fake.calls.length;
      expect((await store.read(['flags/'])).files.get(name(5))?.text).toBe('{"n":-5}\n');
      expect(fake.calls.length - then).toBe(3);
    },
  );

  it('is read in batches where there is no archive', async () => {
    const fake = await githubInTest();
    const files = Object.fromEntries(Array.from({ length: 450 }, (_, index) => [name(index), `{"n":${index}}\n`]));
    await fake.push({ branch: 'sluice-state', files, from: null });
    fake.fault({
      route: 'GET /repos/{owner}/{repo}/tarball/{ref}',
      status: 404,
      times: 9,
      body: { message: 'Not Found' },
    });
    const { files: read } = await storeOf(fake).read(['flags/']);
    expect(Object.fromEntries([...read].map(([path, { text }]) => [path, text]))).toEqual(files);
  });

  it('may have folders in folders, and texts that GraphQL cuts or does not show', async () => {
    const fake = await githubInTest();
    const binary = 'a\u0000b';
    const long = 'ä'.repeat(400_000);
    const files = { 'services/a/b/c/d/e.json': 'deep', 'rollouts/long.json': long, 'rollouts/binary.json': binary };
    await fake.push({ branch: 'sluice-state', files, from: null });
    const read = await storeOf(fake).read(['services/', 'rollouts/']);
    expect(Object.fromEntries([...read.files].map(([path, { text }]) => [path, text]))).toEqual(files);
    const all = await storeOf(fake).read(['/']);
    expect([...all.files.keys()].toSorted()).toEqual(Object.keys(files).toSorted());
  });

  it('says where a link stands, and reads nothing through it', async () => {
    const fake = await githubInTest();
    const head = await fake.push({ branch: 'sluice-state', files: { 'flags/a.json': '1' }, from: null });
    const client = clientOf(fake);
    const of = { owner: fake.owner, repo: fake.repo };
    const entry = { path: 'flags/link.json', mode: '120000', type: 'blob', content: '../../etc/passwd' } as const;
    const tree = await client.request('POST /repos/{owner}/{repo}/git/trees', {
      ...of,
      base_tree: head,
      tree: [entry],
    });
    const made = { ...of, message: 'a link', tree: tree.data.sha, parents: [head] };
    const { data } = await client.request('POST /repos/{owner}/{repo}/git/commits', made);
    const ref = { ...of, ref: 'heads/sluice-state', sha: data.sha };
    await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', ref);
    for (const needs of [['flags/'], ['flags/link.json', 'flags/a.json'], ['/']]) {
      const read = await storeOf(fake).read(needs);
      expect([...read.files.keys()]).toEqual(['flags/a.json']);
      expect(read.others).toEqual(['flags/link.json']);
    }
  });
});

describe('an archive', () => {
  it('that is none is refused and not read half', () => {
    expect(() => untar(Buffer.from('not gzip'))).toThrow('incorrect header check');
    expect(() => untar(gzipSync(Buffer.alloc(1_024, 'x')))).toThrow('no tar archive');
    expect(untar(gzipSync(Buffer.alloc(1_024)))).toEqual([]);
  });
});
