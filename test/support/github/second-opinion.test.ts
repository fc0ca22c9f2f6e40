/**
 * The same calls to our fake and to `emulate`, which others wrote from GitHub's pages: where two that know nothing of each other agree,
 * both are likely right. Where they differ, the difference is listed with who is right.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import { expect, it, onTestFinished } from 'vitest';
import { githubInTest } from './in-test.ts';

interface Server {
  readonly url: string;
  readonly token: string;
}

/** What a step saw: a status, and what matters of the body. */
type Seen = readonly [number, unknown?];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function emulator(): Promise<Server> {
  const port = await freePort();
  const opened = await createEmulator({
    service: 'github',
    port,
    seed: {
      tokens: { known: { login: 'acme', scopes: ['repo'] } },
      github: { users: [{ login: 'acme' }], repos: [{ owner: 'acme', name: 'shop', auto_init: true }] },
    },
  });
  onTestFinished(() => opened.close());
  return { url: `http://127.0.0.1:${String(port)}`, token: 'known' };
}

async function ours(): Promise<Server> {
  const fake = await githubInTest();
  return { url: fake.apiUrl, token: fake.token({ login: 'acme' }) };
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

function asker({ url, token }: Server): Ask {
  return async (method, path, body) => {
    const response = await fetch(`${url}/repos/acme/shop/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const read = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, body: read, headers: response.headers };
  };
}

const PERSON = { name: 'Ada', email: 'ada@example.com', date: '2026-03-01T10:00:00Z' };
/** `git mktree` of a-b.txt and a.txt alone. */
const FLAT = '60042d5b1448c72ea3a637f363c95de60e2b5cb2';
const UNKNOWN = 'f'.repeat(40);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The git database: objects have the ids of git, refs move forwards only. */
async function objects(ask: Ask, see: (name: string, seen: Seen) => void): Promise<void> {
  const blob = await ask('POST', 'git/blobs', { content: 'ä\n', encoding: 'utf-8' });
  see('make a blob', [blob.status, blob.body['sha']]);
  const file = { mode: '100644', type: 'blob' };
  const tree = await ask('POST', 'git/trees', {
    tree: [
      { ...file, path: 'a/b.txt', sha: blob.body['sha'] },
      { ...file, path: 'a/c.txt', content: 'deep\n' },
      { ...file, path: 'a.txt', content: 'a\n' },
      { ...file, path: 'a-b.txt', content: 'c\n' },
    ],
  });
  see('make a tree', [tree.status, tree.body['sha']]);
  const base = tree.body['sha'];
  const next = await ask('POST', 'git/trees', { base_tree: base, tree: [{ ...file, path: 'a/b.txt', sha: null }] });
  see('change a tree', [next.status, next.body['sha']]);
  const emptied = ['a/b.txt', 'a/c.txt'].map((path) => ({ ...file, path, sha: null }));
  const flat = await ask('POST', 'git/trees', { base_tree: base, tree: emptied });
  see('empty a folder', [flat.status, flat.body['sha'] === FLAT ? 'no folder' : 'a folder']);
  const listed = await ask('GET', `git/trees/${String(base)}?recursive=1`);
  const entries = (listed.body['tree'] ?? []) as readonly { readonly path: string; readonly mode: string }[];
  see('list a tree', [listed.status, entries.map(({ path, mode }) => `${mode} ${path}`).toSorted()]);
  see('make a tree on an unknown one', [(await ask('POST', 'git/trees', { base_tree: UNKNOWN, tree: [] })).status]);
  const lost = { tree: [{ ...file, path: 'x', sha: UNKNOWN }] };
  see('make a tree of an unknown blob', [(await ask('POST', 'git/trees', lost)).status]);
  const commit = async (message: string, parents: readonly unknown[], on: unknown = base): Promise<Answer> =>
    ask('POST', 'git/commits', { message, tree: on, parents, author: PERSON, committer: PERSON });
  const first = await commit('first\n', []);
  see('make a commit', [first.status, first.body['sha']]);
  const [bare, broken] = [await commit('bare', []), await commit('bare\n', [])];
  see('make a commit without a line break at the end', [201, bare.body['sha'] === broken.body['sha']]);
  see('make a commit of an unknown tree', [(await commit('x\n', [], UNKNOWN)).status]);
  const [root, left, right] = [
    first.body['sha'],
    ...(await Promise.all(
      ['left\n', 'right\n'].map(async (m) => (await commit(m, [first.body['sha']], next.body['sha'])).body['sha']),
    )),
  ];
  await refs(ask, see, { root: String(root), left: String(left), right: String(right) });
}

interface Commits {
  readonly root: string;
  readonly left: string;
  readonly right: string;
}

async function refs(ask: Ask, see: (name: string, seen: Seen) => void, { root, left, right }: Commits): Promise<void> {
  const make = async (ref: string, sha: string): Promise<Seen> => [
    (await ask('POST', 'git/refs', { ref, sha })).status,
  ];
  const move = async (sha: string, force = false, ref = 'heads/work'): Promise<Seen> => [
    (await ask('PATCH', `git/refs/${ref}`, { sha, force })).status,
  ];
  see('make a ref', await make('refs/heads/work', root));
  see('make a ref again', await make('refs/heads/work', root));
  see('make a ref of one’s own', await make('refs/sluice/sent/slack', root));
  see('make a ref to an unknown object', await make('refs/heads/lost', UNKNOWN));
  see('read a missing ref', [(await ask('GET', 'git/ref/heads/nowhere')).status]);
  see('move a ref forwards', await move(left));
  see('move a ref aside', await move(right));
  see('move a ref aside by force', await move(right, true));
  see('move a ref to an unknown object', await move(UNKNOWN));
  see('move a missing ref', await move(left, false, 'heads/nowhere'));
  const { status, body } = await ask('GET', 'git/ref/heads/work');
  see('read a ref', [status, (body['object'] as { readonly sha: string }).sha]);
  const compared = await ask('GET', `compare/${root}...${right}`);
  const files = (compared.body['files'] ?? []) as readonly { readonly filename: string; readonly status: string }[];
  see('compare', [
    compared.status,
    [compared.body['status'], compared.body['ahead_by'], files.map((one) => `${one.status} ${one.filename}`)],
  ]);
  const listed = (await ask('GET', 'commits?sha=work')).body as unknown as readonly { readonly sha: string }[];
  see('list commits', [200, listed.map(({ sha }) => sha)]);
  await move(root, true);
  const raced = await Promise.all([left, right].map(async (sha) => (await move(sha))[0]));
  see('race for a ref', [200, raced.toSorted((a, b) => a - b)]);
  see('delete a ref', [(await ask('DELETE', 'git/refs/heads/work')).status]);
  see('delete a missing ref', [(await ask('DELETE', 'git/refs/heads/work')).status]);
}

async function contents(ask: Ask, see: (name: string, seen: Seen) => void): Promise<void> {
  const put = async (text: string, sha?: string): Promise<Answer> =>
    ask('PUT', 'contents/docs/a.md', { message: 'm', content: base64(text), ...(sha === undefined ? {} : { sha }) });
  const made = await put('one\n');
  const sha = (made.body['content'] as { readonly sha: string }).sha;
  see('make a file', [made.status, sha]);
  see('change a file without its sha', [(await put('two\n')).status]);
  see('change a file by a wrong sha', [(await put('two\n', UNKNOWN)).status]);
  see('change a file', [(await put('two\n', sha)).status]);
  const { status, body } = await ask('GET', 'contents/docs/a.md');
  see('read a file', [status, Buffer.from(String(body['content']), 'base64').toString()]);
  see('read a missing file', [(await ask('GET', 'contents/docs/none.md')).status]);
}

async function manners(server: Server, see: (name: string, seen: Seen) => void): Promise<void> {
  const { status, headers } = await asker(server)('GET', 'branches');
  see('know a question again', [status, headers.has('etag')]);
  see('ask with an unknown token', [(await asker({ ...server, token: 'nobody' })('GET', 'branches')).status]);
}

async function opinionOf(server: Server): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  const see = (name: string, what: Seen): void => void seen.set(name, what);
  const ask = asker(server);
  await objects(ask, see);
  await contents(ask, see);
  await manners(server, see);
  return seen;
}

/** Own answer first, then emulate's, and who is right. */
const KNOWN: Readonly<Record<string, readonly [unknown, unknown]>> = {
  // Git knows no empty folders, and GitHub keeps none.
  'empty a folder': [
    [201, 'no folder'],
    [201, 'a folder'],
  ],
  // Whether it is the commit with one. Emulate adds it; GitHub is believed to store the message as it came (not verified against it).
  'make a commit without a line break at the end': [
    [201, false],
    [201, true],
  ],
  // GitHub's pages name 422 ("Reference does not exist") and no 404.
  'move a missing ref': [[422], [404]],
  'delete a missing ref': [[422], [404]],
  // GitHub sends ETags with every GET, and refuses tokens that nobody has.
  'know a question again': [
    [200, true],
    [200, false],
  ],
  'ask with an unknown token': [[401], [200]],
};

it('agrees with emulate on git, refs and contents but for the differences that are known', async () => {
  const [own, other] = [await opinionOf(await ours()), await opinionOf(await emulator())];
  const differences = [...own.keys()].filter(
    (name) => JSON.stringify(own.get(name)) !== JSON.stringify(other.get(name)),
  );
  expect(Object.fromEntries(differences.map((name) => [name, [own.get(name), other.get(name)]]))).toEqual(KNOWN);
  expect(own.size).toBeGreaterThan(30);
});
