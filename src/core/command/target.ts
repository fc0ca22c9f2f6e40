/** What a TARGET names. A rollout's id may be shortened to `r-` and four or more characters of its hash. */
export type Target =
  | { readonly kind: 'flag' | 'experiment'; readonly key: string }
  | { readonly kind: 'rollout'; readonly id: string; readonly stage?: string }
  | { readonly kind: 'service'; readonly service: string; readonly environment?: string };

const ROLLOUT = /^(?:r-[0-9a-f]{4,}|.+-\d{8}-[0-9a-f]{4,})$/;

/** Takes a TARGET, as `parseCommand` let it through, apart: by its spelling alone, whether or not such a thing exists. */
export function readTarget(text: string): Target {
  const [first = '', second] = text.split('/');
  if ((first === 'flag' || first === 'experiment') && second !== undefined) return { kind: first, key: second };
  if (ROLLOUT.test(first))
    return second === undefined ? { kind: 'rollout', id: first } : { kind: 'rollout', id: first, stage: second };
  return second === undefined
    ? { kind: 'service', service: first }
    : { kind: 'service', service: first, environment: second };
}

/** `web@1.4.0` or `1.4.0` in its two parts. */
export function readRelease(text: string): { readonly service?: string; readonly version: string } {
  const cut = text.indexOf('@');
  return cut < 0 ? { version: text } : { service: text.slice(0, cut), version: text.slice(cut + 1) };
}

/** `1.3.2=80%` as version and weight of 100,000. */
export function readShare(text: string): { readonly version: string; readonly weight: number } {
  const cut = text.indexOf('=');
  return { version: text.slice(0, cut), weight: Math.round(Number(text.slice(cut + 1, -1)) * 1_000) };
}

/** `country=DE` as name and value; the value may hold more equal signs. */
export function readPair(text: string): readonly [name: string, value: string] {
  const cut = text.indexOf('=');
  return [text.slice(0, cut), text.slice(cut + 1)];
}
