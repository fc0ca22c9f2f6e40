/** Moments and lengths of time as numbers and texts, without a schema: what a program needs before it has loaded any (time.ts has both). */

/** Milliseconds since 1970-01-01 UTC. All arithmetic is done in these. */
export type Milliseconds = number;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** A document's moment (ISO 8601 in UTC) in milliseconds. */
export function toMilliseconds(instant: string): Milliseconds {
  return Date.parse(instant);
}

/** Milliseconds as a document writes them. */
export function toInstant(at: Milliseconds): string {
  return new Date(at).toISOString();
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
];

/** `90s`, `5m`, `2h`, `7d` in milliseconds; undefined for anything else (a bare number has no unit and is refused). */
export function parseDuration(text: string): Milliseconds | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  const unit = match[2] === 'ms' ? 1 : (UNITS.find(([name]) => name === match[2])?.[1] ?? 1);
  return Math.round(Number(match[1]) * unit);
}

/** A length of time as the command language writes it, in its largest whole unit: `90s`, `5m`, `48h`. */
export function printDuration(length: Milliseconds): string {
  for (const [name, unit] of UNITS) if (length >= unit && length % unit === 0) return `${length / unit}${name}`;
  return length % SECOND === 0 ? `${length / SECOND}s` : `${length}ms`;
}
