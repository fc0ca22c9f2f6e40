import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { printLine } from './model/document.ts';

/** The first 16 hexadecimal digits of SHA-256 over the value's one-line print: the same value has the same digest everywhere. */
export function digestOf(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(printLine(value)))).slice(0, 16);
}
