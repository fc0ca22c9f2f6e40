/** All that a process must know before it decides, by one query: configuration, state, and who asks. */
import type { Clock } from '../../../ports/clock.ts';
import type { Needs, StoredFile } from '../../../ports/store.ts';
import { StoreError } from '../../../ports/store.ts';
import type { GithubClient } from '../client/client.ts';
import { graphqlErrors } from '../client/limits.ts';
import { answerOf } from '../client/problem.ts';
import { missingNeeds } from './entry.ts';
import { type Memory, newMemory } from './memory.ts';
import { type Place, storeError } from './place.ts';
import { declarations, type EntryNode, NEWEST, questionsOf, type ReadNode, selection } from './query.ts';
import { answered, learnHead } from './read.ts';
import { isWhole, textOf } from './texts.ts';

export interface GithubOpening {
  readonly client: GithubClient;
  /** What the command must read of the state. */
  readonly needs: Needs;
  readonly branch?: string;
  /** Where the configuration may lie; the first that is there counts. */
  readonly paths: readonly string[];
  /** Whose role is asked along. */
  readonly actor?: { readonly id: string; readonly login: string };
  readonly clock: Clock;
}

/** GitHub's names of roles, as its REST interface writes them. */
export type OpenedRole = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface GithubOpened {
  /** At the head of the default branch; undefined: there is none. */
  readonly config: (StoredFile & { readonly path: string }) | undefined;
  /** The default branch, and the commit at which the configuration was read. */
  readonly defaultBranch: { readonly name: string; readonly oid: string } | undefined;
  /** The actor's, where GitHub says it to this token; undefined: ask the forge. */
  readonly role: OpenedRole | undefined;
  /** The state branch's head; null: there is no such branch yet. */
  readonly revision: string | null;
  /** The clock here at the read, in ms. */
  readonly at: number;
  /** For `githubStore`. */
  readonly place: Place;
  readonly memory: Memory;
}

interface Opened {
  readonly repository: {
    readonly id: string;
    readonly defaultBranchRef: {
      readonly name: string;
      readonly target: ({ readonly oid: string } & Readonly<Record<`c${number}`, EntryNode | null>>) | null;
    } | null;
    readonly ref: { readonly target: ReadNode | null } | null;
    readonly collaborators?: {
      readonly edges:
        | readonly ({ readonly permission: string; readonly node: { readonly databaseId: number | null } } | null)[]
        | null;
    } | null;
  } | null;
}

/** Rejects with a StoreError. A token that may not see roles gets everything else. */
export async function githubOpening(options: GithubOpening): Promise<GithubOpened> {
  const { client, needs, branch = 'sluice-state', paths, actor, clock } = options;
  const place: Place = { client, owner: client.owner, repo: client.repo, branch, clock };
  const memory = newMemory();
  const questions = questionsOf(missingNeeds(undefined, needs), () => undefined);
  const { fields, variables } = selection(questions, NEWEST);
  const configs = Object.fromEntries(paths.map((path, index) => [`c${index}`, path]));
  const asked = { ...variables, ...configs, ...(actor === undefined ? {} : { login: actor.login }) };
  const query = openingQuery({ fields, asked, paths, asksRole: actor !== undefined });
  const { repository } = await ask(place, query, {
    owner: client.owner,
    name: client.repo,
    ref: `refs/heads/${branch}`,
    ...asked,
  });
  memory.repository = repository?.id;
  const view = await learnHead(place, memory, { node: repository?.ref?.target ?? undefined, questions });
  const target = repository?.defaultBranchRef?.target;
  const name = repository?.defaultBranchRef?.name ?? '';
  return {
    config: target ? await configOf(place, memory, { target, paths }) : undefined,
    defaultBranch: target ? { name, oid: target.oid } : undefined,
    role: roleOf(repository, actor?.id),
    revision: view?.revision ?? null,
    at: clock.now(),
    place,
    memory,
  };
}

interface Parts {
  readonly fields: string;
  readonly asked: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly asksRole: boolean;
}

function openingQuery({ fields, asked, paths, asksRole }: Parts): string {
  const configs = paths.map(
    (_, index) => `c${index}: file(path: $c${index}) { oid type mode object { __typename ... on Blob { text } } }`,
  );
  // `query` matches parts of names as well: who it is, is told by the id.
  const role = asksRole ? 'collaborators(query: $login, first: 10) { edges { permission node { databaseId } } }' : '';
  return `query ($owner: String!, $name: String!, $ref: String!${declarations(asked)}) {
    repository(owner: $owner, name: $name) {
      id
      defaultBranchRef { name target { oid ... on Commit { ${configs.join('\n')} } } }
      ref(qualifiedName: $ref) { target { ... on Commit { ${fields} } } }
      ${role}
    }
  }`;
}

/** What could be answered, where all that could not is who has which role. */
async function ask(place: Place, query: string, variables: Readonly<Record<string, unknown>>): Promise<Opened> {
  try {
    return answered(await place.client.graphql<Opened>(query, variables));
  } catch (error) {
    const faults = graphqlErrors(answerOf(error)?.data);
    const isRole = faults.length > 0 && faults.every(({ path }) => path?.[1] === 'collaborators');
    const rest = isRole && typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined;
    if (rest) return answered(rest as Opened);
    throw storeError(place, error, 'reading');
  }
}

interface Configs {
  readonly target: Readonly<Record<`c${number}`, EntryNode | null>>;
  readonly paths: readonly string[];
}

async function configOf(place: Place, memory: Memory, { target, paths }: Configs): Promise<GithubOpened['config']> {
  for (const [index, path] of paths.entries()) {
    const entry = target[`c${index}`];
    if (entry?.type !== 'blob') continue;
    const { oid, object } = entry;
    const text = object && 'text' in object ? object.text : null;
    const whole = text !== null && isWhole(oid, text) ? text : await textOf(place, memory, oid);
    if (whole === undefined)
      throw new StoreError('store-damaged', `store-damaged: ${path} of ${place.owner}/${place.repo} cannot be read`);
    return { path, oid, text: whole };
  }
  return undefined;
}

function roleOf(repository: Opened['repository'], id: string | undefined): OpenedRole | undefined {
  const edges = repository?.collaborators?.edges ?? [];
  const own = id === undefined ? undefined : edges.find((edge) => String(edge?.node.databaseId) === id);
  const role = own?.permission.toLowerCase();
  return ROLES.find((one) => one === role);
}

const ROLES: readonly OpenedRole[] = ['read', 'triage', 'write', 'maintain', 'admin'];
