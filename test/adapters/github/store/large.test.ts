import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { untar } from '../../../../src/adapters/github/store/archive.ts';
import { githubInTest } from '../../../support/github/in-test.ts';
import { clientOf, storeOf } from './bench.ts';
import { nameOf, readsWhole } from './large.ts';

describe('a large state', () => {
  it('of 600 flags is read whole by a few calls, changed by one, and read again by what is new', async () => {
    expect(await readsWhole(600)).toEqual([2, 1, 3]);
  });

  it('is read in batches where there is no archive', async () => {
    const fake = await githubInTest();
    const files = Object.fromEntries(Array.from({ length: 450 }, (_, index) => [nameOf(index), `{"n":${index}}\n`]));
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
