import { describe, expect, it } from 'vitest';
import { git } from '../../support/github/git/process.ts';
import type { Bench, ForgeWorld } from '../forge.contract.ts';

const HOSTILE = 'feature/"quoted"-$(touch-x)-\'single\'-`tick`';

const headOf = async ({ folder }: ForgeWorld, ref = 'refs/heads/main'): Promise<string> =>
  (await git(folder, ['rev-parse', ref])).toString().trim();

export function codeRules(bench: Bench): void {
  describe('code', () => {
    it('resolves branches, tags, refs, full and short SHAs; annotated tags to their commit', async () => {
      const { world, open } = bench();
      const sha = await headOf(world);
      await git(world.folder, ['tag', 'v1.0.0', sha]);
      await git(world.folder, [
        '-c',
        'user.name=A',
        '-c',
        'user.email=a@example.com',
        'tag',
        '-a',
        '-m',
        'two',
        'v2.0.0',
        sha,
      ]);
      await git(world.folder, ['update-ref', 'refs/sluice/sent/slack', sha]);
      const code = open().code;
      const names = [
        'main',
        'HEAD',
        'refs/heads/main',
        'refs/tags/v1.0.0',
        'refs/tags/v2.0.0',
        'refs/sluice/sent/slack',
      ];
      for (const name of [...names, sha, sha.slice(0, 10)]) {
        expect([name, (await code.resolve(name))?.sha]).toEqual([name, sha]);
      }
      expect((await code.resolve(sha))?.url).toContain(`/commit/${sha}`);
    });

    it('tells when a branch came to stand at a commit by its own clock, whatever the commit says of its age', async () => {
      const { world, open } = bench();
      world.setClock(Date.UTC(2026, 10, 23, 9));
      const { number, head } = await world.openPull({ branch: HOSTILE, files: { 'a.txt': 'a' } });
      world.setClock(Date.UTC(2026, 10, 23, 10));
      const next = await world.pushToPull(number, { 'a.txt': 'b' });
      const { code } = open();
      expect(await code.arrivedAt(HOSTILE, head)).toBe(Date.UTC(2026, 10, 23, 9));
      expect(await code.arrivedAt(HOSTILE, next)).toBe(Date.UTC(2026, 10, 23, 10));
      expect(await code.arrivedAt(HOSTILE, 'f'.repeat(40))).toBeUndefined();
      expect(await code.arrivedAt('no-such', head)).toBeUndefined();
    });

    it('tells how a head stands to a branch, and what their merge would be: of these two commits, or of older ones', async () => {
      const { world, open } = bench();
      const start = await headOf(world);
      const { number, head } = await world.openPull({ branch: 'next', files: { 'a.txt': 'a' } });
      const { code } = open();
      expect(await code.standing(start, head)).toEqual({ mergeBase: start, behind: 0 });
      expect(await code.trialMerge(number)).toBeUndefined();
      await code.pull(number);
      expect(await code.trialMerge(number)).toMatchObject({ base: start, head });
      const base = await world.push({ branch: 'main', files: { 'b.txt': 'b' } });
      expect(await code.standing(base, head)).toEqual({ mergeBase: start, behind: 1 });
      expect(await code.trialMerge(number)).toMatchObject({ base: start });
      await code.pull(number);
      const trial = await code.trialMerge(number);
      expect(trial).toMatchObject({ base, head });
      expect((await code.files(['a.txt', 'b.txt'], trial?.sha ?? '')).size).toBe(2);
      // What conflicts leaves the last one where it is.
      await world.push({ branch: 'main', files: { 'a.txt': 'other' } });
      await code.pull(number);
      expect(await code.trialMerge(number)).toEqual(trial);
      expect(await code.trialMerge(99)).toBeUndefined();
    });

    it('resolves a branch with quotes and $(...), and nothing that is no ref', async () => {
      const { world, open } = bench();
      const sha = await world.push({ branch: HOSTILE, files: { 'a.txt': 'a' } });
      const code = open().code;
      expect((await code.resolve(HOSTILE))?.sha).toBe(sha);
      expect((await code.resolve(`refs/heads/${HOSTILE}`))?.sha).toBe(sha);
      for (const name of [
        'no-such',
        'refs/heads/no-such',
        'refs/sluice/none',
        'f'.repeat(40),
        '..',
        '../..',
        '--all',
        'a\nb',
        '',
      ]) {
        expect([name, await code.resolve(name)]).toEqual([name, undefined]);
      }
    });

    it('names authors by number, without GitHub as committer', async () => {
      const { world, open } = bench();
      const alice = world.person({ login: 'alice' });
      const author = { name: 'alice', email: 'alice@users.noreply.github.com' };
      const sha = await world.push({ branch: 'main', files: { 'a.txt': 'a' }, author });
      expect((await open().code.resolve(sha))?.authors).toEqual([String(alice.id)]);
      const stranger = { name: 'x', email: 'nobody@example.com' };
      const other = await world.push({ branch: 'main', files: { 'a.txt': 'b' }, author: stranger });
      expect((await open().code.resolve(other))?.authors).toEqual([]);
    });

    it('reads a pull request, and tells a fork by its repository', async () => {
      const { world, open } = bench();
      const author = world.person({ login: 'alice', role: 'write' });
      const own = await world.openPull({ branch: HOSTILE, files: { 'a.txt': 'a' }, by: 'alice' });
      const fork = await world.openPull({ branch: 'patch-1', fork: 'mallory', files: { 'b.txt': 'b' } });
      const code = open().code;
      expect(await code.pull(own.number)).toEqual({
        number: own.number,
        state: 'open',
        merged: false,
        draft: false,
        author: { id: String(author.id), login: 'alice', type: 'User' },
        head: { sha: own.head, ref: HOSTILE, isFork: false },
        base: { sha: await headOf(world), ref: 'main' },
        url: expect.stringContaining(`/pull/${own.number}`),
      });
      expect((await code.pull(fork.number))?.head).toEqual({ sha: fork.head, ref: 'patch-1', isFork: true });
      await world.mergePull(own.number);
      expect(await code.pull(own.number)).toMatchObject({ state: 'closed', merged: true });
      expect(await code.pull(4_711)).toBeUndefined();
    });

    it("counts each person's last deciding review, with the commit it was given to", async () => {
      const { world, open } = bench();
      for (const login of ['ann', 'bob', 'cyd']) world.person({ login, role: 'write' });
      const { number, head } = await world.openPull({ branch: 'topic', files: { 'a.txt': 'a' } });
      await world.review({ number, by: 'ann', state: 'CHANGES_REQUESTED' });
      await world.review({ number, by: 'ann', state: 'APPROVED' });
      await world.review({ number, by: 'bob', state: 'APPROVED' });
      const second = await world.pushToPull(number, { 'a.txt': 'b' });
      await world.review({ number, by: 'ann', state: 'COMMENTED' });
      await world.review({ number, by: 'bob', state: 'DISMISSED' });
      await world.review({ number, by: 'cyd', state: 'COMMENTED' });
      const found = (await open().code.reviewsOf(number)).map(({ by, state, commit }) => [by.login, state, commit]);
      expect(found).toEqual([
        ['ann', 'approved', head],
        ['bob', 'dismissed', second],
        ['cyd', 'commented', second],
      ]);
    });

    it('reads more than a hundred reviews', async () => {
      const { world, open } = bench();
      const { number, head } = await world.openPull({ branch: 'topic', files: { 'a.txt': 'a' } });
      for (let at = 0; at < 105; at += 1) await world.review({ number, by: `p${at}`, commit: head });
      expect(await open().code.reviewsOf(number)).toHaveLength(105);
    });

    it('lists changed files over all pages, renames with where they came from', async () => {
      const { world, open } = bench();
      const text = (seed: string): string => `${seed}\n`.repeat(50);
      await world.push({
        branch: 'main',
        files: { 'old.txt': text('moved'), 'gone.txt': text('gone'), 'same.txt': '1' },
      });
      const many = Object.fromEntries(
        Array.from({ length: 130 }, (_, index) => [`many/${index}.txt`, text(`n${index}`)]),
      );
      const files = { 'old.txt': null, 'new.txt': text('moved'), 'gone.txt': null, 'same.txt': '2', ...many };
      const { number } = await world.openPull({ branch: 'topic', files });
      const found = await open().code.changedFiles(number);
      expect(found).toHaveLength(133);
      expect(found).toContainEqual({ path: 'new.txt', previous: 'old.txt', status: 'renamed' });
      expect(found).toContainEqual({ path: 'gone.txt', status: 'removed' });
      expect(found).toContainEqual({ path: 'same.txt', status: 'modified' });
      expect(found).toContainEqual({ path: 'many/7.txt', status: 'added' });
    });

    it('refuses a list of files whose head moved between pages', async () => {
      const { world, open } = bench();
      const files = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`many/${index}.txt`, String(index)]));
      const { number } = await world.openPull({ branch: 'topic', files });
      const moved = await world.push({ branch: 'later', from: 'topic', files: { 'one-more.txt': '1' } });
      world.moveAfter({ ref: 'topic', reads: 3, sha: moved });
      await expect(open().code.changedFiles(number)).rejects.toMatchObject({ code: 'sha-moved' });
    });

    it('reads a file at a commit, large ones too, and nothing that is no file', async () => {
      const { world, open } = bench();
      const large = 'ä'.repeat(600_000);
      const files = { '.github/sluice.yml': 'a: ü\n', 'large.txt': large, 'empty.txt': '', 'a b/c#d?.txt': 'odd' };
      const sha = await world.push({ branch: 'main', files });
      await world.push({ branch: 'main', files: { '.github/sluice.yml': 'b: 2\n' } });
      const code = open().code;
      expect(await code.file('.github/sluice.yml', sha)).toBe('a: ü\n');
      expect(await code.file('large.txt', sha)).toBe(large);
      expect(await code.file('empty.txt', sha)).toBe('');
      expect(await code.file('a b/c#d?.txt', sha)).toBe('odd');
      for (const path of ['no-such', '.github', '../x', 'a/../b', '/etc/passwd', '']) {
        expect([path, await code.file(path, sha)]).toEqual([path, undefined]);
      }
    });

    it('reads many files in one request per hundred, and follows no link', async () => {
      const { world, open } = bench();
      const paths = Array.from({ length: 150 }, (_, index) => `flags/"${index}".json`);
      const sha = await world.push({ branch: 'main', files: Object.fromEntries(paths.map((path) => [path, path])) });
      const code = open().code;
      const before = world.calls.length;
      const found = await code.files([...paths, 'flags', 'no-such', '../x'], sha);
      expect(world.calls.length - before).toBe(2);
      expect(found.size).toBe(151);
      expect(found.get('flags/"149".json')).toEqual({ type: 'text', text: 'flags/"149".json' });
      expect(found.get('flags')).toEqual({ type: 'folder' });
      expect((await code.files(['flags/"0".json'], 'HEAD')).size).toBe(1);
    });
  });
}
