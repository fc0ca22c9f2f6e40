import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { comparePaths } from './path.ts';

/** A path that a commit changes, with the blob it has afterwards; null: it is removed. */
export interface SealedPath {
  readonly path: string;
  readonly after: string | null;
}

/**
 * What stands in `Sluice-Seal`: SHA-256 in hex over the parent's id ('' for a first commit) and the changed paths in the
 * order of their bytes, each with its blob's id (`-` where removed). NUL ends each part, as it can stand in none of them.
 * Paths whose blob does not change must not be given. It tells accident from intent and is no signature.
 */
export function sealOf(parent: string | null, changes: readonly SealedPath[]): string {
  const sorted = [...changes].sort((one, other) => comparePaths(one.path, other.path));
  const parts = [parent ?? '', ...sorted.flatMap(({ path, after }) => [path, after ?? '-'])];
  return bytesToHex(sha256(utf8ToBytes(parts.map((part) => `${part}\0`).join(''))));
}
