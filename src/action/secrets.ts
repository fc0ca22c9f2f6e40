/** Texts that nobody may read: taken out of whatever a step says. */

/** Shorter ones would blacken half a log, and protect nothing: the runner masks them by itself where they are secrets of its own. */
const SHORTEST = 4;

/** The secrets that are looked for, each once, the longest first, so that one inside another leaves nothing over. */
export function worthHiding(secrets: readonly string[]): readonly string[] {
  const lines = secrets.flatMap((secret) => [secret, ...secret.split(/\r\n|\n|\r/)]);
  const long = lines.filter((line) => line.trim().length >= SHORTEST);
  return [...new Set(long)].toSorted((one, other) => other.length - one.length);
}

/** The text with every secret as `***`. */
export function hide(text: string, secrets: readonly string[]): string {
  return worthHiding(secrets).reduce((left, secret) => left.replaceAll(secret, '***'), text);
}
