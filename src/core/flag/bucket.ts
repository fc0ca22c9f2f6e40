/**
 * flagd's `fractional`, second version: murmur3_x86_32 (seed 0) over UTF-8, then `(hash * totalWeight) >> 32`,
 * and the first entry whose cumulative weight lies above it.
 * https://flagd.dev/reference/custom-operations/fractional-operation/
 */

/** The state of the hash after a text that stands before every unit, so that an evaluation hashes the unit alone. */
export interface Prefix {
  readonly text: string;
  readonly hash: number;
  /** Up to three bytes that did not fill a block, little end first. */
  readonly tail: number;
  readonly tailLength: number;
  readonly length: number;
}

/** Weights may not sum to more: flagd counts them in 32 bits, signed. */
export const MAX_TOTAL = 2_147_483_647;

const TWO_32 = 4_294_967_296;
const encoder = new TextEncoder();

function scramble(block: number): number {
  const k = Math.imul(block, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

function mix(hash: number, block: number): number {
  const h = hash ^ scramble(block);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** murmur3_x86_32 with seed 0 of a text's UTF-8 bytes, unsigned. */
export function murmur3(text: string): number {
  return hashUnit(prefixOf(''), text);
}

export function prefixOf(text: string): Prefix {
  const bytes = encoder.encode(text);
  const whole = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let i = 0; i < whole; i += 4) hash = mix(hash, blockAt(bytes, i, 4));
  const tailLength = bytes.length - whole;
  return { text, hash, tail: blockAt(bytes, whole, tailLength), tailLength, length: bytes.length };
}

function blockAt(bytes: Uint8Array, from: number, count: number): number {
  let block = 0;
  for (let i = 0; i < count; i++) block |= (bytes[from + i] ?? 0) << (8 * i);
  return block;
}

/** The hash of prefix + unit. ASCII units are read without encoding them: the common case, and the fast one. */
export function hashUnit(prefix: Prefix, unit: string): number {
  const length = unit.length;
  let hash = prefix.hash;
  let seen = 0;
  let i = 0;
  if (prefix.tailLength > 0) {
    let block = prefix.tail;
    let filled = prefix.tailLength;
    while (filled < 4 && i < length) {
      const code = unit.charCodeAt(i++);
      seen |= code;
      block |= code << (8 * filled++);
    }
    hash = filled === 4 ? mix(hash, block) : hash ^ scramble(block);
  }
  for (const end = length - 3; i < end; i += 4) {
    const a = unit.charCodeAt(i);
    const b = unit.charCodeAt(i + 1);
    const c = unit.charCodeAt(i + 2);
    const d = unit.charCodeAt(i + 3);
    seen |= a | b | c | d;
    hash = mix(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  if (i < length) {
    let block = 0;
    for (let shift = 0; i < length; shift += 8) {
      const code = unit.charCodeAt(i++);
      seen |= code;
      block |= code << shift;
    }
    hash ^= scramble(block);
  }
  if (seen > 0x7f) return hashEncoded(prefix, unit);
  return finish(hash, prefix.length + length);
}

function hashEncoded(prefix: Prefix, unit: string): number {
  const whole = prefixOf(prefix.text + unit);
  const hash = whole.tailLength > 0 ? whole.hash ^ scramble(whole.tail) : whole.hash;
  return finish(hash, whole.length);
}

/** `(hash * total) >> 32`, exact: the product has up to 63 bits, so the hash is taken in two halves. */
export function bucketOf(hash: number, total: number): number {
  if (total <= 0x1f_ffff) return Math.floor((hash * total) / TWO_32);
  const high = Math.floor(hash / 65_536) * total;
  const low = (hash % 65_536) * total;
  return Math.floor((high + Math.floor(low / 65_536)) / 65_536);
}

/** Index of the entry a hash falls into; -1 when no weight is above zero or the sum is too large. Negative weights count as 0. */
export function pick(hash: number, weights: readonly number[]): number {
  const total = totalOf(weights);
  if (total > MAX_TOTAL) return -1;
  const bucket = bucketOf(hash, total);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += Math.max(0, weights[i] ?? 0);
    if (sum > bucket) return i;
  }
  return -1;
}

/**
 * The same decision without a division: entry i has the hashes below the i-th bound.
 * `(h * T) >> 32 < C` for whole C is `h < ceil(C * 2^32 / T)`. Undefined where `pick` answers -1.
 */
export function boundsOf(weights: readonly number[]): readonly number[] | undefined {
  const total = totalOf(weights);
  if (total === 0 || total > MAX_TOTAL) return undefined;
  if (total <= 0x1_ffff) return narrowBounds(weights, total);
  let sum = 0n;
  return weights.map((weight) => {
    sum += BigInt(Math.max(0, weight));
    return Number(((sum << 32n) + BigInt(total) - 1n) / BigInt(total));
  });
}

/** The same in doubles: a quotient that is not whole is at least 2^-17 from a whole one, and 2^-20 can be told apart. */
function narrowBounds(weights: readonly number[], total: number): readonly number[] {
  let sum = 0;
  return weights.map((weight) => {
    sum += Math.max(0, weight);
    return Math.ceil((sum * TWO_32) / total);
  });
}

function totalOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + Math.max(0, weight), 0);
}
