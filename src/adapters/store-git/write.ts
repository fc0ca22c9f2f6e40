import { authorOf, COMMITTER } from '../../core/external/branch-commit.ts';
import { printMessage } from '../../core/external/message.ts';
import { pathProblem } from '../../core/external/path.ts';
import { sealOf } from '../../core/external/seal.ts';
import { type CommitMessage, type FileChange, StoreError } from '../../ports/store.ts';
import { diffTrees } from './diff.ts';
import { type NewObject, newObject, writeObjects } from './objects.ts';
import { printCommit, type RawCommit } from './raw-commit.ts';
import type { Repository } from './repository.ts';
import { EMPTY, FILE_MODE, FOLDER_MODE, folderOf, printTree, toBytes, type Tree } from './tree.ts';

interface NewStateCommit {
  readonly parent: RawCommit | undefined;
  readonly changes: readonly FileChange[];
  readonly message: CommitMessage;
  /** Milliseconds. */
  readonly at: number;
}

/** Writes the objects of a commit that no ref names yet, and answers its id. Only the folders on the way to a change are read. */
export async function writeCommit(
  repository: Repository,
  { parent, changes, message, at }: NewStateCommit,
): Promise<string> {
  for (const { path } of changes) {
    const problem = pathProblem(path);
    if (problem !== undefined)
      throw new StoreError('value-invalid', `value-invalid: ${JSON.stringify(path)}: ${problem}`);
  }
  const objects = new Map<string, NewObject>();
  const add: Add = (type, content) => {
    const object = newObject(type, content, repository.format);
    objects.set(object.oid, object);
    return object.oid;
  };
  const wanted = changes.map(
    ({ path, text }) => [toBytes(path), text === null ? null : add('blob', Buffer.from(text))] as const,
  );
  const edited = await editFolder({ repository, add, oid: parent?.tree ?? null, wanted });
  const tree = edited ?? add('tree', Buffer.alloc(0));
  const sealed = await diffTrees(repository, parent?.tree ?? null, edited);
  const commit = add(
    'commit',
    printCommit({
      tree,
      parents: parent ? [parent.oid] : [],
      author: authorOf(message.trailers),
      committer: COMMITTER,
      at,
      message: printMessage(message, sealOf(parent?.oid ?? null, sealed)),
    }),
  );
  await writeObjects(repository.git, [...objects.values()], repository.format);
  return commit;
}

type Add = (type: NewObject['type'], content: Buffer) => string;
type Wanted = readonly (readonly [path: string, oid: string | null])[];

interface FolderEdit {
  readonly repository: Repository;
  readonly add: Add;
  /** The folder's tree; null: it does not exist. */
  readonly oid: string | null;
  readonly wanted: Wanted;
}

/** The folder's new tree; null: nothing is left in it. */
async function editFolder({ repository, add, oid, wanted }: FolderEdit): Promise<string | null> {
  const old: Tree = oid === null ? EMPTY : await repository.tree(oid);
  const tree = new Map(old);
  for (const [name, inside] of byFirstPart(wanted)) {
    const file = inside.findLast(([rest]) => rest === '');
    const below = inside.filter(([rest]) => rest !== '');
    const entry = tree.get(name);
    // Removing a file never removes a folder of its name.
    if (file && (file[1] !== null || folderOf(entry) === null)) put(tree, name, { mode: FILE_MODE, oid: file[1] });
    if (below.length === 0) continue;
    const folder = folderOf(entry);
    const next = await editFolder({ repository, add, oid: folder, wanted: below });
    if (next !== null || folder !== null) put(tree, name, { mode: FOLDER_MODE, oid: next });
  }
  if (tree.size === 0) return null;
  const printed = printTree(tree, repository.oidLength, old);
  const made = add('tree', printed.content);
  repository.rememberTree(made, printed.tree);
  return made;
}

function put(
  tree: Map<string, { mode: string; oid: string }>,
  name: string,
  { mode, oid }: { readonly mode: string; readonly oid: string | null },
): void {
  if (oid === null) tree.delete(name);
  else tree.set(name, { mode, oid });
}

function byFirstPart(wanted: Wanted): ReadonlyMap<string, Wanted> {
  const groups = new Map<string, (readonly [string, string | null])[]>();
  for (const [path, oid] of wanted) {
    const slash = path.indexOf('/');
    const name = slash === -1 ? path : path.slice(0, slash);
    const group = groups.get(name) ?? [];
    group.push([slash === -1 ? '' : path.slice(slash + 1), oid]);
    groups.set(name, group);
  }
  return groups;
}
