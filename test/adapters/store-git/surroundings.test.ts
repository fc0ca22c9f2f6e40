import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gitStore } from '../../../src/adapters/store-git/git-store.ts';
import { explain } from '../../../src/adapters/store-git/problem.ts';
import { isConflict, type Store } from '../../../src/ports/store.ts';
import { BRANCH, clock, git, Workplace } from './bench.ts';

const write = async (store: Store, file: string, text: string) => {
  const result = await store.commit(await store.read([]), [{ path: file, text }], {
    title: `set ${file}`,
    trailers: [],
  });
  if (isConflict(result)) throw new Error('conflict');
  return result.revision ?? '';
};

describe('where a repository stands', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.close());

  it('works without any git identity, and is the committer itself', async () => {
    const repository = place.repository();
    await write(await place.store(repository), 'a', '1');
    expect(git(repository, 'log', '-1', '--format=%an <%ae>|%cn <%ce>', BRANCH)).toBe(
      'sluice <sluice@users.noreply.github.com>|sluice <sluice@users.noreply.github.com>',
    );
  });

  it('puts [skip ci] and the seal where git and CI look for them', async () => {
    const repository = place.repository();
    await write(await place.store(repository), 'a', '1');
    expect(git(repository, 'log', '-1', '--format=%b', BRANCH)).toMatch(/^\[skip ci\]\n\nSluice-Seal: [0-9a-f]{64}$/);
    expect(git(repository, 'log', '-1', '--format=%(trailers:key=Sluice-Seal,valueonly)', BRANCH)).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });

  it('runs no hook and signs nothing, whatever the configuration says', async () => {
    const repository = place.repository();
    const ran = path.join(place.root, 'ran');
    for (const hook of [
      'reference-transaction',
      'pre-commit',
      'commit-msg',
      'post-commit',
      'pre-push',
      'post-index-change',
    ]) {
      const file = path.join(repository, '.git', 'hooks', hook);
      writeFileSync(file, `#!/bin/sh\ntouch ${ran}\nexit 1\n`);
      chmodSync(file, 0o755);
    }
    for (const setting of ['commit.gpgSign', 'tag.gpgSign', 'push.gpgSign']) git(repository, 'config', setting, 'true');
    git(repository, 'config', 'gpg.program', '/bin/false');
    await write(await place.store(repository), 'a', '1');
    expect(existsSync(ran)).toBe(false);
    expect(git(repository, 'cat-file', 'commit', BRANCH)).not.toContain('gpgsig');
  });

  it('leaves index, worktree and current branch alone', async () => {
    const repository = place.repository();
    writeFileSync(path.join(repository, 'mine.txt'), 'not saved');
    git(repository, 'add', 'mine.txt');
    const before = git(repository, 'status', '--porcelain=v2', '--branch');
    await write(await place.store(repository), 'a', '1');
    expect(git(repository, 'status', '--porcelain=v2', '--branch')).toBe(before);
    expect(existsSync(path.join(repository, 'a'))).toBe(false);
  });

  it('works in a bare repository, in a subdirectory, and in a linked worktree on the same branch', async () => {
    const bare = place.repository('bare.git', '--bare');
    await write(await place.store(bare), 'a', '1');
    const worktree = place.worktree(bare);
    const inside = await place.store(worktree);
    await write(inside, 'dir/b', '2');
    git(worktree, 'checkout', '-q', BRANCH);
    const below = await place.store(path.join(worktree, 'dir'));
    expect([...(await below.read(['a', 'dir/'])).files.keys()]).toEqual(['a', 'dir/b']);
    expect(git(bare, 'rev-list', '--count', BRANCH)).toBe('2');
  });

  it('says once that the branch is checked out somewhere, and moves it all the same', async () => {
    const repository = place.repository();
    await write(await place.store(repository), 'a', '1');
    git(repository, 'worktree', 'add', '-q', path.join(place.root, 'follower'), BRANCH);
    const said: string[] = [];
    const store = await place.store(repository, { warn: (text) => said.push(text) });
    await write(store, 'a', '2');
    await write(store, 'a', '3');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(path.join(place.root, 'follower'));
    expect(git(repository, 'show', `${BRANCH}:a`)).toBe('3');
  });

  it('is not led elsewhere by the variables that git sets for a hook', async () => {
    const repository = place.repository();
    const other = place.repository('other');
    vi.stubEnv('GIT_DIR', path.join(other, '.git'));
    vi.stubEnv('GIT_INDEX_FILE', path.join(place.root, 'index'));
    await write(await place.store(repository), 'a', '1');
    vi.unstubAllEnvs();
    expect(git(repository, 'rev-parse', '--verify', BRANCH)).toMatch(/^[0-9a-f]{40}$/);
    expect(() => git(other, 'rev-parse', '--verify', BRANCH)).toThrow('Needed a single revision');
  });

  it('works in a shallow clone, believing the seal at its end', async () => {
    const origin = place.repository('origin');
    const first = await place.store(origin);
    for (const text of ['1', '2', '3']) await write(first, 'a', text);
    const shallow = path.join(place.root, 'shallow');
    git(place.root, 'clone', '-q', '--depth=1', '-b', BRANCH, `file://${origin}`, shallow);
    const store = await place.store(shallow, {});
    expect((await store.history({})).map(({ sealed, changes }) => [sealed, changes])).toEqual([[true, []]]);
    await write(store, 'a', '4');
    const history = await store.history({});
    expect(history.map(({ sealed }) => sealed)).toEqual([true, true]);
    expect(history[0]?.changes).toHaveLength(1);
    expect(git(shallow, 'fsck', '--strict')).toBe('');
  });

  it('works in a repository whose objects are named by SHA-256', async () => {
    const repository = place.repository('modern', '--object-format=sha256');
    const store = await place.store(repository);
    expect(await write(store, 'flags/a.json', '1')).toMatch(/^[0-9a-f]{64}$/);
    await write(store, 'flags/a.json', '2');
    expect((await store.history({})).map(({ sealed }) => sealed)).toEqual([true, true]);
    expect(git(repository, 'fsck', '--strict')).toBe('');
  });

  it('writes objects that git fsck --strict finds nothing wrong with', async () => {
    const repository = place.repository();
    const store = await place.store(repository);
    const odd = ['flags/a.json', 'flags-a', 'flags.json', 'flags0', 'é/ü', 'a b', 'deep/er/and/deeper.json'];
    for (const file of odd) await write(store, file, file);
    const actor = ['Sluice-Actor', 'git:x@y.example (. <odd> ,) unverified'] as const;
    await store.commit(await store.read([]), [], { title: 'by an odd name', trailers: [actor] });
    expect(git(repository, 'fsck', '--strict', '--full')).toBe('');
    expect(git(repository, '-c', 'core.quotePath=false', 'ls-tree', '-r', '--name-only', BRANCH).split('\n')).toEqual(
      expect.arrayContaining(odd),
    );
  });

  it('reads on after somebody packed the repository', async () => {
    const repository = place.repository();
    const store = await place.store(repository);
    await write(store, 'a', '1');
    git(repository, 'gc', '-q', '--prune=now');
    const other = await place.store(repository);
    await write(other, 'a', '2');
    expect((await store.read(['a'])).files.get('a')?.text).toBe('2');
    await write(store, 'a', '3');
    expect(git(repository, 'fsck', '--strict')).toBe('');
  });
});

