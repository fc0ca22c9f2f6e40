/** Refs outside the branch, moved by `updateRefs` (docs.github.com/graphql/reference/mutations#updaterefs), which compares. */
import { markProblem } from '../../../core/external/path.ts';
import type { Store } from '../../../ports/store.ts';
import { StoreError } from '../../../ports/store.ts';
import { statusOf } from '../client/problem.ts';
import type { Memory } from './memory.ts';
import { type Place, storeError } from './place.ts';
import { ask, readRef } from './read.ts';

const NOWHERE = '0'.repeat(40);

const MOVE = `mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`;
const WHICH = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }`;

export function marks(place: Place, memory: Memory): Pick<Store, 'readMark' | 'moveMark'> {
  return {
    readMark: async (name) => readRef(place, checkMark(name)),
    moveMark: async (name, to, from) => {
      const ref = checkMark(name);
      const repositoryId = await repositoryOf(place, memory);
      const update = { name, beforeOid: from ?? NOWHERE, afterOid: to, force: true };
      try {
        await place.client.graphql(MOVE, { input: { repositoryId, refUpdates: [update] } });
        return true;
      } catch (error) {
        const problem = storeError(place, error, 'writing');
        if (problem.code === 'token-lacks-permission' && statusOf(error) !== 200) throw problem;
        // What GitHub says of a ref that is elsewhere has no type of its own: where it stands tells. A lost answer moved it.
        const now = await readRef(place, ref);
        if (now === to && problem.code === 'unreachable') return true;
        if (now !== from) return false;
        if (!(await exists(place, memory, to))) throw unknown(to);
        throw problem;
      }
    },
  };
}

/** Whether anything is remembered beside the branch. https://docs.github.com/rest/git/refs#list-matching-references */
export async function hasMarks(place: Place): Promise<boolean> {
  const { client, owner, repo } = place;
  try {
    const route = 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}';
    return (await client.request(route, { owner, repo, ref: 'sluice/' })).data.length > 0;
  } catch (error) {
    // An empty repository.
    if (statusOf(error) === 404 || statusOf(error) === 409) return false;
    throw storeError(place, error, 'reading');
  }
}

async function repositoryOf(place: Place, memory: Memory): Promise<string> {
  if (memory.repository === undefined) {
    const { owner, repo } = place;
    interface Which {
      readonly repository: { readonly id: string } | null;
    }
    memory.repository = (await ask<Which>(place, WHICH, { owner, name: repo }))?.repository?.id;
  }
  return memory.repository ?? '';
}

async function exists(place: Place, memory: Memory, oid: string): Promise<boolean> {
  if (memory.commits.get(oid)) return true;
  const { client, owner, repo } = place;
  try {
    await client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { owner, repo, commit_sha: oid });
    return true;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 422) return false;
    throw storeError(place, error, 'reading');
  }
}

function unknown(revision: string): StoreError {
  return new StoreError('commit-unknown', `commit-unknown: there is no commit ${revision}`);
}

/** The ref without its `refs/`, as REST takes it. */
function checkMark(name: string): string {
  const problem = markProblem(name);
  if (problem === undefined) return name.slice('refs/'.length);
  throw new StoreError('value-invalid', `value-invalid: ${JSON.stringify(name)}: ${problem}`);
}
