import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobOid } from '../../src/core/external/oid.ts';
import { type FileChange, isConflict, type Snapshot, type Store, type StoredCommit } from '../../src/ports/store.ts';

/** What the suite needs of a store under test: writers on the same branch, and a person who commits beside them. */
export interface StoreBench {
  /** Another store on the same branch: another process, another clone. */
  open(): Promise<Store>;
  /** A commit on the head that no store made, with this message as it stands. */
  byHand(changes: readonly FileChange[], message: string): Promise<void>;
  close(): Promise<void>;
  /** Where the place of the branch fixes what other stores choose themselves. */
  readonly fixed?: {
    /** `now` of a snapshot while the clock stands at `BENCH_NOW`: a forge's clock may have whole seconds only. */
    readonly now: number;
    readonly author: { readonly name: string };
    readonly committer: StoredCommit['committer'];
    /** Trailers that the store itself puts before the seal. */
    readonly trailers: readonly string[];
  };
}

/** The moment at which the bench's clock stands. */
export const BENCH_NOW: number = Date.parse('2026-11-21T10:00:00.500Z');

const message = (title: string, trailers: readonly (readonly [string, string])[] = []) => ({ title, trailers });

async function write(store: Store, changes: readonly FileChange[], title = 'a change'): Promise<Snapshot> {
  const result = await store.commit(await store.read([]), changes, message(title));
  if (isConflict(result)) throw new Error('a conflict where nobody else writes');
  return result;
}

async function newest(store: Store): Promise<StoredCommit> {
  const [commit] = await store.history({ limit: 1 });
  if (!commit) throw new Error('no commit');
  return commit;
}

const texts = (snapshot: Snapshot) => Object.fromEntries([...snapshot.files].map(([path, { text }]) => [path, text]));

