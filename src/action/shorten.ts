import type { Json } from '../core/model/document.ts';

/** Stands in place of what was left out of a list. */
const MORE = '…';
const MORE_LENGTH = 3;
/** Bytes of a text that is cut. */
const LEAST = 16;

/** Of its JSON, in bytes of UTF-8. */
export function size(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * A value whose JSON takes at most about `room` bytes of UTF-8: the first members of lists and objects stay, and the first characters of texts.
 * `null` where not even that fits.
 */
export function shortened(value: Json, room: number): Json {
  if (size(value) <= room) return value;
  if (typeof value === 'string') return cutText(value, room);
  if (Array.isArray(value)) return cutList(value, room);
  if (value !== null && typeof value === 'object') return cutObject(value as Readonly<Record<string, Json>>, room);
  return null;
}

/** Escaping takes up to six characters for one. */
function cutText(text: string, room: number): Json {
  if (room < LEAST) return null;
  let kept = text.slice(0, room - MORE_LENGTH - 2);
  while (size(kept) > room - MORE_LENGTH) kept = kept.slice(0, Math.floor(kept.length * 0.8));
  return `${kept.replace(/[\ud800-\udbff]$/, '')}${MORE}`;
}

function cutList(list: readonly Json[], room: number): Json {
  if (room < size([MORE])) return null;
  const kept: Json[] = [];
  let left = room - size([MORE]);
  for (const one of list) {
    const length = size(one) + 1;
    if (length > left) return [...kept, ...partly(one, left - 1), MORE];
    kept.push(one);
    left -= length;
  }
  return kept;
}

function partly(value: Json, room: number): readonly Json[] {
  const cut = shortened(value, room);
  return cut === null || size(cut) > room ? [] : [cut];
}

/** Small members first, so that a long one does not push out the short ones behind it; their order stays. */
function cutObject(object: Readonly<Record<string, Json>>, room: number): Json {
  const entries = Object.entries(object).map(([key, value]) => ({
    key,
    value,
    length: size(key) + size(value) + 2,
  }));
  let left = room - 2;
  const kept = new Map<string, Json>();
  for (const { key, value, length } of entries.toSorted((one, other) => one.length - other.length)) {
    if (length <= left) {
      kept.set(key, value);
      left -= length;
      continue;
    }
    const space = left - size(key) - 2;
    const [cut] = partly(value, space);
    if (cut !== undefined) kept.set(key, cut);
    left -= cut === undefined ? 0 : size(key) + size(cut) + 2;
  }
  return Object.fromEntries(
    Object.keys(object).flatMap((key) => (kept.has(key) ? [[key, kept.get(key) ?? null]] : [])),
  );
}
