/** The stateful fake GitHub: a real bare repository behind GitHub's REST and GraphQL interfaces, held against GitHub's own schemas. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Disturbances, disturbances } from './disturbance.ts';
import { pushCommit } from './git/push.ts';
import { fakeGit, initialise } from './git/repository.ts';
import { handlesOf } from './handles.ts';
import { recordPush } from './routes/activity.ts';
import { fakeServer } from './server.ts';
import { ACTIONS_BOT, personOf } from './shapes/person.ts';
import type { FakeState } from './state.ts';
import type { FakeCall, FakeGithub, FakePerson } from './types.ts';

export interface FakeOptions {
  readonly owner?: string;
  readonly repo?: string;
  /** Of the first commit on `main`; a README where absent. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Opens one on a free port of 127.0.0.1; `close` it. In a test, `githubInTest` closes and looks at violations by itself. */
export async function openFakeGithub({ owner = 'acme', repo = 'shop', files }: FakeOptions = {}): Promise<FakeGithub> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-github-')));
  await initialise(folder, 'main');
  const serverUrl = { value: '' };
  const state = freshState({ owner, repo, folder, serverUrl });
  const calls: FakeCall[] = [];
  const planned = disturbances();
  const server = fakeServer({ state, disturbances: planned, calls });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  serverUrl.value = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  watchReads(state, planned);
  const fake = handOf({ state, planned, calls, server });
  await fake.push({ branch: 'main', files: files ?? { 'README.md': '# shop\n' }, message: 'begin' });
  return fake;
}

interface Fresh {
  readonly owner: string;
  readonly repo: string;
  readonly folder: string;
  readonly serverUrl: { readonly value: string };
}

function freshState({ owner, repo, folder, serverUrl }: Fresh): FakeState {
  let id = 1_000;
  return {
    owner,
    repo,
    get serverUrl() {
      return serverUrl.value;
    },
    get apiUrl() {
      return `${serverUrl.value}/api/v3`;
    },
    git: fakeGit(folder),
    ids: { repository: 101, owner: 102, installation: 103 },
    defaultBranch: 'main',
    private: true,
    now: Date.now,
    nextId: () => (id += 1),
    people: new Map(),
    emails: new Map(),
    tokens: new Map(),
    signed: new Set(),
    rate: { limit: 5_000, used: 0, reset: 0 },
    violations: [],
  };
}

/** Refs that are to move once they were read often enough do so behind the read. */
function watchReads({ git }: FakeState, planned: Disturbances): void {
  const { ref } = git;
  Object.assign(git, {
    ref: async (name: string) => {
      const found = await ref(name);
      const moved = planned.read(name);
      if (moved !== undefined) await git.move([{ name, after: moved }]);
      return found;
    },
  });
}

interface Parts {
  readonly state: FakeState;
  readonly planned: Disturbances;
  readonly calls: FakeCall[];
  readonly server: Server;
}

function handOf({ state, planned, calls, server }: Parts): FakeGithub {
  const { owner, repo, git } = state;
  return {
    ...handlesOf(state),
    state,
    owner,
    repo,
    folder: git.folder,
    serverUrl: state.serverUrl,
    apiUrl: state.apiUrl,
    graphqlUrl: `${state.serverUrl}/api/graphql`,
    token: ({ login = ACTIONS_BOT.login, permissions } = {}) => {
      const text = `ghs_${String(state.nextId()).padStart(36, '0')}`;
      personOf(state, login);
      state.tokens.set(text, { text, login, ...(permissions === undefined ? {} : { permissions }) });
      return text;
    },
    person: (wanted) => {
      const person: FakePerson = { ...personOf(state, wanted.login), ...wanted };
      state.people.set(person.login.toLowerCase(), person);
      return person;
    },
    now: () => state.now(),
    setClock: (now) => {
      state.now = typeof now === 'number' ? () => now : now;
    },
    fault: planned.fault,
    barrier: planned.barrier,
    moveAfter: planned.moveAfter,
    calls,
    violations: state.violations,
    push: async ({ branch, files, message, author, from, by }) => {
      const at = Math.floor(state.now() / 1_000);
      const start = await startOf(state, branch, from);
      const after = await pushCommit(git, {
        branch,
        files,
        from: start,
        at,
        ...(message === undefined ? {} : { message }),
        ...(author === undefined ? {} : { author }),
      });
      recordPush(state, {
        ref: `refs/heads/${branch}`,
        after,
        ...(start === null ? {} : { before: start }),
        ...(by === undefined ? {} : { login: by }),
      });
      return after;
    },
    close: () => close({ state, planned, calls, server }),
  };
}

/** A branch goes on from its head; a new one begins where it is told to, else at the head of the default branch. */
async function startOf(
  { git, defaultBranch }: FakeState,
  branch: string,
  from: string | null | undefined,
): Promise<string | null> {
  const head = await git.read(`refs/heads/${branch}`);
  if (head !== undefined) return head.oid;
  if (from !== undefined) return from;
  return (await git.read(`refs/heads/${defaultBranch}`))?.oid ?? null;
}

async function close({ state, planned, server }: Parts): Promise<void> {
  planned.release();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  state.git.close();
  await rm(state.git.folder, { recursive: true, force: true, maxRetries: 3 });
}
