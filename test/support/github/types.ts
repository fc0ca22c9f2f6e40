/** The stateful fake GitHub over a real bare repository: what tests hold in their hands. */
import type { FakeHandles } from './handles.ts';
import type { FakeState } from './state.ts';

export type FakeRole = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface FakePerson {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot';
  /** On the repository; absent: not a collaborator. */
  readonly role?: FakeRole;
  /** Slugs of teams of the organisation. */
  readonly teams: readonly string[];
}

/** Permissions as a workflow names them (`contents`, `deployments`, `pull-requests`, `checks`, ...). */
export type FakePermissions = Readonly<Record<string, 'read' | 'write'>>;

/** One request as the fake saw it. */
export interface FakeCall {
  readonly method: string;
  /** As asked, with its query. */
  readonly path: string;
  /** As GitHub's OpenAPI writes it: `GET /repos/{owner}/{repo}/git/ref/{ref}`; `POST /graphql` with the operation's root fields behind. */
  readonly route: string;
  readonly status: number;
  readonly token?: string;
  readonly request?: unknown;
  readonly reply?: unknown;
}

/** What goes wrong, the next `times` (1) that the route is asked after `after` (0) askings went well. */
export interface FakeFault {
  readonly route: string;
  readonly times?: number;
  readonly after?: number;
  /** Answer with it; the request has no effect. */
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request takes effect, and the answer is lost: the connection ends. */
  readonly lost?: true;
  /** The request takes effect; its answer breaks off after the headers and a few signs. */
  readonly cut?: true;
  /** Milliseconds before anything happens. */
  readonly delay?: number;
}

export interface FakeGithub extends FakeHandles {
  /** REST: `http://127.0.0.1:PORT/api/v3`, as an Enterprise server's; also at the root, as api.github.com's. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** `http://127.0.0.1:PORT`: web addresses, and git over HTTP at `/acme/shop.git`. */
  readonly serverUrl: string;
  /** `acme` and `shop`, its bare repository on disk, its default branch `main` with a first commit. */
  readonly owner: string;
  readonly repo: string;
  readonly folder: string;
  /** A token; without permissions it may do everything. `login`: whose it is (else `github-actions[bot]`). */
  token(options?: { readonly login?: string; readonly permissions?: FakePermissions }): string;
  person(person: Partial<FakePerson> & { readonly login: string }): FakePerson;
  /** GitHub's clock, which the `Date` header and commits made through the API show, in ms. */
  now(): number;
  setClock(now: number | (() => number)): void;
  fault(fault: FakeFault): void;
  /** Holds requests to the route until so many wait, then lets all go. */
  barrier(route: string, count: number): void;
  /** Once the ref was read so many times it points to `sha`. */
  moveAfter(options: { readonly ref: string; readonly reads: number; readonly sha: string }): void;
  readonly calls: readonly FakeCall[];
  /** Requests and answers that GitHub's own schemas do not allow; empty in every test that does not plant one. */
  readonly violations: readonly string[];
  /** A commit on a branch (made where missing) by git, as a person pushes it; its SHA. */
  push(options: {
    readonly branch: string;
    readonly files: Readonly<Record<string, string | null>>;
    readonly message?: string;
    readonly author?: { readonly name: string; readonly email: string };
    /** Whose push it is: GitHub's own record, whatever the commit says; alice where absent, null: a deploy key's. */
    readonly by?: string | null;
    /** Where a branch that is made begins: a commit, or null for none; absent: the head of the default branch. */
    readonly from?: string | null;
  }): Promise<string>;
  /** Everything it knows: changed by tests for what has no member here. */
  readonly state: FakeState;
  close(): Promise<void>;
}
