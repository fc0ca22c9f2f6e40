import { toInstant } from '../model/duration.ts';

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(\.\d{1,3})?\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * An ISO time, normalised. With a zone it becomes a document's moment (`2026-12-27T07:00:00.000Z`); without one the zone is the
 * reader's to decide, and it stays as the clock on the wall (`2026-12-27T08:00:00.000`). Undefined for what is no time.
 */
export function parseTime(text: string): string | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, day = '', time = '00:00', seconds = '00', fraction = '', zone] = match;
  const wall = `${day}T${time}:${seconds}${fraction.padEnd(4, fraction === '' ? '.000' : '0').slice(0, 4)}`;
  const asUtc = Date.parse(`${wall}Z`);
  // Some engines roll the 30th of February over into March.
  if (Number.isNaN(asUtc) || toInstant(asUtc).slice(0, -1) !== wall) return undefined;
  if (zone === undefined) return wall;
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const at = Date.parse(`${wall}${offset}`);
  return Number.isNaN(at) ? undefined : toInstant(at);
}
