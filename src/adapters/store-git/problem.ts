import type { Code } from '../../core/model/code.ts';
import { StoreError } from '../../ports/store.ts';

interface Circumstance {
  readonly directory: string;
  readonly command: string;
  readonly timedOut?: boolean;
}

interface Explanation {
  readonly sign: RegExp;
  readonly code: Code;
  readonly say: (directory: string) => string;
}

/** What git's words mean, first match counts. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    sign: /No space left on device|Disk quota exceeded|ENOSPC/i,
    code: 'disk-full',
    say: (directory) => `no room left where ${directory} is; nothing was changed: make room and try again`,
  },
  {
    sign: /dubious ownership/i,
    code: 'repository-missing',
    say: (directory) =>
      `${directory} belongs to another user, so git does not open it: git config --global --add safe.directory ${directory}`,
  },
  {
    sign: /not a git repository|cannot change to/i,
    code: 'repository-missing',
    say: (directory) => `${directory} is not inside a git repository: run it there, or begin one with git init`,
  },
  {
    sign: /does not appear to be a git repository|Repository not found|repository .* not found|No such remote/i,
    code: 'repository-missing',
    say: () => 'the remote repository does not exist, or this identity may not see it',
  },
  {
    sign: /Could not resolve host|Connection refused|Connection reset|Connection timed out|Failed to connect|Network is unreachable|Operation timed out|early EOF|unexpected disconnect|hung up unexpectedly|RPC failed|returned error: 5\d\d|SSL|Could not read from remote repository/i,
    code: 'unreachable',
    say: () => 'the remote repository does not answer; nothing was changed: try again',
  },
  {
    sign: /Authentication failed|could not read (Username|Password)|Permission to .* denied|returned error: 40[13]|terminal prompts disabled/i,
    code: 'not-permitted',
    say: () => 'the remote repository does not let this identity in: check its credentials',
  },
  {
    sign: /Permission denied|insufficient permission|Read-only file system/i,
    code: 'store-damaged',
    say: (directory) => `git may not write in ${directory}: give this user the right to`,
  },
];

/** A failed git command as an error for people; git's own last line stands at its end. */
export function explain(stderr: string, { directory, command, timedOut = false }: Circumstance): StoreError {
  if (timedOut)
    return new StoreError('timed-out', `timed-out: git ${command} in ${directory} took too long and was stopped`);
  const said = saidBy(stderr);
  // `Permission denied (publickey)` comes before ssh's "Could not read from remote repository", which alone is the network's.
  if (/Permission denied \(|Host key verification failed/.test(stderr)) {
    return new StoreError(
      'not-permitted',
      `not-permitted: the remote repository does not let this identity in (${said})`,
    );
  }
  const found = EXPLANATIONS.find(({ sign }) => sign.test(stderr));
  if (found) return new StoreError(found.code, `${found.code}: ${found.say(directory)} (git ${command}: ${said})`);
  return new StoreError(
    'store-damaged',
    `store-damaged: git ${command} failed in ${directory}: ${said}; see git fsck there`,
  );
}

function saidBy(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? 'no message';
}
