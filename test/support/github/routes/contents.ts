/** Files by their path. https://docs.github.com/rest/repos/contents */
import { type Commit, commitAt, isoOf, resolveCommit, type Signature, writeCommit } from '../git/commit.ts';
import { changeTree, entryAt, readTree, type TreeChange, type TreeEntry, typeOfMode } from '../git/tree.ts';
import { notFound, ok, refuse, type Reply, type Route, route, type RouteContext } from '../route.ts';
import { gitCommitShape } from '../shapes/commit.ts';
import { emailOf, personOf, WEB_FLOW } from '../shapes/person.ts';
import { repositoryUrl, webUrl } from '../shapes/repository.ts';
import type { FakeState } from '../state.ts';
import { folded } from './git-objects.ts';

/** Above it GitHub sends no content but raw, in bytes. */
const INLINE_LIMIT = 1_048_576;
/** Entries of a folder. */
const FOLDER_LIMIT = 1_000;

interface Place {
  readonly path: string;
  readonly ref: string;
}

interface Sized extends TreeEntry {
  readonly size: number;
}

function linksOf(state: FakeState, { path, ref }: Place, { oid, mode }: TreeEntry): Record<string, unknown> {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  const type = typeOfMode(mode);
  const self = `${repositoryUrl(state)}/contents/${escaped}?ref=${encodeURIComponent(ref)}`;
  const git = `${repositoryUrl(state)}/git/${type}s/${oid}`;
  const html = `${webUrl(state)}/${type}/${ref}/${escaped}`;
  const download = type === 'blob' ? `${state.serverUrl}/raw/${ref}/${escaped}` : null;
  return { url: self, git_url: git, html_url: html, download_url: download, _links: { self, git, html } };
}

function entryShape(state: FakeState, place: Place, entry: Sized): Record<string, unknown> {
  const { size } = entry;
  const type =
    entry.mode === '040000'
      ? 'dir'
      : entry.mode === '160000'
        ? 'submodule'
        : entry.mode === '120000'
          ? 'symlink'
          : 'file';
  const name = place.path.split('/').at(-1) ?? '';
  return { name, path: place.path, sha: entry.oid, size, type, ...linksOf(state, place, entry) };
}

async function fileShape(state: FakeState, place: Place, entry: TreeEntry): Promise<Record<string, unknown>> {
  const content = (await state.git.read(entry.oid))?.content ?? Buffer.alloc(0);
  const shape = entryShape(state, place, { ...entry, size: content.length });
  if (entry.mode === '120000') return { ...shape, target: content.toString() };
  const small = content.length <= INLINE_LIMIT;
  return { ...shape, content: small ? folded(content) : '', encoding: small ? 'base64' : 'none' };
}

