import { StoreError } from '../../ports/store.ts';
import type { Git } from './git.ts';
import { explain } from './problem.ts';

/** Milliseconds until a remote that does not answer counts as not there. */
const NETWORK_TIMEOUT = 60_000;

export interface Remote {
  /** Brings the branch here as `to`; false: the remote has no such branch. */
  fetch(branch: string, to: string): Promise<boolean>;
  /** Moves the remote's branch forward to exactly this commit; `refused` says why not. */
  push(oid: string, branch: string): Promise<Pushed>;
  readMark(name: string): Promise<string | undefined>;
  moveMark(name: string, to: string, from: string | undefined): Promise<boolean>;
}

/** `same`: it stood there already; `moved`: somebody else was first, as far as git can tell; `declined`: a rule or hook of the other side said no. */
export interface Pushed {
  readonly state: 'done' | 'same' | 'moved' | 'declined';
  /** The other side's words, where it did not move. */
  readonly said: string;
}

/** `name` is a remote's name or its URL. */
export function remoteOf(git: Git, name: string): Remote {
  return {
    fetch: async (branch, to) => {
      const refspec = `+refs/heads/${branch}:${to}`;
      const { status, stderr } = await ask(git, ['fetch', ...QUIET_FETCH, name, refspec]);
      if (status === 0) return true;
      if (/couldn't find remote ref|Couldn't find remote ref/.test(stderr)) return false;
      throw explain(stderr, { directory: git.directory, command: 'fetch' });
    },
    push: (oid, branch) => push(git, name, [`${oid}:refs/heads/${branch}`]),
    readMark: async (mark) => {
      const { status, stdout, stderr } = await ask(git, ['ls-remote', '--refs', name, mark]);
      if (status !== 0) throw explain(stderr, { directory: git.directory, command: 'ls-remote' });
      const line = stdout
        .toString()
        .split('\n')
        .find((one) => one.endsWith(`\t${mark}`));
      return line?.split('\t')[0];
    },
    // A mark may move anywhere, so being ahead proves nothing: the other side compares with what we saw.
    moveMark: async (mark, to, from) => {
      const pushed = await push(git, name, [`--force-with-lease=${mark}:${from ?? ''}`, `${to}:${mark}`]);
      if (pushed.state === 'same') return to === from;
      if (pushed.state !== 'declined') return pushed.state === 'done';
      throw declined(mark, pushed.said);
    },
  };
}

export function declined(what: string, said: string): StoreError {
  return new StoreError(
    'not-permitted',
    `not-permitted: the remote does not let ${what} move: ${said}; see its branch rules and hooks`,
  );
}

const QUIET_FETCH: readonly string[] = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];

async function push(git: Git, remote: string, what: readonly string[]): Promise<Pushed> {
  const options = what.filter((part) => part.startsWith('--'));
  const refspecs = what.filter((part) => !part.startsWith('--'));
  const args = ['push', '--porcelain', '--no-verify', '--recurse-submodules=no', ...options, remote, ...refspecs];
  const { status, stdout, stderr } = await ask(git, args);
  if (status === 0) return { state: /^=\t/m.test(stdout.toString()) ? 'same' : 'done', said: '' };
  // gitcli porcelain: `!\t<from>:<to>\t[rejected] (<reason>)`, or `[remote rejected]`.
  const refusal = /^!\t\S+\t\[(?:remote )?rejected\] ?\(?(.*?)\)?$/m.exec(stdout.toString())?.[1];
  if (refusal === undefined) throw explain(stderr, { directory: git.directory, command: 'push' });
  const moved =
    /non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref|incorrect old value|already exists|needs force/;
  if (moved.test(refusal)) return { state: 'moved', said: refusal };
  const told = stderr.split('\n').find((line) => /^remote: *\S/.test(line) && !/^remote: *error: *$/.test(line));
  return {
    state: 'declined',
    said: told === undefined ? refusal : `${refusal}: ${told.slice('remote:'.length).trim()}`,
  };
}

async function ask(git: Git, args: readonly string[]): ReturnType<Git['run']> {
  return git.run(args, { answers: [1, 2, 128], timeout: NETWORK_TIMEOUT });
}
