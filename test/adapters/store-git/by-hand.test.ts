import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitStore } from '../../../src/adapters/store-git/git-store.ts';
import { isConflict } from '../../../src/ports/store.ts';
import { BENCH_NOW } from '../../contract/store.contract.ts';
import { BRANCH, git, Workplace } from './bench.ts';

describe('what people do to the branch with git', () => {
  let place: Workplace;
  let repository: string;
  let store: GitStore;
  const write = async (file: string, text: string) => {
    const result = await store.commit(await store.read([]), [{ path: file, text }], {
      title: `set ${file}`,
      trailers: [],
    });
    if (isConflict(result)) throw new Error('conflict');
    return result.revision ?? '';
  };
  const seals = async () => (await store.history({})).map(({ title, sealed }) => [title, sealed]);

  beforeEach(async () => {
    place = new Workplace();
    repository = place.repository();
    store = await place.store(repository);
    await write('flags/a.json', '1');
    await write('flags/a.json', '2');
  });
  afterEach(() => place.close());

  it('reads a revert as unsealed, with the words of git in its body', async () => {
    const worktree = place.worktree(repository);
    const reverted = git(worktree, 'rev-parse', 'HEAD');
    git(worktree, 'revert', '--no-edit', 'HEAD');
    place.publish(repository);
    const [commit] = await store.history({ limit: 1 });
    expect(commit).toMatchObject({ sealed: false, title: 'Revert "set flags/a.json"' });
    expect(commit?.body).toContain(`This reverts commit ${reverted}.`);
    expect(commit?.committer).toEqual({ name: 'Ann', email: 'ann@example.com' });
  });

  it('R-805 looks behind a commit by hand that is dated back, and not behind one of its own', async () => {
    place.byHand(repository, [{ path: 'note.txt', text: 'x' }], 'from a late clock');
    const seconds = Date.parse('2026-11-21T09:00:00Z') / 1_000;
    const text = git(repository, 'cat-file', 'commit', BRANCH).replaceAll(/> \d+ /g, `> ${seconds} `);
    const file = path.join(place.root, 'commit');
    writeFileSync(file, `${text}\n`);
    const late = git(repository, 'hash-object', '-t', 'commit', '-w', file);
    git(repository, 'update-ref', `refs/heads/${BRANCH}`, late);
    await write('flags/c.json', '1');
    const since = async (after: number) => (await store.history({ after })).map(({ title }) => title);
    expect(await since(BENCH_NOW - 60_000)).toEqual(['set flags/c.json', 'set flags/a.json', 'set flags/a.json']);
    expect(await since(BENCH_NOW + 60_000)).toEqual([]);
  });

  it('reads a cherry-pick as unsealed although it carries the seal of the picked commit', async () => {
    await write('flags/b.json', '1');
    const picked = git(repository, 'rev-parse', BRANCH);
    await store.commit(await store.read([]), [{ path: 'flags/b.json', text: null }], {
      title: 'remove b',
      trailers: [],
    });
    git(place.worktree(repository), 'cherry-pick', picked);
    place.publish(repository);
    const [commit] = await store.history({ limit: 1 });
    expect(commit?.trailers.get('Sluice-Seal')).toMatch(/^[0-9a-f]{64}$/);
    expect(commit).toMatchObject({ sealed: false, author: { name: 'sluice' }, committer: { name: 'Ann' } });
  });

  it('reads an amended commit as unsealed although it carries its old seal', async () => {
    const worktree = place.worktree(repository);
    git(worktree, 'rm', '-q', 'flags/a.json');
    git(worktree, 'commit', '-q', '--amend', '--no-edit');
    place.publish(repository);
    expect(await seals()).toEqual([
      ['set flags/a.json', false],
      ['set flags/a.json', true],
    ]);
  });

  it('reads a rebased commit as unsealed', async () => {
    place.byHand(repository, [{ path: 'flags/c.json', text: '1' }], 'by hand');
    await write('flags/b.json', '1');
    const worktree = place.worktree(repository);
    git(worktree, 'rebase', '-q', '--onto', 'HEAD~2', 'HEAD~1');
    place.publish(repository);
    expect(await seals()).toEqual([
      ['set flags/b.json', false],
      ['set flags/a.json', true],
      ['set flags/a.json', true],
    ]);
  });

  it('reads a merge as unsealed with its changes against the first parent, and both sides in the history', async () => {
    const worktree = place.worktree(repository);
    git(worktree, 'checkout', '-q', '-b', 'side');
    git(worktree, 'rm', '-q', 'flags/a.json');
    git(worktree, 'commit', '-q', '-m', 'on the side');
    await write('flags/b.json', '1');
    git(worktree, 'checkout', '-q', '--detach', BRANCH);
    git(worktree, 'merge', '-q', '--no-ff', '-m', 'merge it', 'side');
    place.publish(repository);
    const history = await store.history({});
    expect(history[0]).toMatchObject({ title: 'merge it', sealed: false });
    expect(history[0]?.changes.map(({ path, after }) => [path, after])).toEqual([['flags/a.json', null]]);
    expect(history).toHaveLength(5);
    const since = history.find(({ title }) => title === 'set flags/b.json')?.revision ?? '';
    expect((await store.history({ since })).map(({ title }) => title)).toEqual(['merge it', 'on the side']);
  });

  it('reads a file that does not parse as the text it is, and the others all the same', async () => {
    place.byHand(repository, [{ path: 'flags/broken.json', text: '{"half' }], 'break it');
    const files = (await store.read(['flags/'])).files;
    expect(files.get('flags/broken.json')?.text).toBe('{"half');
    expect(files.get('flags/a.json')?.text).toBe('2');
  });
});
