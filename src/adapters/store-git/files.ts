import type { Needs, StoredFile } from '../../ports/store.ts';
import type { Repository } from './repository.ts';
import { type Entry, isBlob, folderOf, toBytes, toText } from './tree.ts';

/** The needed files of a tree. Their texts are asked for together, so the process at the other end is never waited for one by one. */
export async function readFiles(repository: Repository, tree: string, needs: Needs): Promise<Map<string, StoredFile>> {
  const found = await Promise.all(needs.map((need) => list(repository, tree, toBytes(need))));
  const blobs = new Map(found.flat());
  const read = [...blobs].map(
    async ([path, oid]) => [toText(path), { oid, text: await repository.text(oid) }] as const,
  );
  return new Map(await Promise.all(read));
}

type Listing = readonly (readonly [path: string, oid: string])[];

async function list(repository: Repository, tree: string, need: string): Promise<Listing> {
  if (!need.endsWith('/')) {
    const entry = await entryAt(repository, tree, need);
    return entry && isBlob(entry) ? [[need, entry.oid]] : [];
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
    if (folder !== null) return below(repository, folder, `${prefix}${name}/`);
    return isBlob(entry) ? [[prefix + name, entry.oid]] : [];
  });
  return (await Promise.all(found)).flat();
}
