/** `createCommitOnBranch`: files in, one signed commit out, or nothing. https://docs.github.com/graphql/reference/mutations#createcommitonbranch */
import { type Commit, commitAt, type Signature, writeCommit } from '../git/commit.ts';
import { changeTree, entryAt, type TreeChange } from '../git/tree.ts';
import { recordPush } from '../routes/activity.ts';
import { emailOf, personOf, WEB_FLOW } from '../shapes/person.ts';
import { type FakeState, nodeOf } from '../state.ts';
import { commitObject, refObject } from './git-objects.ts';
import { isOurs } from './query.ts';
import { demand, inputOf, refuseField, type RootField } from './resolver.ts';

interface Input {
  readonly branch: {
    readonly id?: string | null;
    readonly repositoryNameWithOwner?: string | null;
    readonly branchName?: string | null;
  };
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[] | null;
    readonly deletions?: readonly { readonly path: string }[] | null;
  } | null;
  readonly message: { readonly headline: string; readonly body?: string | null };
  readonly expectedHeadOid: string;
  readonly clientMutationId?: string | null;
}

/** The branch's whole ref. */
function branchOf(state: FakeState, { id, repositoryNameWithOwner, branchName }: Input['branch']): string {
  if (typeof id === 'string') {
    const found = nodeOf(id);
    if (found?.type !== 'Ref')
      throw refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
    return found.id;
  }
  const repository = repositoryNameWithOwner ?? '';
  if (!isOurs(state, repository))
    throw refuseField('NOT_FOUND', `Could not resolve to a Repository with the name '${repository}'.`);
  const name = branchName ?? '';
  return name.startsWith('refs/') ? name : `refs/heads/${name}`;
}

/** GitHub's words, two spaces and all (issues of ministryofjustice/modernisation-platform, planetscale/ghcommit). */
const stale = (expected: string): Error =>
  refuseField('STALE_DATA', `Expected branch to point to "${expected}" but it did not.  Pull and try again.`);

async function treeWith(state: FakeState, head: Commit, changes: Input['fileChanges']): Promise<string> {
  const paths = new Map<string, TreeChange>();
  for (const { path } of changes?.deletions ?? []) {
    if ((await entryAt(state.git, head.tree, path)) === undefined)
      throw refuseField(
        'UNPROCESSABLE',
        `A path was requested for deletion which does not exist as of commit oid \`${head.oid}\``,
      );
    paths.set(path, null);
  }
  for (const { path, contents } of changes?.additions ?? []) {
    if (/^\/|\/$|\/\/|(^|\/)\.{1,2}(\/|$)|(^|\/)\.git(\/|$)/i.test(path) || path === '')
      throw refuseField('UNPROCESSABLE', `A path was requested for addition which is not valid: ${path}`);
    paths.set(path, { mode: '100644', oid: state.git.write('blob', Buffer.from(contents, 'base64')) });
  }
  return paths.size === 0 ? head.tree : changeTree(state.git, head.tree, paths);
}

export const createCommitOnBranch: RootField = async (args, context) => {
  demand(context, 'contents:write');
  const { state, token } = context;
  const { branch, fileChanges, message, expectedHeadOid, clientMutationId = null } = inputOf<Input>(args);
  const name = branchOf(state, branch);
  const ref = await state.git.ref(name);
  const head = ref === undefined ? undefined : await commitAt(state.git, ref.oid);
  if (head === undefined) throw refuseField('NOT_FOUND', `Branch "${name.replace('refs/heads/', '')}" not found.`);
  if (head.oid !== expectedHeadOid) throw stale(expectedHeadOid);
  const tree = await treeWith(state, head, fileChanges);
  const person = personOf(state, token.login);
  const at = Math.floor(state.now() / 1_000);
  const author: Signature = { name: person.login, email: emailOf(person), at, zone: '+0000' };
  const committer: Signature = { name: WEB_FLOW.name, email: WEB_FLOW.email, at, zone: '+0000' };
  const { headline, body } = message;
  const text = typeof body === 'string' && body !== '' ? `${headline}\n\n${body}` : headline;
  const oid = writeCommit(state.git, { tree, parents: [head.oid], author, committer, message: text });
  const problem = await state.git.move([{ name, after: oid, before: expectedHeadOid }]);
  if (problem !== undefined) throw stale(expectedHeadOid);
  state.signed.add(oid);
  recordPush(state, { ref: name, before: head.oid, after: oid, login: token.login });
  const commit = { oid, tree, parents: [head.oid], author, committer, message: text };
  return {
    clientMutationId,
    commit: commitObject(state, commit),
    ref: refObject(state, { name, oid, type: 'commit' }),
  };
};