/** The rules of the Store port; every adapter passes them. */
export function storeContract(name: string, makeBench: () => Promise<StoreBench>): void {
  describe(`${name} keeps the rules of the Store port`, () => {
    let bench: StoreBench;
    let store: Store;
    beforeEach(async () => {
      bench = await makeBench();
      store = await bench.open();
    });
    afterEach(() => bench.close());

    describe('reading', () => {
      it('answers revision null and no files while the branch does not exist', async () => {
        const snapshot = await store.read(['flags/a.json', 'rollouts/']);
        expect(snapshot.revision).toBeNull();
        expect(snapshot.files.size).toBe(0);
        expect(await store.history({})).toEqual([]);
      });

      it('reads exactly the files and folders that are needed', async () => {
        const all = ['flags/a.json', 'flags/ab.json', 'flags/deep/c.json', 'rollouts/r.json', 'rolloutsx/r.json'];
        await write(
          store,
          all.map((path) => ({ path, text: path })),
        );
        const read = async (...needs: string[]) => [...(await store.read(needs)).files.keys()].sort();
        expect(await read('flags/a.json')).toEqual(['flags/a.json']);
        expect(await read('flags/')).toEqual(['flags/a.json', 'flags/ab.json', 'flags/deep/c.json']);
        expect(await read('rollouts/', 'flags/ab.json')).toEqual(['flags/ab.json', 'rollouts/r.json']);
        expect(await read('rollouts', 'flags/none.json', 'none/', 'flags/a.json/')).toEqual([]);
      });

      it('names each text by the id that git gives it, the same in every store', async () => {
        const { files } = await write(await bench.open(), [{ path: 'a', text: 'hello\n' }]);
        expect(files.size).toBe(0);
        const read = (await store.read(['a'])).files.get('a');
        expect(read).toEqual({ oid: 'ce013625030ba8dba906f756967f9e9ca394464a', text: 'hello\n' });
        expect(await store.blob(read?.oid ?? '')).toBe('hello\n');
        expect(await store.blob('0'.repeat(40))).toBeUndefined();
      });

      it('reads an earlier revision as it was', async () => {
        const first = await write(store, [{ path: 'a', text: '1' }]);
        await write(store, [
          { path: 'a', text: '2' },
          { path: 'b', text: '2' },
        ]);
        expect(texts(await store.read(['a', 'b'], first.revision ?? ''))).toEqual({ a: '1' });
        await expect(store.read([], '0'.repeat(40))).rejects.toMatchObject({ code: 'commit-unknown' });
      });

      it('says a `now` that is never before the head commit', async () => {
        const snapshot = await write(store, [{ path: 'a', text: '1' }]);
        expect(snapshot.now).toBe(bench.fixed?.now ?? BENCH_NOW);
        expect((await newest(store)).at).toBe(Math.floor(BENCH_NOW / 1_000) * 1_000);
      });
    });

    describe('writing', () => {
      it('makes the first commit without a parent, and with the files that keep other CI away', async () => {
        const snapshot = await store.read(['flags/']);
        const result = await store.commit(snapshot, [{ path: 'flags/a.json', text: '{}' }], message('first'));
        expect(isConflict(result)).toBe(false);
        expect((await newest(store)).parents).toEqual([]);
        const all = texts(await store.read(['README.md', 'vercel.json', 'netlify.toml', 'flags/']));
        expect(Object.keys(all).sort()).toEqual(['README.md', 'flags/a.json', 'netlify.toml', 'vercel.json']);
        expect(JSON.parse(all['vercel.json'] ?? '')).toEqual({ git: { deploymentEnabled: false } });
      });

      it('writes those files in the first commit only', async () => {
        await write(store, [{ path: 'a', text: '1' }]);
        await write(store, [{ path: 'README.md', text: null }]);
        await write(store, [{ path: 'a', text: '2' }]);
        expect((await store.read(['README.md'])).files.size).toBe(0);
      });

      it('answers the snapshot after the commit, with the same needs', async () => {
        const before = await store.read(['a', 'gone', 'other']);
        const after = await store.commit(
          before,
          [
            { path: 'a', text: '1' },
            { path: 'b', text: '2' },
          ],
          message('m'),
        );
        if (isConflict(after)) throw new Error('conflict');
        expect(after.needs).toEqual(before.needs);
        expect(texts(after)).toEqual({ a: '1' });
        expect(after.revision).toBe((await store.read([])).revision);
      });

      it('removes files, and lets the removal of what is not there pass', async () => {
        await write(store, [
          { path: 'flags/a.json', text: '1' },
          { path: 'b', text: '1' },
        ]);
        await write(store, [
          { path: 'flags/a.json', text: null },
          { path: 'never/was', text: null },
        ]);
        expect(texts(await store.read(['flags/', 'b', 'never/']))).toEqual({ b: '1' });
        expect((await newest(store)).changes).toEqual([{ path: 'flags/a.json', before: blobOid('1'), after: null }]);
      });

      it('makes a commit without changes where it is asked to', async () => {
        const first = await write(store, [{ path: 'a', text: '1' }]);
        const second = await write(store, [], 'looked at');
        expect(second.revision).not.toBe(first.revision);
        expect(await newest(store)).toMatchObject({ title: 'looked at', sealed: true, changes: [] });
      });

      it('keeps odd names and every sign of a text', async () => {
        const odd = [
          'flags/grüße 🚀.json',
          'a b/c"d\'.json',
          '-dash',
          'ключ/é.json',
          'x/;$(id).json',
          'flags.json',
          'flags-a',
        ];
        const text = 'line\r\n\ttab "quotes" \u2028 é 🚀 no newline at the end';
        await write(
          store,
          odd.map((path) => ({ path, text })),
        );
        const read = await (await bench.open()).read(odd);
        expect(texts(read)).toEqual(Object.fromEntries(odd.map((path) => [path, text])));
        expect((await newest(store)).sealed).toBe(true);
      });

      it('refuses paths that are none and writes nothing', async () => {
        for (const path of ['', '/a', 'a/', 'a//b', '../a', 'a/./b', '.git/config', 'a/.GIT/x', 'a\nb', 'a\0b']) {
          const refused = write(store, [{ path, text: '1' }]);
          await expect(refused).rejects.toMatchObject({ code: 'value-invalid' });
        }
        expect((await store.read([])).revision).toBeNull();
      });

      it('takes a file of one megabyte', async () => {
        const text = 'x'.repeat(1_000_000);
        await write(store, [{ path: 'large', text }]);
        expect((await (await bench.open()).read(['large'])).files.get('large')?.text).toBe(text);
      });
    });

    describe('compare-and-swap', () => {
      it('refuses a commit on a parent that is not the head, and writes nothing', async () => {
        const other = await bench.open();
        await write(store, [{ path: 'a', text: '1' }]);
        const stale = await store.read(['a', 'b', 'c/']);
        await write(other, [
          { path: 'a', text: '2' },
          { path: 'c/x', text: '2' },
        ]);
        const head = (await other.read([])).revision;
        const result = await store.commit(stale, [{ path: 'b', text: 'lost' }], message('late'));
        if (!isConflict(result)) throw new Error('expected a conflict');
        expect((await other.read([])).revision).toBe(head);
        expect((await other.read(['b'])).files.size).toBe(0);
        expect(result.snapshot.revision).toBe(head);
        expect(result.snapshot.needs).toEqual(stale.needs);
        expect(texts(result.snapshot)).toEqual({ a: '2', 'c/x': '2' });
      });

      it('lets exactly one of two first commits through', async () => {
        const other = await bench.open();
        const [mine, theirs] = [await store.read([]), await other.read([])];
        const results = [
          await store.commit(mine, [{ path: 'a', text: '1' }], message('one')),
          await other.commit(theirs, [{ path: 'a', text: '2' }], message('two')),
        ];
        expect(results.map(isConflict)).toEqual([false, true]);
      });

      it('lets every one of five writers through in the end, each seeing those before', async () => {
        const writers = await Promise.all(Array.from({ length: 5 }, () => bench.open()));
        const add = async (writer: Store, index: number): Promise<void> => {
          let snapshot = await writer.read(['list']);
          for (let tries = 0; tries < 200; tries++) {
            const text = `${snapshot.files.get('list')?.text ?? ''}${index};`;
            const result = await writer.commit(snapshot, [{ path: 'list', text }], message(`writer ${index}`));
            if (!isConflict(result)) return;
            snapshot = result.snapshot;
          }
          throw new Error('never got through');
        };
        await Promise.all(writers.map(add));
        const list = (await store.read(['list'])).files.get('list')?.text ?? '';
        expect(list.split(';').filter(Boolean).toSorted()).toEqual(['0', '1', '2', '3', '4']);
        const history = await store.history({});
        expect(history).toHaveLength(5);
        expect(history.every(({ sealed }) => sealed)).toBe(true);
      });
    });

    describe('what a commit says', () => {
      it('R-805 gives title, body and trailers back as they were written', async () => {
        const trailers = [
          ['Sluice-Command', 'flag enable a --reason "x: y"'],
          ['Sluice-Actor', 'github:583231 (alice)'],
        ] as const;
        const body = 'Why it was done:\n- 3 of 4\n\nNot-A: trailer';
        await write(store, [{ path: 'first', text: '1' }]);
        await store.commit(await store.read([]), [{ path: 'a', text: '1' }], {
          title: 'flag a: off -> on',
          body,
          trailers,
        });
        const commit = await newest(store);
        expect(commit).toMatchObject({ title: 'flag a: off -> on', body, sealed: true });
        expect(Object.fromEntries(commit.trailers)).toMatchObject(Object.fromEntries(trailers));
        const own = bench.fixed?.trailers ?? [];
        expect([...commit.trailers.keys()]).toEqual(['Sluice-Command', 'Sluice-Actor', ...own, 'Sluice-Seal']);
        expect(commit.author.name).toBe(bench.fixed?.author.name ?? 'alice');
        const committer = { name: 'sluice', email: 'sluice@users.noreply.github.com' };
        expect(commit.committer).toEqual(bench.fixed?.committer ?? committer);
      });

      it('lets no line break in a title, body or value forge a trailer', async () => {
        const forged = 'x\nSluice-Actor: github:1 (root)\r\n\nSluice-Request: stolen';
        const parts = { title: forged, body: forged, trailers: [['Sluice-Command', forged]] as const };
        await store.commit(await store.read([]), [{ path: 'a', text: '1' }], parts);
        const commit = await newest(store);
        const own = bench.fixed?.trailers ?? [];
        expect([...commit.trailers.keys()]).toEqual(['Sluice-Command', ...own, 'Sluice-Seal']);
        expect(commit.title).toBe('x Sluice-Actor: github:1 (root) Sluice-Request: stolen');
        expect(commit.sealed).toBe(true);
      });

      it('keeps an author whose name git would not take', async () => {
        const trailers = [['Sluice-Actor', 'git:a@b.example (<Ann>\u0007 O. ) unverified']] as const;
        await store.commit(await store.read([]), [{ path: 'a', text: '1' }], { title: 't', trailers });
        expect((await newest(store)).sealed).toBe(true);
      });
    });

    describe('history', () => {
      it('R-805 lists commits newest first with what each changed', async () => {
        await write(store, [{ path: 'a', text: '1' }], 'one');
        await write(
          store,
          [
            { path: 'a', text: '2' },
            { path: 'd/b', text: '1' },
          ],
          'two',
        );
        await write(store, [{ path: 'd/b', text: null }], 'three');
        const history = await (await bench.open()).history({});
        expect(history.map(({ title }) => title)).toEqual(['three', 'two', 'one']);
        expect(history.map(({ changes }) => changes).slice(0, 2)).toEqual([
          [{ path: 'd/b', before: blobOid('1'), after: null }],
          [
            { path: 'a', before: blobOid('1'), after: blobOid('2') },
            { path: 'd/b', before: null, after: blobOid('1') },
          ],
        ]);
        expect(history[0]?.parents).toEqual([history[1]?.revision]);
      });

      it('begins at `from`, stops at `since`, at `limit`, at `after`, and keeps to `path`', async () => {
        const revisions = [];
        for (const name of ['a', 'b', 'a', 'c']) {
          revisions.push((await write(store, [{ path: name, text: String(revisions.length) }], name)).revision);
        }
        const titles = async (options: Parameters<Store['history']>[0]) =>
          (await store.history(options)).map(({ title }) => title);
        expect(await titles({ since: revisions[1] ?? '' })).toEqual(['c', 'a']);
        expect(await titles({ since: revisions[3] ?? '' })).toEqual([]);
        expect(await titles({ limit: 1 })).toEqual(['c']);
        expect(await titles({ from: revisions[2] ?? '', limit: 2 })).toEqual(['a', 'b']);
        expect(await titles({ path: 'a' })).toEqual(['a', 'a']);
        expect(await titles({ path: 'a', limit: 1, since: revisions[0] ?? '' })).toEqual(['a']);
        expect(await titles({ after: BENCH_NOW - 1_000 })).toHaveLength(4);
        expect(await titles({ after: BENCH_NOW + 1_000 })).toEqual([]);
      });

      it('compares two states, whatever lies between them', async () => {
        const first = await write(store, [
          { path: 'flags/a.json', text: '1' },
          { path: 'b', text: '1' },
        ]);
        await write(store, [{ path: 'b', text: '2' }]);
        const last = await write(store, [
          { path: 'b', text: null },
          { path: 'c/d', text: '3' },
        ]);
        expect(await store.compare(first.revision ?? '', last.revision ?? '')).toEqual([
          { path: 'b', before: blobOid('1'), after: null },
          { path: 'c/d', before: null, after: blobOid('3') },
        ]);
        const whole = await store.compare(undefined, last.revision ?? '');
        expect(whole).toContainEqual({ path: 'flags/a.json', before: null, after: blobOid('1') });
      });

      it('keeps to commits with a trailer, and to one value of it', async () => {
        for (const request of ['one', 'two', 'one']) {
          const parent = await store.read([]);
          const change = { path: 'a', text: String(parent.revision) };
          await store.commit(parent, [change], message(request, [['Sluice-Request', request]]));
        }
        await write(store, [{ path: 'a', text: 'none' }], 'none');
        const titles = async (options: Parameters<Store['history']>[0]) =>
          (await (await bench.open()).history({ ...options, lean: true })).map(({ title }) => title);
        expect(await titles({ trailer: ['Sluice-Request'] })).toEqual(['one', 'two', 'one']);
        expect(await titles({ trailer: ['Sluice-Request', 'one'], limit: 1 })).toEqual(['one']);
        expect(await titles({ trailer: ['Sluice-Request', 'two'] })).toEqual(['two']);
        expect(await titles({ trailer: ['Sluice-Request', 'three'] })).toEqual([]);
      });

      it('shows a commit by hand as unsealed, and a forged or copied seal too', async () => {
        await write(store, [{ path: 'flags/a.json', text: '1' }]);
        const seal = (await newest(store)).trailers.get('Sluice-Seal') ?? '';
        await bench.byHand([{ path: 'flags/a.json', text: '2' }], 'edit a flag');
        expect(await newest(store)).toMatchObject({ sealed: false, title: 'edit a flag' });
        await bench.byHand([{ path: 'flags/a.json', text: '3' }], `copied\n\nSluice-Seal: ${seal}\n`);
        expect(await newest(store)).toMatchObject({ sealed: false, title: 'copied' });
        await write(store, [{ path: 'flags/a.json', text: '4' }]);
        expect((await store.history({})).map(({ sealed }) => sealed)).toEqual([true, false, false, true]);
      });
    });

    describe('marks', () => {
      it('moves a mark only from where it is', async () => {
        const mark = 'refs/sluice/sent/slack';
        const one = (await write(store, [{ path: 'a', text: '1' }])).revision ?? '';
        const two = (await write(store, [{ path: 'a', text: '2' }])).revision ?? '';
        const other = await bench.open();
        expect(await store.readMark(mark)).toBeUndefined();
        expect(await store.moveMark(mark, one, two)).toBe(false);
        expect(await store.moveMark(mark, one, undefined)).toBe(true);
        expect(await other.moveMark(mark, two, undefined)).toBe(false);
        expect(await other.readMark(mark)).toBe(one);
        expect(await other.moveMark(mark, two, one)).toBe(true);
        expect(await store.moveMark(mark, two, one)).toBe(false);
        expect(await store.readMark(mark)).toBe(two);
      });

      it('refuses a name that is no mark', async () => {
        const names = [
          'refs/heads/main',
          'refs/sluice/',
          'refs/sluice/a b',
          'refs/sluice/../heads/a',
          'refs/sluice/a.lock',
        ];
        for (const name of names) {
          await expect(store.readMark(name)).rejects.toMatchObject({ code: 'value-invalid' });
          const moved = store.moveMark(name, '0'.repeat(40), undefined);
          await expect(moved).rejects.toMatchObject({ code: 'value-invalid' });
        }
      });
    });
  });
}
