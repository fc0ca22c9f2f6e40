/** Refs made, moved and deleted by GraphQL. https://docs.github.com/graphql/reference/mutations#updaterefs */
import { isRefName } from '../git/repository.ts';
import { NO_OBJECT } from '../git/ref-updates.ts';
import { isAncestor } from '../routes/refs.ts';
import { type FakeState, nodeOf } from '../state.ts';
import { refObject } from './git-objects.ts';
import { demand, inputOf, refuseField, type RootFields } from './resolver.ts';

interface RefChange {
  readonly name: string;
  readonly beforeOid?: string | null;
  readonly afterOid: string;
  readonly force?: boolean | null;
}

interface Mutation {
  readonly clientMutationId?: string | null;
}

const unprocessable = (message: string): Error => refuseField('UNPROCESSABLE', message);

function checkRepository({ ids }: FakeState, repository: string): void {
  if (nodeOf(repository)?.id !== String(ids.repository))
    throw refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${repository}'`);
}

async function checkChange(state: FakeState, { name, afterOid, force }: RefChange): Promise<void> {
  if (!isRefName(name)) throw unprocessable(`${name} is not a valid ref name.`);
  if (afterOid === NO_OBJECT) return;
  if ((await state.git.read(afterOid)) === undefined) throw unprocessable(`Object ${afterOid} does not exist.`);
  const there = await state.git.ref(name);
  if (there === undefined || force === true || there.oid === afterOid) return;
  if (!(await isAncestor(state, there.oid, afterOid))) throw unprocessable('Update is not a fast-forward.');
}

function refOf(id: string): string {
  const found = nodeOf(id);
  if (found?.type !== 'Ref')
    throw refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  return found.id;
}

export const refMutations: RootFields = {
  updateRefs: async (args, context) => {
    demand(context, 'contents:write');
    const {
      repositoryId,
      refUpdates,
      clientMutationId = null,
    } = inputOf<Mutation & { readonly repositoryId: string; readonly refUpdates: readonly RefChange[] }>(args);
    checkRepository(context.state, repositoryId);
    for (const change of refUpdates) await checkChange(context.state, change);
    const problem = await context.state.git.move(
      refUpdates.map(({ name, beforeOid, afterOid }) => ({
        name,
        after: afterOid,
        ...(typeof beforeOid === 'string' ? { before: beforeOid } : {}),
      })),
    );
    if (problem !== undefined) throw refuseField('STALE_DATA', `Refs could not be updated: ${problem}`);
    return { clientMutationId };
  },

  createRef: async (args, context) => {
    demand(context, 'contents:write');
    const {
      repositoryId,
      name,
      oid,
      clientMutationId = null,
    } = inputOf<Mutation & { readonly repositoryId: string; readonly name: string; readonly oid: string }>(args);
    checkRepository(context.state, repositoryId);
    await checkChange(context.state, { name, afterOid: oid, force: true });
    const problem = await context.state.git.move([{ name, after: oid, before: NO_OBJECT }]);
    if (problem !== undefined) throw unprocessable(`A ref named "${name}" already exists in the repository.`);
    return { clientMutationId, ref: refObject(context.state, { name, oid, type: 'commit' }) };
  },

  updateRef: async (args, context) => {
    demand(context, 'contents:write');
    const {
      refId,
      oid,
      force,
      clientMutationId = null,
    } = inputOf<Mutation & { readonly refId: string; readonly oid: string; readonly force?: boolean }>(args);
    const name = refOf(refId);
    await checkChange(context.state, { name, afterOid: oid, ...(force === undefined ? {} : { force }) });
    await context.state.git.move([{ name, after: oid }]);
    return { clientMutationId, ref: refObject(context.state, { name, oid, type: 'commit' }) };
  },

  deleteRef: async (args, context) => {
    demand(context, 'contents:write');
    const { refId, clientMutationId = null } = inputOf<Mutation & { readonly refId: string }>(args);
    const problem = await context.state.git.move([{ name: refOf(refId), after: NO_OBJECT }]);
    if (problem !== undefined) throw refuseField('NOT_FOUND', problem);
    return { clientMutationId };
  },
};