describe('what goes wrong with a repository is said with a code and a remedy', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.close());

  it('R-801 repository-missing: a directory that is none, or is not there', async () => {
    vi.stubEnv('GIT_CEILING_DIRECTORIES', place.root);
    const plain = place.directory('plain');
    for (const repository of [plain, path.join(place.root, 'nowhere')]) {
      await expect(gitStore({ repository, clock })).rejects.toMatchObject({ code: 'repository-missing' });
    }
  });

  it('R-801 git-missing: no git on the PATH', async () => {
    const repository = place.repository();
    vi.stubEnv('PATH', place.directory('empty'));
    await expect(gitStore({ repository, clock })).rejects.toMatchObject({ code: 'git-missing' });
  });

  it('R-801 value-invalid: a branch name that git would not take', async () => {
    const repository = place.repository();
    await expect(gitStore({ repository, branch: 'a b', clock })).rejects.toMatchObject({ code: 'value-invalid' });
  });

  it('store-damaged: a ref that names an object that is gone is no missing branch', async () => {
    const repository = place.repository();
    const store = await place.store(repository);
    await write(store, 'a', '1');
    writeFileSync(path.join(repository, '.git', 'refs', 'heads', BRANCH), `${'1'.repeat(40)}\n`);
    await expect((await place.store(repository)).read([])).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('busy: a lock that a crash left behind, and the head has not moved', async () => {
    const repository = place.repository();
    const store = await place.store(repository);
    const head = await write(store, 'a', '1');
    writeFileSync(path.join(repository, '.git', 'refs', 'heads', `${BRANCH}.lock`), '');
    await expect(write(store, 'a', '2')).rejects.toMatchObject({ code: 'busy' });
    expect((await store.read([])).revision).toBe(head);
  });

  it('disk-full: no room for the objects, and nothing has moved', async () => {
    // A disk cannot be filled here: a git in front of git fails as git does where one is full.
    const repository = place.repository();
    const store = await place.store(repository);
    const head = await write(store, 'a', '1');
    const wrapper = path.join(place.directory('bin'), 'git');
    const words = 'error: unable to write loose object file: No space left on device';
    const script = `case " $* " in *" unpack-objects "*) cat >/dev/null; echo "${words}" >&2; exit 128;; esac`;
    writeFileSync(wrapper, `#!/bin/sh\n${script}\nPATH='${process.env['PATH'] ?? ''}' exec git "$@"\n`);
    chmodSync(wrapper, 0o755);
    vi.stubEnv('PATH', `${path.dirname(wrapper)}:${process.env['PATH'] ?? ''}`);
    await expect(write(store, 'a', '2')).rejects.toMatchObject({ code: 'disk-full' });
    vi.unstubAllEnvs();
    expect(git(repository, 'rev-parse', BRANCH)).toBe(head);
    expect(readFileSync(path.join(repository, '.git', 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  });

  it.each([
    ["fatal: detected dubious ownership in repository at '/srv/x'", 'repository-missing', 'safe.directory'],
    ['fatal: unable to access: Could not resolve host: github.com', 'unreachable', 'try again'],
    [
      'remote: Permission to acme/web.git denied to ann.\nfatal: unable to access: The requested URL returned error: 403',
      'not-permitted',
      'credentials',
    ],
    [
      'git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      'not-permitted',
      'identity',
    ],
    ['fatal: unable to write loose object file: No space left on device', 'disk-full', 'make room'],
    ['error: insufficient permission for adding an object to repository database', 'store-damaged', 'may not write'],
    ['fatal: something nobody foresaw', 'store-damaged', 'something nobody foresaw'],
  ])('reads %j as %s', (stderr, code, remedy) => {
    const error = explain(stderr, { directory: '/srv/x', command: 'fetch' });
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(remedy);
    expect(error.message).not.toContain('\n');
  });
});
