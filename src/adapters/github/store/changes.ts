/** What commits changed: GraphQL does not say it, so REST names the paths and GraphQL what stood there before and after. */
import { comparePaths } from '../../../core/external/path.ts';
import type { StoredCommit } from '../../../ports/store.ts';
import { statusOf } from '../client/problem.ts';
import type { KnownCommit } from './commit.ts';
import { type Entry, entryOf } from './entry.ts';
import type { Memory } from './memory.ts';
import { type Place, storeError, tooLarge } from './place.ts';
import type { EntryNode } from './query.ts';
import { ask } from './read.ts';

type Changes = StoredCommit['changes'];

/** Files that one answer names at most (docs.github.com/rest/commits/commits#get-a-commit): where it may not name all, trees are compared. */
const PAGE = 100;
/** Commits asked about at once. */
const AT_ONCE = 4;

/** Changes by commit, those of a merge against its first parent. */
export async function changesOf(
  place: Place,
  memory: Memory,
  commits: readonly KnownCommit[],
): Promise<ReadonlyMap<string, Changes>> {
  const found = new Map<string, Changes>();
  const open = commits.filter(({ oid }) => {
    const known = memory.changes.get(oid);
    if (known) found.set(oid, known);
    return !known;
  });
  const work = async (): Promise<void> => {
    for (let commit = open.shift(); commit; commit = open.shift()) {
      const changes = await askChanges(place, commit);
      memory.changes.set(commit.oid, changes, 1 + changes.length);
      found.set(commit.oid, changes);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

async function askChanges(place: Place, { oid, parents }: KnownCommit): Promise<Changes> {
  const [parent] = parents;
  // REST shows a merge against its first parent too, but leaves out what it took whole from the other.
  const paths = parents.length > 1 ? undefined : await pathsOf(place, oid);
  if (paths === undefined) return comparedTrees(place, parent, oid);
  const { before, after } = await entriesAt(place, paths, { oid, parent });
  return differing(paths, before, after);
}

/** What differs between two commits (undefined: nothing at all), whatever lies between them. */
export async function comparedTrees(place: Place, base: string | undefined, head: string): Promise<Changes> {
  const [before, after] = await Promise.all([treeOf(place, base), treeOf(place, head)]);
  return differing([...new Set([...before.keys(), ...after.keys()])], before, after);
}

type Entries = ReadonlyMap<string, Entry | null>;

function differing(paths: readonly string[], before: Entries, after: Entries): Changes {
  const leaf = (entry: Entry | null | undefined): string | null =>
    entry && entry.kind !== 'folder' ? entry.oid : null;
  return paths
    .filter(
      (path) => leaf(before.get(path)) !== leaf(after.get(path)) || before.get(path)?.kind !== after.get(path)?.kind,
    )
    .map((path) => ({ path, before: leaf(before.get(path)), after: leaf(after.get(path)) }))
    .filter((change) => change.before !== null || change.after !== null)
    .toSorted((one, other) => comparePaths(one.path, other.path));
}

/** undefined: there may be more than the answer names. */
async function pathsOf(place: Place, oid: string): Promise<readonly string[] | undefined> {
  const { client, owner, repo } = place;
  try {
    const { data, headers } = await client.request('GET /repos/{owner}/{repo}/commits/{ref}', {
      owner,
      repo,
      ref: oid,
      per_page: PAGE,
    });
    const files = data.files ?? [];
    if (files.length >= PAGE || /\brel="next"/.test(headers.link ?? '')) return undefined;
    const named = files.flatMap(({ filename, previous_filename: previous }) =>
      previous === undefined ? [filename] : [filename, previous],
    );
    return [...new Set(named)];
  } catch (error) {
    throw storeError(place, error, 'reading');
  }
}

interface Between {
  readonly oid: string;
  readonly parent: string | undefined;
}

interface EntriesAnswer {
  readonly repository: Readonly<
    Record<'before' | 'after', Readonly<Record<string, EntryNode | null>> | null | undefined>
  > | null;
}

async function entriesAt(
  place: Place,
  paths: readonly string[],
  { oid, parent }: Between,
): Promise<{ readonly before: Entries; readonly after: Entries }> {
  const none = { before: new Map<string, Entry>(), after: new Map<string, Entry>() };
  if (paths.length === 0) return none;
  const { owner, repo } = place;
  const names = paths.map((_, index) => `$p${index}: String!`).join(', ');
  const fields = paths.map((_, index) => `n${index}: file(path: $p${index}) { oid type mode }`).join('\n');
  const before = parent === undefined ? '' : `before: object(oid: "${parent}") { ... on Commit { ${fields} } }`;
  const query = `query ($owner: String!, $name: String!, ${names}) { repository(owner: $owner, name: $name) {
    ${before}
    after: object(oid: "${oid}") { ... on Commit { ${fields} } }
  } }`;
  const variables = Object.fromEntries(paths.map((path, index) => [`p${index}`, path]));
  const answer = await ask<EntriesAnswer>(place, query, { owner, name: repo, ...variables });
  const at = (side: 'before' | 'after'): Entries =>
    new Map(
      paths.map((path, index) => {
        const entry = answer?.repository?.[side]?.[`n${index}`];
        return [path, entry ? entryOf(entry) : null];
      }),
    );
  return { before: at('before'), after: at('after') };
}

/** Every file of a commit (docs.github.com/rest/git/trees#get-a-tree: up to 100,000). */
async function treeOf(place: Place, oid: string | undefined): Promise<Entries> {
  if (oid === undefined) return new Map();
  const { client, owner, repo } = place;
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      owner,
      repo,
      tree_sha: oid,
      recursive: '1',
    });
    if (data.truncated) throw tooLarge(place, '');
    const files = data.tree.filter(({ type }) => type !== 'tree');
    return new Map(files.map(({ path, sha, type, mode }) => [path, entryOf({ oid: sha, type, mode })]));
  } catch (error) {
    // The empty tree, or a commit without files.
    if (statusOf(error) === 404) return new Map();
    throw storeError(place, error, 'reading');
  }
}
