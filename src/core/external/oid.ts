import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** How a repository names its objects. */
export type ObjectFormat = 'sha1' | 'sha256';

/** The id git gives a file with this text: hash of `blob <bytes>\0<text>` in UTF-8 (gitformat-loose, "loose objects"). */
export function blobOid(text: string, format: ObjectFormat = 'sha1'): string {
  const bytes = utf8ToBytes(text);
  const whole = concatBytes(utf8ToBytes(`blob ${bytes.length}\0`), bytes);
  return bytesToHex(format === 'sha1' ? sha1(whole) : sha256(whole));
}
