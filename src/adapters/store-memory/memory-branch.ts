import { utf8ToBytes, bytesToHex } from '@noble/hashes/utils.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { parseMessage } from '../../core/external/message.ts';
import { blobOid } from '../../core/external/oid.ts';
import { comparePaths } from '../../core/external/path.ts';
import { sealOf } from '../../core/external/seal.ts';
import type { FileChange, StoredCommit, StoredFile } from '../../ports/store.ts';

type Person = StoredCommit['author'];

interface NewCommit {
  readonly changes: readonly FileChange[];
  /** The whole message, as `git commit -F` would take it. */
  readonly message: string;
  readonly author: Person;
  readonly committer?: Person;
  /** Milliseconds. */
  readonly at: number;
}

interface Node {
  readonly commit: StoredCommit;
  readonly files: ReadonlyMap<string, StoredFile>;
}

/** One line of commits and its marks, which any number of memory stores may share. */
export class MemoryBranch {
  readonly nodes: Node[] = [];
  readonly marks: Map<string, string> = new Map<string, string>();
  readonly blobs: Map<string, string> = new Map<string, string>();

  get head(): Node | undefined {
    return this.nodes.at(-1);
  }

  find(revision: string): Node | undefined {
    return this.nodes.find(({ commit }) => commit.revision === revision);
  }

  /** Puts a commit on the head, whoever made it; whether it is sealed follows from what its message says. */
  append({ changes, message, author, committer = author, at }: NewCommit): StoredCommit {
    const parent = this.head;
    const files = new Map(parent?.files);
    for (const { path, text } of changes) {
      if (text === null) files.delete(path);
      else files.set(path, this.#keep(text));
    }
    const parsed = parseMessage(message);
    const changed = changedPaths(parent?.files ?? new Map<string, StoredFile>(), files);
    const revision = nameOf([
      parent?.commit.revision ?? '',
      String(at),
      author.email,
      message,
      JSON.stringify(changed),
    ]);
    const sealed = parsed.trailers.get('Sluice-Seal') === sealOf(parent?.commit.revision ?? null, changed);
    const parents = parent ? [parent.commit.revision] : [];
    const commit = { revision, parents, at, author, committer, ...parsed, sealed, changes: changed };
    this.nodes.push({ commit, files });
    return commit;
  }

  #keep(text: string): StoredFile {
    const oid = blobOid(text);
    this.blobs.set(oid, text);
    return { oid, text };
  }
}

function changedPaths(
  before: ReadonlyMap<string, StoredFile>,
  after: ReadonlyMap<string, StoredFile>,
): StoredCommit['changes'] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((path) => ({ path, before: before.get(path)?.oid ?? null, after: after.get(path)?.oid ?? null }))
    .filter((change) => change.before !== change.after)
    .sort((one, other) => comparePaths(one.path, other.path));
}

function nameOf(parts: readonly string[]): string {
  return bytesToHex(sha1(utf8ToBytes(parts.join('\0'))));
}
