/** Cutting GitHub's OpenAPI documents to what is needed, as JSON Schema that Ajv takes. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Words for people, which decide nothing. */
const WORDS = new Set([
  'description',
  'example',
  'examples',
  'title',
  'externalDocs',
  'summary',
  'deprecated',
  'x-github',
  'x-octokit',
]);

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the keys of this object are names of properties and not words of a schema. */
const NAMES = new Set(['properties', 'patternProperties', 'definitions', '$defs']);

/** Without words for people; `nullable` (OpenAPI 3.0) as JSON Schema says it; refs to `#/schemas/...`. */
export function plain(value: Json, names = false): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => plain(item));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => names || !(WORDS.has(key) || key === 'default'));
  const cut = Object.fromEntries(
    kept.map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/components/schemas/', '#/schemas/')
        : plain(inner, !names && NAMES.has(key)),
    ]),
  );
  return names ? cut : nullable(cut);
}

function nullable(schema: JsonObject): Json {
  if (schema['nullable'] === undefined) return schema;
  const { nullable: isNullable, ...rest } = schema;
  if (isNullable !== true) return rest;
  if (typeof rest['type'] !== 'string')
    return Object.keys(rest).length === 0 ? {} : { anyOf: [rest, { type: 'null' }] };
  const values = rest['enum'];
  return {
    ...rest,
    type: [rest['type'], 'null'],
    ...(Array.isArray(values) ? { enum: [...(values as readonly Json[]).filter((one) => one !== null), null] } : {}),
  };
}

/** Names of schemas that a value refers to. */
function referred(value: Json, found: Set<string> = new Set()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) referred(item, found);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const name = key === '$ref' && typeof inner === 'string' ? /^#\/schemas\/(.+)$/.exec(inner)?.[1] : undefined;
      if (name !== undefined) found.add(name);
      else referred(inner, found);
    }
  }
  return found;
}

/** Every schema that the values need, by name, those that schemas need included. */
export function closure(values: Json, all: JsonObject): JsonObject {
  const found = new Map<string, Json>();
  const queue = [...referred(values)];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const schema = all[name];
    if (found.has(name) || schema === undefined) continue;
    const cut = plain(schema);
    found.set(name, cut);
    queue.push(...referred(cut));
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** One entry a line, so that a change shows what changed. */
export function printed(document: Readonly<Record<string, string | JsonObject>>): string {
  const sections = Object.entries(document).map(([name, section]) => {
    if (typeof section === 'string') return `${JSON.stringify(name)}: ${JSON.stringify(section)}`;
    const entries = Object.entries(section).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
    return `${JSON.stringify(name)}: {\n${entries.join(',\n')}\n}`;
  });
  return `{\n${sections.join(',\n')}\n}\n`;
}
