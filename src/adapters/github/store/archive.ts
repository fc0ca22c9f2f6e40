/** Files of a gzipped tar archive as `git archive` writes it (pax: POSIX 1003.1, section "ustar Interchange Format"). */
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;
const SIZE_AT = 124;
const SIZE_LENGTH = 12;
const TYPE_AT = 156;
/** Bytes that an archive may have when unpacked: an API's answer is no place for more. */
const LARGEST = 512 * 1024 * 1024;

/** Contents of its regular files, whatever they are called. @throws Error where it is no such archive */
export function untar(archive: Buffer): readonly Buffer[] {
  const tar = gunzipSync(archive, { maxOutputLength: LARGEST });
  const found: Buffer[] = [];
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const size = Number.parseInt(tar.toString('latin1', at + SIZE_AT, at + SIZE_AT + SIZE_LENGTH), 8);
    if (!Number.isFinite(size)) throw new Error('no tar archive');
    const type = tar.toString('latin1', at + TYPE_AT, at + TYPE_AT + 1);
    at += BLOCK;
    if (type === '0' || type === '\0') found.push(tar.subarray(at, at + size));
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
  return found;
}
