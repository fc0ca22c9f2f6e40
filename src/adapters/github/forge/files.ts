/** Many files at a commit. https://docs.github.com/graphql/reference/objects#commit (`file`), #treeentry */
import type { ForgeFile } from '../../../ports/forge.ts';
import type { Asker } from './ask.ts';
import { isPath } from './file.ts';

const AT_ONCE = 100;
/** Git's mode of a symbolic link, as GraphQL gives it: a number. */
const LINK = 0o120000;

interface Entry {
  readonly type: string;
  readonly mode: number;
  readonly object: {
    readonly text?: string | null;
    readonly isBinary?: boolean | null;
    readonly isTruncated?: boolean;
  } | null;
}

interface Found {
  readonly repository: { readonly object: Readonly<Record<string, Entry | null>> | null } | null;
}

export async function filesAt(
  asker: Asker,
  paths: readonly string[],
  sha: string,
): Promise<ReadonlyMap<string, ForgeFile>> {
  const asked = [...new Set(paths)].filter(isPath);
  const found = new Map<string, ForgeFile>();
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    const part = asked.slice(at, at + AT_ONCE);
    const entries = await entriesAt(asker, part, sha);
    for (const [index, path] of part.entries()) {
      const entry = entries[`f${index}`];
      if (entry) found.set(path, fileOf(entry));
    }
  }
  return found;
}

/** Paths are variables: nothing of them is read as a query. */
async function entriesAt(
  asker: Asker,
  paths: readonly string[],
  sha: string,
): Promise<Readonly<Record<string, Entry | null>>> {
  const { owner, repo, graphql } = asker.client;
  const variables = paths.map((_, index) => `$p${index}: String!`).join(', ');
  const fields = paths.map((_, index) => `f${index}: file(path: $p${index}) { ...entry }`).join(' ');
  const query = `query ($owner: String!, $name: String!, $at: String!, ${variables}) {
    repository(owner: $owner, name: $name) { object(expression: $at) { ... on Commit { ${fields} } } }
  }
  fragment entry on TreeEntry { type mode object { ... on Blob { text isBinary isTruncated } } }`;
  const named = Object.fromEntries(paths.map((path, index) => [`p${index}`, path]));
  try {
    const { repository } = await graphql<Found>(query, { owner, name: repo, at: sha, ...named });
    return repository?.object ?? {};
  } catch (error) {
    throw asker.failed(error, {
      doing: `read ${paths.length} files at ${sha.slice(0, 12)}`,
      route: 'query repository',
    });
  }
}

function fileOf({ type, mode, object }: Entry): ForgeFile {
  if (type === 'tree') return { type: 'folder' };
  if (type === 'commit') return { type: 'repository' };
  if (mode === LINK) return { type: 'link' };
  if (object?.isTruncated === true) return { type: 'large' };
  const text = object?.text;
  return object?.isBinary === true || text === null || text === undefined ? { type: 'binary' } : { type: 'text', text };
}
