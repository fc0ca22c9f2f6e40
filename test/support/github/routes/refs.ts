/** Refs, of branches and tags and of one's own (`refs/sluice/...`). https://docs.github.com/rest/git/refs */
import { commitAt } from '../git/commit.ts';
import { isRefName, type FakeRef } from '../git/repository.ts';
import { NO_OBJECT } from '../git/ref-updates.ts';
import { created, noContent, notFound, ok, refuse, type Route, route } from '../route.ts';
import { refShape } from '../shapes/commit.ts';
import type { FakeState } from '../state.ts';

const FULL = /^[0-9a-f]{40}$/;
const missing = (): Error => refuse(422, 'Reference does not exist');

/** `heads/main` as GitHub wants it in addresses. */
async function there({ git }: FakeState, ref: string): Promise<FakeRef | undefined> {
  return git.ref(`refs/${ref}`);
}

/** Whether a commit can be reached from another one. */
export async function isAncestor({ git }: FakeState, older: string, newer: string): Promise<boolean> {
  try {
    await git.run(['merge-base', '--is-ancestor', older, newer]);
    return true;
  } catch {
    return false;
  }
}

async function isForward(state: FakeState, older: FakeRef, newer: string): Promise<boolean> {
  const commit = await commitAt(state.git, newer);
  if (commit === undefined) return false;
  return commit.parents.includes(older.oid) || isAncestor(state, older.oid, newer);
}

export const refRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/git/ref/{ref}', { permission: 'contents:read' }, async ({ state, param }) => {
    const ref = await there(state, param('ref'));
    if (ref === undefined) throw notFound();
    return ok(refShape(state, ref));
  }),

  route(
    'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
    { permission: 'contents:read' },
    async ({ state, param }) => {
      const refs = await state.git.refs(`refs/${param('ref')}`);
      return ok(refs.map((ref) => refShape(state, ref)));
    },
  ),

  route('POST /repos/{owner}/{repo}/git/refs', { permission: 'contents:write' }, async ({ state, body }) => {
    const [name, sha] = [String(body['ref']), String(body['sha'])];
    if (!isRefName(name)) throw refuse(422, `${name} is not a valid ref name.`);
    const object = FULL.test(sha) ? await state.git.read(sha) : undefined;
    if (object === undefined) throw refuse(422, 'Object does not exist');
    const problem = await state.git.move([{ name, after: sha, before: NO_OBJECT }]);
    if (problem !== undefined) throw refuse(422, 'Reference already exists');
    const reply = created(refShape(state, { name, oid: sha, type: object.type }));
    return { ...reply, headers: { location: String((reply.body as { url: string }).url) } };
  }),

  route(
    'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
    { permission: 'contents:write' },
    async ({ state, param, body }) => {
      const [name, sha, force] = [`refs/${param('ref')}`, String(body['sha']), body['force'] === true];
      const ref = await there(state, param('ref'));
      if (ref === undefined) throw missing();
      const object = FULL.test(sha) ? await state.git.read(sha) : undefined;
      if (object === undefined) throw refuse(422, 'Object does not exist');
      if (!force && ref.oid !== sha && !(await isForward(state, ref, sha)))
        throw refuse(422, 'Update is not a fast forward');
      const problem = await state.git.move([{ name, after: sha, before: ref.oid }]);
      if (problem !== undefined) throw refuse(422, 'Update is not a fast forward');
      return ok(refShape(state, { name, oid: sha, type: object.type }));
    },
  ),

  route('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { permission: 'contents:write' }, async ({ state, param }) => {
    const ref = await there(state, param('ref'));
    if (ref === undefined) throw missing();
    const problem = await state.git.move([{ name: ref.name, after: NO_OBJECT, before: ref.oid }]);
    if (problem !== undefined) throw missing();
    return noContent();
  }),
];
