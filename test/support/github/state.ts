/** Everything the fake GitHub knows. It is mutable: routes and tests change it, and one request sees what the one before it did. */
import type { FakeGit } from './git/repository.ts';
import type { FakePermissions, FakePerson } from './types.ts';

export interface FakeToken {
  readonly text: string;
  /** Whose it is; made by `person` on the way, or `github-actions[bot]`. */
  readonly login: string;
  /** Absent: everything is permitted. Present: `metadata: read` and these. */
  readonly permissions?: FakePermissions;
}

export interface FakeState {
  readonly owner: string;
  readonly repo: string;
  /** `http://127.0.0.1:PORT` */
  readonly serverUrl: string;
  /** `http://127.0.0.1:PORT/api/v3`: what links in replies begin with. */
  readonly apiUrl: string;
  readonly git: FakeGit;
  readonly ids: { readonly repository: number; readonly owner: number; readonly installation: number };
  defaultBranch: string;
  private: boolean;
  /** GitHub's clock, in ms. */
  now: () => number;
  /** A number that was given to nothing yet. */
  readonly nextId: () => number;
  /** By login in lower case. */
  readonly people: Map<string, FakePerson>;
  /** Which account an e-mail address belongs to, by login; `LOGIN@example.com` and GitHub's no-reply addresses are known without. */
  readonly emails: Map<string, string>;
  /** By their text. */
  readonly tokens: Map<string, FakeToken>;
  /** Ids of commits that GitHub signed: those made through its API by an App's token or by `createCommitOnBranch`. */
  readonly signed: Set<string>;
  /** Of every token: requests in this hour (`reset`: its end in seconds). Tests set `used` or `limit` to come near the end. */
  readonly rate: { limit: number; used: number; reset: number };
  readonly violations: string[];
}

/**
 * A part of the state that a module keeps for itself, made when it is first asked for:
 * `const commentsOf = room(() => ({ list: [] as Comment[] }))`, then `commentsOf(state).list.push(...)`.
 */
export function room<T extends object>(make: (state: FakeState) => T): (state: FakeState) => T {
  const rooms = new WeakMap<FakeState, T>();
  return (state) => {
    const there = rooms.get(state);
    if (there !== undefined) return there;
    const made = make(state);
    rooms.set(state, made);
    return made;
  };
}

/** An opaque global id that `nodeOf` can read again. */
export function nodeId(type: string, id: number | string): string {
  return Buffer.from(`${type}:${String(id)}`).toString('base64url');
}

/** Type and id behind a global id; undefined: not one of ours. */
export function nodeOf(node: string): { readonly type: string; readonly id: string } | undefined {
  const [, type, id] = /^(\w+):(.+)$/s.exec(Buffer.from(node, 'base64url').toString()) ?? [];
  return type === undefined || id === undefined ? undefined : { type, id };
}
