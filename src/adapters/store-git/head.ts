import { StoreError } from '../../ports/store.ts';
import { explain } from './problem.ts';
import type { RawCommit } from './raw-commit.ts';
import { declined, type Remote } from './remote.ts';
import type { Repository } from './repository.ts';

/** Where the branch's head is read and moved: a ref here, or a branch of a remote. */
export interface Head {
  read(): Promise<RawCommit | undefined>;
  /** Compare-and-swap; false: it is not (any more) where `from` says. */
  move(to: string, from: RawCommit | undefined): Promise<boolean>;
}

const TRIES = 5;

export function localHead(repository: Repository, branch: string): Head {
  const ref = `refs/heads/${branch}`;
  const read = () => readRef(repository, ref);
  const move = async (to: string, from: RawCommit | undefined): Promise<boolean> => {
    for (let attempt = 1; ; attempt++) {
      const said = await updateRef(repository, { ref, to, from: from?.oid });
      if (said === undefined) return true;
      // Git itself waits a little for the lock. Nobody moved the head: another ref's writer, or a lock left by a crash.
      if ((await read())?.oid !== from?.oid) return false;
      if (attempt === TRIES)
        throw new StoreError('busy', `busy: ${ref} cannot be locked in ${repository.git.directory}: ${said}`);
    }
  };
  return { read, move };
}

export function remoteHead(repository: Repository, branch: string, remote: Remote): Head {
  const copy = `refs/sluice/head/${branch}`;
  const read = async (): Promise<RawCommit | undefined> => {
    if (await remote.fetch(branch, copy)) return readRef(repository, copy);
    return readRef(repository, `refs/heads/${branch}`);
  };
  const move = async (to: string, from: RawCommit | undefined): Promise<boolean> => {
    const pushed = await remote.push(to, branch);
    if (pushed.state === 'done' || pushed.state === 'same') return true;
    const now = await read();
    if (now?.oid === to) return true;
    if (now?.oid !== from?.oid) return false;
    if (pushed.state === 'declined') throw declined(`the branch ${branch}`, pushed.said);
    throw new StoreError(
      'busy',
      `busy: the remote refused the push (${pushed.said}), and its head has not moved: try again`,
    );
  };
  return { read, move };
}

/** The commit of a ref; undefined: there is no such ref. A ref that leads nowhere is damage and not absence. */
export async function readRef(repository: Repository, ref: string): Promise<RawCommit | undefined> {
  const commit = await repository.commit(ref);
  if (commit) return commit;
  const { stdout } = await repository.git.run(['for-each-ref', '--format=%(refname) %(objectname)', ref]);
  const broken = stdout
    .toString()
    .split('\n')
    .find((line) => line.startsWith(`${ref} `));
  if (broken === undefined) return undefined;
  // It may have come into being just now.
  const again = await repository.commit(ref);
  if (again) return again;
  throw new StoreError(
    'store-damaged',
    `store-damaged: ${ref} names no commit in ${repository.git.directory}: see git fsck there`,
  );
}

interface RefUpdate {
  readonly ref: string;
  readonly to: string;
  readonly from: string | undefined;
}

/** Undefined when it moved; else what git said against it. */
export async function updateRef(repository: Repository, { ref, to, from }: RefUpdate): Promise<string | undefined> {
  const old = from ?? '0'.repeat(repository.oidLength * 2);
  const { status, stderr } = await repository.git.run(['update-ref', '-m', 'sluice', ref, to, old], {
    answers: [1, 128],
  });
  if (status === 0) return undefined;
  if (
    /cannot lock ref|unable to lock|reference already exists|Unable to create .*\.lock/i.test(stderr) &&
    !/No space|Permission denied|Read-only/i.test(stderr)
  ) {
    return stderr.trim().split('\n')[0] ?? '';
  }
  throw explain(stderr, { directory: repository.git.directory, command: 'update-ref' });
}
