import type { Json } from '../core/model/document.ts';

/** Stands in place of what was left out of a list. */
const MORE = '…';
/** Characters of a text that is cut. */
const LEAST = 16;

/**
 * A value whose JSON takes at most about `room` characters: the first members of lists and objects stay, and the first characters of texts.
 * `null` where not even that fits.
 */
export function shortened(value: Json, room: number): Json {
  if (JSON.stringify(value).length <= room) return value;
  if (typeof value === 'string') return cutText(value, room);
  if (Array.isArray(value)) return cutList(value, room);
  if (value !== null && typeof value === 'object') return cutObject(value as Readonly<Record<string, Json>>, room);
  return null;
}

/** Escaping takes up to six characters for one. */
function cutText(text: string, room: number): Json {
  if (room < LEAST) return null;
  let kept = text.slice(0, room - MORE.length - 2);
  while (JSON.stringify(kept).length > room - MORE.length) kept = kept.slice(0, Math.floor(kept.length * 0.8));
  return `${kept.replace(/[\ud800-\udbff]$/, '')}${MORE}`;
}

function cutList(list: readonly Json[], room: number): Json {
  if (room < JSON.stringify([MORE]).length) return null;
  const kept: Json[] = [];
  let left = room - JSON.stringify([MORE]).length;
  for (const one of list) {
    const size = JSON.stringify(one).length + 1;
    if (size > left) return [...kept, ...partly(one, left - 1), MORE];
    kept.push(one);
    left -= size;
  }
  return kept;
}

function partly(value: Json, room: number): readonly Json[] {
  const cut = shortened(value, room);
  return cut === null || JSON.stringify(cut).length > room ? [] : [cut];
}

/** Small members first, so that a long one does not push out the short ones behind it; their order stays. */
function cutObject(object: Readonly<Record<string, Json>>, room: number): Json {
  const entries = Object.entries(object).map(([key, value]) => ({
    key,
    value,
    size: JSON.stringify(key).length + JSON.stringify(value).length + 2,
  }));
  let left = room - 2;
  const kept = new Map<string, Json>();
  for (const { key, value, size } of entries.toSorted((one, other) => one.size - other.size)) {
    if (size <= left) {
      kept.set(key, value);
      left -= size;
      continue;
    }
    const space = left - JSON.stringify(key).length - 2;
    const [cut] = partly(value, space);
    if (cut !== undefined) kept.set(key, cut);
    left -= cut === undefined ? 0 : JSON.stringify(key).length + JSON.stringify(cut).length + 2;
  }
  return Object.fromEntries(
    Object.keys(object).flatMap((key) => (kept.has(key) ? [[key, kept.get(key) ?? null]] : [])),
  );
}
