/** `repository`, `rateLimit`, `viewer`, `node` and what hangs below. https://docs.github.com/graphql/reference/queries */
import { isoOf } from '../git/commit.ts';
import { commentByNode } from '../routes/comments.ts';
import { rateOf } from '../exchange.ts';
import { webUrl } from '../shapes/repository.ts';
import { type FakeState, nodeId, nodeOf } from '../state.ts';
import { commentObject } from './comments.ts';
import { objectByExpression, objectByOid, refObject } from './git-objects.ts';
import { actorObject, viewerObject } from './people.ts';
import { type Arguments, connection, demand, type GraphqlContext, refuseField, type RootFields } from './resolver.ts';

interface Page {
  readonly first?: number | null;
  readonly after?: string | null;
}

export function isOurs({ owner, repo }: FakeState, name: string): boolean {
  return name.toLowerCase() === `${owner}/${repo}`.toLowerCase();
}

async function refNamed(state: FakeState, name: string): Promise<Record<string, unknown> | null> {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of candidates) {
    const ref = await state.git.ref(candidate);
    if (ref !== undefined) return refObject(state, ref);
  }
  return null;
}

function collaborators(
  state: FakeState,
  { query, login, ...page }: Page & { readonly query?: string; readonly login?: string },
): unknown {
  const people = [...state.people.values()].filter(
    (person) =>
      person.role !== undefined &&
      (query === undefined || query === null || person.login.toLowerCase().includes(query.toLowerCase())) &&
      (login === undefined || login === null || person.login.toLowerCase() === login.toLowerCase()),
  );
  const nodes = people.map((person) => ({ ...actorObject(state, person), role: person.role }));
  return connection(nodes, page, ({ role }) => ({ permission: role?.toUpperCase() }));
}

function repositoryObject(state: FakeState, context: GraphqlContext): Record<string, unknown> {
  const contents =
    <A, T>(read: (args: A) => T): ((args: A) => T) =>
    (args) => {
      demand(context, 'contents:read');
      return read(args);
    };
  return {
    __typename: 'Repository',
    id: nodeId('Repository', state.ids.repository),
    databaseId: state.ids.repository,
    name: state.repo,
    nameWithOwner: `${state.owner}/${state.repo}`,
    owner: {
      __typename: 'Organization',
      id: nodeId('Organization', state.ids.owner),
      databaseId: state.ids.owner,
      login: state.owner,
    },
    url: webUrl(state),
    isPrivate: state.private,
    isEmpty: async () => (await state.git.refs('refs/heads/')).length === 0,
    defaultBranchRef: contents(() => refNamed(state, `refs/heads/${state.defaultBranch}`)),
    ref: contents(({ qualifiedName }: { readonly qualifiedName: string }) => refNamed(state, qualifiedName)),
    refs: contents(
      async ({ refPrefix, query, ...page }: Page & { readonly refPrefix: string; readonly query?: string | null }) => {
        const refs = (await state.git.refs(refPrefix)).filter(({ name }) => name.includes(query ?? ''));
        return connection(
          refs.map((ref) => refObject(state, ref)),
          page,
        );
      },
    ),
    object: contents(({ expression, oid }: { readonly expression?: string | null; readonly oid?: string | null }) => {
      if (typeof oid === 'string') return objectByOid(state, oid);
      return objectByExpression(state, expression ?? '');
    }),
    collaborators: (args: Page & { readonly query?: string; readonly login?: string }) => collaborators(state, args),
  };
}

async function nodeObject(id: string, context: GraphqlContext): Promise<Record<string, unknown>> {
  const { state } = context;
  const found = nodeOf(id);
  const oid = found?.type === 'Commit' || found?.type === 'Tree' || found?.type === 'Blob' ? found.id : undefined;
  if (found?.type === 'Repository') return repositoryObject(state, context);
  const comment = commentByNode(state, id);
  if (comment !== undefined) return commentObject(state, comment);
  const object =
    oid !== undefined ? await objectByOid(state, oid) : found?.type === 'Ref' ? await refNamed(state, found.id) : null;
  if (object === null) throw refuseField('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  return object;
}

export const queryFields: RootFields = {
  repository: ({ owner, name }: Arguments, context) => {
    const whole = `${String(owner)}/${String(name)}`;
    if (!isOurs(context.state, whole))
      throw refuseField('NOT_FOUND', `Could not resolve to a Repository with the name '${whole}'.`);
    return repositoryObject(context.state, context);
  },
  viewer: (_args, { state, token }) => viewerObject(state, token.login),
  rateLimit: (_args, { state }) => {
    const { limit, used, reset } = rateOf(state);
    return { limit, used, remaining: Math.max(0, limit - used), resetAt: isoOf(reset * 1_000), cost: 1, nodeCount: 1 };
  },
  node: ({ id }: Arguments, context) => nodeObject(String(id), context),
  // Each may be missing by itself.
  nodes: ({ ids }: Arguments, context) => (ids as readonly string[]).map((id) => nodeObject(id, context)),
};