async function getContents({ state, param, query, headers }: RouteContext): Promise<Reply> {
  const ref = query.get('ref') ?? state.defaultBranch;
  const path = param('path').replace(/^\/+|\/+$/g, '');
  const commit = await resolveCommit(state.git, ref);
  if (commit === undefined) throw refuse(404, `No commit found for the ref ${ref}`);
  const entry = await entryAt(state.git, commit.tree, path);
  if (entry === undefined) throw notFound();
  const accept = headers['accept'] ?? '';
  if (entry.mode !== '040000') {
    const raw = /\.raw\b/.test(accept) ? await state.git.read(entry.oid) : undefined;
    if (raw === undefined) return ok(await fileShape(state, { path, ref }, entry));
    return { status: 200, body: raw.content, headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' } };
  }
  const entries = ((await readTree(state.git, entry.oid)) ?? []).slice(0, FOLDER_LIMIT);
  const shapes = await Promise.all(
    entries.map(async (one) => {
      const size = typeOfMode(one.mode) === 'blob' ? ((await state.git.read(one.oid))?.content.length ?? 0) : 0;
      return entryShape(state, { path: path === '' ? one.name : `${path}/${one.name}`, ref }, { ...one, size });
    }),
  );
  return ok(shapes);
}

interface Edit {
  readonly head: Commit | undefined;
  readonly branch: string;
  readonly path: string;
  readonly change: TreeChange;
}

/** A commit with one changed file on the branch, or 409 where the branch moved meanwhile. */
async function commitEdit({ state, token, body }: RouteContext, { head, branch, path, change }: Edit): Promise<Commit> {
  const person = personOf(state, token.login);
  const at = Math.floor(state.now() / 1_000);
  const web: Signature = { name: WEB_FLOW.name, email: WEB_FLOW.email, at, zone: '+0000' };
  const named = (given: unknown): Signature | undefined => {
    if (given === undefined) return undefined;
    const { name, email, date } = given as { readonly name: string; readonly email: string; readonly date?: string };
    return { name, email, at: date === undefined ? at : Math.floor(Date.parse(date) / 1_000), zone: '+0000' };
  };
  const own: Signature = { name: person.login, email: emailOf(person), at, zone: '+0000' };
  const author = named(body['author']) ?? named(body['committer']) ?? own;
  const committer = named(body['committer']) ?? web;
  const tree = await changeTree(state.git, head?.tree, new Map([[path, change]]));
  const made = {
    tree,
    parents: head === undefined ? [] : [head.oid],
    author,
    committer,
    message: String(body['message']),
  };
  const oid = writeCommit(state.git, made);
  const before = head?.oid ?? '0'.repeat(40);
  const problem = await state.git.move([{ name: `refs/heads/${branch}`, after: oid, before }]);
  if (problem !== undefined)
    throw refuse(
      409,
      `is at ${(await state.git.ref(`refs/heads/${branch}`))?.oid ?? 'nothing'} but expected ${before}`,
    );
  if (committer === web) state.signed.add(oid);
  return { oid, ...made };
}

async function editOf(context: RouteContext): Promise<{
  readonly head: Commit;
  readonly branch: string;
  readonly path: string;
  readonly there: TreeEntry | undefined;
}> {
  const { state, param, body } = context;
  const branch =
    typeof body['branch'] === 'string' ? body['branch'].replace(/^refs\/heads\//, '') : state.defaultBranch;
  const path = param('path');
  const head = await commitAt(state.git, `refs/heads/${branch}`);
  if (head === undefined) throw refuse(404, `Branch ${branch} not found`);
  return { head, branch, path, there: await entryAt(state.git, head.tree, path) };
}

const commitOf = (state: FakeState, commit: Commit): Record<string, unknown> => gitCommitShape(state, commit);

async function putContents(context: RouteContext): Promise<Reply> {
  const { state, body } = context;
  const { head, branch, path, there } = await editOf(context);
  const sha = body['sha'];
  if (there !== undefined && sha === undefined) throw refuse(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== undefined && sha !== there?.oid) throw refuse(409, `${path} does not match ${String(sha)}`);
  const oid = state.git.write('blob', Buffer.from(String(body['content']), 'base64'));
  const change = { mode: there?.mode ?? '100644', oid };
  const commit = await commitEdit(context, { head, branch, path, change });
  const content = await fileShape(state, { path, ref: branch }, { name: path, ...change });
  // The reply leaves out the text.
  delete content['content'];
  delete content['encoding'];
  return { status: there === undefined ? 201 : 200, body: { content, commit: commitOf(state, commit) } };
}

async function deleteContents(context: RouteContext): Promise<Reply> {
  const { state, body } = context;
  const { head, branch, path, there } = await editOf(context);
  if (there === undefined) throw notFound();
  if (body['sha'] !== there.oid) throw refuse(409, `${path} does not match ${String(body['sha'])}`);
  const commit = await commitEdit(context, { head, branch, path, change: null });
  return ok({ content: null, commit: commitOf(state, commit) });
}

export const contentRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/contents/{path}', { permission: 'contents:read' }, async (context) => {
    const reply = await getContents(context);
    const commit = await resolveCommit(context.state.git, context.query.get('ref') ?? context.state.defaultBranch);
    const modified = new Date(Date.parse(isoOf((commit?.committer.at ?? 0) * 1_000))).toUTCString();
    return { ...reply, headers: { 'last-modified': modified, ...reply.headers } };
  }),
  route('PUT /repos/{owner}/{repo}/contents/{path}', { permission: 'contents:write' }, putContents),
  route('DELETE /repos/{owner}/{repo}/contents/{path}', { permission: 'contents:write' }, deleteContents),
];
