import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConflict, type Store } from '../../../src/ports/store.ts';
import { BRANCH, git, Workplace } from './bench.ts';

const title = (text: string) => ({ title: text, trailers: [] });

describe('a branch on a remote', () => {
  let place: Workplace;
  let hub: string;
  const clone = (name: string): string => {
    const made = place.repository(name);
    git(made, 'remote', 'add', 'origin', hub);
    return made;
  };
  const write = async (store: Store, text: string) => {
    const result = await store.commit(await store.read(['a']), [{ path: 'a', text }], title(text));
    if (isConflict(result)) throw new Error('conflict');
    return result.revision ?? '';
  };
  beforeEach(() => {
    place = new Workplace();
    hub = place.repository('hub.git', '--bare');
  });
  afterEach(() => place.close());

  it('takes the remote by its URL too, and needs no local branch', async () => {
    const here = place.repository('here');
    const head = await write(await place.store(here, { remote: `file://${hub}` }), '1');
    expect(git(hub, 'rev-parse', BRANCH)).toBe(head);
    expect(() => git(here, 'rev-parse', '--verify', BRANCH)).toThrow('Needed a single revision');
  });

  it('carries on from a local branch that the remote does not have yet', async () => {
    const here = clone('here');
    await write(await place.store(here), '1');
    const store = await place.store(here, { remote: 'origin' });
    await write(store, '2');
    expect(git(hub, 'log', '--format=%s', BRANCH)).toBe('2\n1');
  });

  it('answers a conflict to the clone that comes second, and loses nothing when it tries again', async () => {
    const [one, two] = [
      await place.store(clone('one'), { remote: 'origin' }),
      await place.store(clone('two'), { remote: 'origin' }),
    ];
    await write(one, '1');
    const stale = await two.read(['a', 'b']);
    await write(one, '2');
    const late = await two.commit(stale, [{ path: 'b', text: 'late' }], title('late'));
    if (!isConflict(late)) throw new Error('expected a conflict');
    expect(late.snapshot.files.get('a')?.text).toBe('2');
    expect(isConflict(await two.commit(late.snapshot, [{ path: 'b', text: 'late' }], title('late')))).toBe(false);
    expect(git(hub, 'log', '--format=%s', BRANCH)).toBe('late\n2\n1');
    expect(git(hub, 'fsck', '--strict')).toBe('');
  });

  it('never pushes over a branch that somebody set back', async () => {
    const one = await place.store(clone('one'), { remote: 'origin' });
    await write(one, '1');
    const snapshot = await one.read([]);
    await write(one, '2');
    const latest = await one.read([]);
    git(hub, 'update-ref', `refs/heads/${BRANCH}`, snapshot.revision ?? '');
    const other = await place.store(clone('other'), { remote: 'origin' });
    await write(other, 'instead');
    expect(isConflict(await one.commit(latest, [{ path: 'a', text: '3' }], title('3')))).toBe(true);
    expect(git(hub, 'log', '--format=%s', BRANCH)).toBe('instead\n1');
  });

  it('not-permitted: a rule of the remote says no, and its words are passed on', async () => {
    const hook = path.join(hub, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "only the app may push here" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const store = await place.store(clone('one'), { remote: 'origin' });
    const refused = write(store, '1');
    await expect(refused).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(refused).rejects.toThrow('only the app may push here');
    expect((await store.read([])).revision).toBeNull();
  });

  it('unreachable: a remote that does not answer, and nothing is half done', async () => {
    const here = place.repository('here');
    // Port 9 (discard) is closed on any machine these tests run on.
    const store = await place.store(here, { remote: 'http://127.0.0.1:9/none.git' });
    await expect(store.read([])).rejects.toMatchObject({ code: 'unreachable' });
    await expect(store.readMark('refs/sluice/sent/slack')).rejects.toMatchObject({ code: 'unreachable' });
    expect(git(here, 'for-each-ref')).toBe('');
  });

  it('repository-missing: a remote that does not exist', async () => {
    const store = await place.store(place.repository('here'), { remote: 'nowhere' });
    await expect(store.read([])).rejects.toMatchObject({ code: 'repository-missing' });
  });
});
