/** The git database: blobs, trees, commits. https://docs.github.com/rest/git */
import { commitAt, resolveCommit, type Signature, writeCommit } from '../git/commit.ts';
import { changeTree, EMPTY_TREE, readTree, type TreeChange, type TreeEntry, walkTree } from '../git/tree.ts';
import { created, notFound, ok, refuse, type Route, route, type RouteContext } from '../route.ts';
import { gitCommitShape, treeShape } from '../shapes/commit.ts';
import { emailOf, personOf } from '../shapes/person.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import { nodeId, type FakeState } from '../state.ts';

/** GitHub lists at most so many entries of a tree at once. */
const TREE_LIMIT = 100_000;

interface TreeItem {
  readonly path: string;
  readonly mode?: string;
  readonly sha?: string | null;
  readonly content?: string;
}

/** Sizes of blobs, by one git process. */
async function sizesOf({ git }: FakeState, entries: readonly TreeEntry[]): Promise<ReadonlyMap<string, number>> {
  const blobs = entries.filter(({ mode }) => mode !== '040000' && mode !== '160000').map(({ oid }) => oid);
  if (blobs.length === 0) return new Map();
  const answer = await git.run(['cat-file', '--batch-check=%(objectname) %(objectsize)'], `${blobs.join('\n')}\n`);
  const lines = answer.toString().trim().split('\n');
  return new Map(lines.map((line) => line.split(' ')).map(([oid = '', size]) => [oid, Number(size)]));
}

/** A tree by its own id, or by a commit's or a ref's. */
async function treeNamed(
  state: FakeState,
  name: string,
): Promise<{ readonly oid: string; readonly entries: readonly TreeEntry[] }> {
  const direct = /^[0-9a-f]{40}$/.test(name) ? await readTree(state.git, name) : undefined;
  if (direct !== undefined) return { oid: name, entries: direct };
  const commit = await resolveCommit(state.git, name);
  const entries = commit === undefined ? undefined : await readTree(state.git, commit.tree);
  if (commit === undefined || entries === undefined) throw notFound();
  return { oid: commit.tree, entries };
}

async function changeOf(
  state: FakeState,
  { path, mode = '100644', sha, content }: TreeItem,
): Promise<readonly [string, TreeChange]> {
  if (/^\/|\/$|\/\/|(^|\/)\.{1,2}(\/|$)|(^|\/)\.git(\/|$)/i.test(path) || path === '')
    throw refuse(422, 'tree.path contains a malformed path component');
  if (content !== undefined) return [path, { mode, oid: state.git.write('blob', content) }];
  if (sha === null || sha === undefined) return [path, null];
  const object = await state.git.read(sha);
  if (object === undefined && mode !== '160000')
    throw refuse(422, `tree.sha ${sha} is not a valid ${mode === '040000' ? 'tree' : 'blob'}`);
  return [path, { mode, oid: sha }];
}

function signature(context: RouteContext, given: unknown): Signature {
  const { state, token } = context;
  const { name, email, date } = (given ?? {}) as {
    readonly name?: string;
    readonly email?: string;
    readonly date?: string;
  };
  const person = personOf(state, token.login);
  const at = date === undefined ? state.now() : Date.parse(date);
  return { name: name ?? person.login, email: email ?? emailOf(person), at: Math.floor(at / 1_000), zone: '+0000' };
}

export const gitObjectRoutes: readonly Route[] = [
  route('POST /repos/{owner}/{repo}/git/blobs', { permission: 'contents:write' }, ({ state, body }) => {
    const content = Buffer.from(String(body['content']), body['encoding'] === 'base64' ? 'base64' : 'utf8');
    const sha = state.git.write('blob', content);
    return created({ sha, url: `${repositoryUrl(state)}/git/blobs/${sha}` });
  }),

  route(
    'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    { permission: 'contents:read' },
    async ({ state, param, headers }) => {
      const sha = param('file_sha');
      const object = /^[0-9a-f]{40}$/.test(sha) ? await state.git.read(sha) : undefined;
      if (object?.type !== 'blob') throw notFound();
      if (/\.raw\b/.test(headers['accept'] ?? ''))
        return {
          status: 200,
          body: object.content,
          headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' },
        };
      return ok({
        sha,
        node_id: nodeId('Blob', sha),
        size: object.content.length,
        url: `${repositoryUrl(state)}/git/blobs/${sha}`,
        content: folded(object.content),
        encoding: 'base64',
      });
    },
  ),

  route('POST /repos/{owner}/{repo}/git/trees', { permission: 'contents:write' }, async ({ state, body }) => {
    const base = body['base_tree'] as string | undefined;
    if (
      base !== undefined &&
      (await readTree(state.git, base)) === undefined &&
      (await commitAt(state.git, base)) === undefined
    )
      throw refuse(422, 'base_tree is not a valid tree');
    const from = base === undefined ? undefined : ((await commitAt(state.git, base))?.tree ?? base);
    const items = body['tree'] as readonly TreeItem[];
    const changes = new Map(await Promise.all(items.map((item) => changeOf(state, item))));
    const sha = await changeTree(state.git, from, changes);
    const entries = (await readTree(state.git, sha)) ?? [];
    return created(treeShape(state, { sha, entries, truncated: false, sizes: await sizesOf(state, entries) }));
  }),

  route(
    'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    { permission: 'contents:read' },
    async ({ state, param, query }) => {
      const { oid, entries } = await treeNamed(state, param('tree_sha'));
      const all = query.has('recursive') ? await walkTree(state.git, oid) : entries;
      const shown = all.slice(0, TREE_LIMIT);
      const truncated = shown.length < all.length;
      return ok(treeShape(state, { sha: oid, entries: shown, truncated, sizes: await sizesOf(state, shown) }));
    },
  ),

  route('POST /repos/{owner}/{repo}/git/commits', { permission: 'contents:write' }, async (context) => {
    const { state, body, token } = context;
    const tree = String(body['tree']);
    if (tree !== EMPTY_TREE && (await readTree(state.git, tree)) === undefined)
      throw refuse(422, 'Tree SHA does not exist');
    const parents = (body['parents'] as readonly string[] | undefined) ?? [];
    for (const parent of parents)
      if ((await commitAt(state.git, parent)) === undefined)
        throw refuse(422, 'Parent SHA does not exist or is not a commit object');
    const author = signature(context, body['author']);
    const committer = body['committer'] === undefined ? author : signature(context, body['committer']);
    const oid = writeCommit(state.git, { tree, parents, author, committer, message: String(body['message']) });
    // GitHub signs what an App or the workflow's token commits under its own name.
    if (token.login.endsWith('[bot]') && body['author'] === undefined && body['committer'] === undefined)
      state.signed.add(oid);
    const commit = await commitAt(state.git, oid);
    if (commit === undefined) throw notFound();
    return created(gitCommitShape(state, commit));
  }),

  route(
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    { permission: 'contents:read' },
    async ({ state, param }) => {
      const sha = param('commit_sha');
      const commit = /^[0-9a-f]{40}$/.test(sha) ? await commitAt(state.git, sha) : undefined;
      if (commit === undefined) throw notFound();
      return ok(gitCommitShape(state, commit));
    },
  ),
];

/** Base64 in lines of 60, as GitHub sends it. */
export function folded(content: Buffer): string {
  return content.toString('base64').replace(/.{60}/g, '$&\n');
}
