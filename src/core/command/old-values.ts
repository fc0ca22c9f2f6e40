/** Values as older systems spelled them, in today's words. Each takes the words typed after an old name. */

/** `web '{"1.3.2":80,"1.4.0":20}'` or a list of `{version, weight}` -> `web 1.3.2=80% 1.4.0=20%`. */
export function splitWeights(typed: readonly string[]): readonly string[] | undefined {
  const [service, json, ...rest] = typed;
  const shares = json === undefined ? undefined : sharesOf(json);
  if (service === undefined || shares === undefined || shares.some(([, weight]) => weight === undefined))
    return undefined;
  return [service, ...shares.map(([version, weight]) => `${version}=${weight}`), ...rest];
}

/** `web 1.4.0 300000` -> `web 1.4.0=100% --over 300000ms`: all traffic, over so many milliseconds. */
export function shiftWords(typed: readonly string[]): readonly string[] | undefined {
  const [service, version, length, ...rest] = typed;
  if (service === undefined || version === undefined || length === undefined) return undefined;
  return [service, `${version}=100%`, '--over', /^\d+$/.test(length) ? `${length}ms` : length, ...rest];
}

/** `web '{"version":"1.4.0"}' 10` -> `web 1.4.0=10% stable=90%`: `stable` is whatever is live. */
export function canaryWeights(typed: readonly string[]): readonly string[] | undefined {
  const [service, json, share, ...rest] = typed;
  const percent = share === undefined ? Number.NaN : Number(share.replace(/%$/, ''));
  const [candidate, ...others] = (json === undefined ? undefined : sharesOf(json)) ?? [];
  if (service === undefined || candidate === undefined || others.length > 0) return undefined;
  if (share === undefined || !(percent >= 0 && percent <= 100)) return undefined;
  const left = Math.round((100 - percent) * 1000) / 1000;
  return [service, `${candidate[0]}=${share}`, `stable=${left}%`, ...rest];
}

/** `"Checkout redesign" "Fewer steps"` -> `checkout-redesign "Checkout redesign" "Fewer steps"`. */
export function experimentWords(typed: readonly string[]): readonly string[] | undefined {
  const slug = slugOf(typed[0] ?? '');
  return slug === '' ? undefined : [slug, ...typed];
}

/** A name as a key: lower case, every run of anything else one hyphen. */
function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

type Share = readonly [version: string, weight: string | undefined];

/** `{"1.3.2": 80}`, `[{"version": "1.3.2", "weight": 80}]`, `{"version": "1.4.0"}`, or just `1.4.0`. */
function sharesOf(text: string): readonly Share[] | undefined {
  const value = parseJson(text);
  if (value === undefined) return /^[\w.+-]+$/.test(text) ? [[text, undefined]] : undefined;
  if (typeof value === 'string' || typeof value === 'number') return [[text.replaceAll('"', ''), undefined]];
  if (Array.isArray(value)) return all(value.map(shareOf));
  const named = shareOf(value);
  if (named !== undefined) return [named];
  if (value === null || typeof value !== 'object') return undefined;
  return Object.entries(value).map(([version, weight]) => [version, weightOf(weight)] as const);
}

function shareOf(value: unknown): Share | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const members = new Map<string, unknown>(Object.entries(value));
  const version = first(members, ['version', 'id', 'name', 'label']);
  if (typeof version !== 'string' && typeof version !== 'number') return undefined;
  return [String(version), weightOf(first(members, ['weight', 'percent', 'percentage', 'traffic']))];
}

function first(members: ReadonlyMap<string, unknown>, names: readonly string[]): unknown {
  return names.map((name) => members.get(name)).find((value) => value !== undefined);
}

function weightOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

function all(shares: readonly (Share | undefined)[]): readonly Share[] | undefined {
  const known = shares.filter((share) => share !== undefined);
  return known.length === shares.length ? known : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
