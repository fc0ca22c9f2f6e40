import type { Needs, StoredFile } from '../../ports/store.ts';
import type { Repository } from './repository.ts';
import { type Entry, isFile, folderOf, toBytes, toText } from './tree.ts';

/** What stands at the needed paths: files with their texts, and paths of what is no file. */
export interface Found {
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly others: readonly string[];
}

/** The needed files of a tree. Their texts are asked for together, so the process at the other end is never waited for one by one. */
export async function readFiles(repository: Repository, tree: string, needs: Needs): Promise<Found> {
  const found = (await Promise.all(needs.map((need) => list(repository, tree, toBytes(need))))).flat();
  const blobs = new Map(found.filter(([, entry]) => isFile(entry)));
  const read = [...blobs].map(
    async ([path, { oid }]) => [toText(path), { oid, text: await repository.text(oid) }] as const,
  );
  const others = found.filter(([, entry]) => !isFile(entry)).map(([path]) => toText(path));
  return { files: new Map(await Promise.all(read)), others: [...new Set(others)] };
}

type Listing = readonly (readonly [path: string, entry: Entry])[];

async function list(repository: Repository, tree: string, need: string): Promise<Listing> {
  if (!need.endsWith('/')) {
    const entry = await entryAt(repository, tree, need);
    return entry && folderOf(entry) === null ? [[need, entry]] : [];
  }
  const folder = need.slice(0, -1);
  const oid = folder === '' ? tree : folderOf(await entryAt(repository, tree, folder));
  return oid === null ? [] : below(repository, oid, folder === '' ? '' : need);
}

/** What stands at a path (in bytes) of a tree. */
export async function entryAt(repository: Repository, tree: string, path: string): Promise<Entry | undefined> {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let at = tree;
  for (const part of parts) {
    const folder = folderOf((await repository.tree(at)).get(part));
    if (folder === null) return undefined;
    at = folder;
  }
  return (await repository.tree(at)).get(name);
}

async function below(repository: Repository, oid: string, prefix: string): Promise<Listing> {
  const tree = await repository.tree(oid);
  const found = [...tree].map(async ([name, entry]): Promise<Listing> => {
    const folder = folderOf(entry);
    return folder === null ? [[prefix + name, entry]] : below(repository, folder, `${prefix}${name}/`);
  });
  return (await Promise.all(found)).flat();
}
