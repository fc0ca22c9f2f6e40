/** GitHub's OpenAPI as the referee: every request and every reply of the fake is held against it. */
import type { Reply } from '../route.ts';
import { referee } from './ajv.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
  readonly oneOf?: unknown;
  readonly anyOf?: unknown;
  readonly allOf?: unknown;
}

interface Operation {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly body?: { readonly required: boolean; readonly schema: Schema };
  /** By status; null: no content. */
  readonly replies: Readonly<Record<string, unknown>>;
}

interface OpenApi {
  readonly operations: Readonly<Record<string, Operation>>;
}

export interface RequestParts {
  readonly params: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

const github = referee<OpenApi>('openapi.json');

/** Operations that the referee knows. */
export function knownOperations(): readonly string[] {
  return Object.keys(github().document.operations);
}

function operationOf(route: string): Operation | undefined {
  return github().document.operations[route];
}

const unknown = (route: string): readonly string[] => [
  `${route}: not in test/fixtures/github/openapi.json: run test/support/github/referee/trim-openapi.ts`,
];

/** What GitHub's schema has against a request: path, query and body. */
export function checkRequest(route: string, parts: RequestParts): readonly string[] {
  const operation = operationOf(route);
  if (operation === undefined) return unknown(route);
  const found = [...checkParameters(route, operation, parts), ...checkBody(route, operation, parts.body)];
  return found.map((problem) => `${route}: ${problem}`);
}

function checkParameters(route: string, { parameters }: Operation, { params, query }: RequestParts): readonly string[] {
  const names = new Set(parameters.filter((one) => one.in === 'query').map(({ name }) => name));
  const strange = [...new Set(query.keys())]
    .filter((name) => !names.has(name))
    .map((name) => `no query parameter ${name}`);
  const wrong = parameters.flatMap(({ name, in: place, required, schema }, index) => {
    if (place !== 'query' && place !== 'path') return [];
    const text = place === 'path' ? params.get(name) : (query.get(name) ?? undefined);
    if (text === undefined) return required ? [`${place} parameter ${name} is missing`] : [];
    const pointer = ['operations', route, 'parameters', String(index), 'schema'];
    return github()
      .problems(pointer, coerced(text, schema))
      .map((problem) => `${place} parameter ${name}: ${problem}`);
  });
  return [...strange, ...wrong];
}

/** Text of an address as the type that its schema names. */
function coerced(text: string, { type }: Schema): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

function checkBody(route: string, { body }: Operation, sent: unknown): readonly string[] {
  if (body === undefined) return sent === undefined || isEmpty(sent) ? [] : ['no body is wanted'];
  if (sent === undefined) return body.required ? ['a body is wanted'] : [];
  const strange = strangeKeys(body.schema, sent).map((key) => `body: no property ${key}`);
  const wrong = github().problems(['operations', route, 'body', 'schema'], sent);
  return [...strange, ...wrong.map((problem) => `body: ${problem}`)];
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** GitHub ignores what it does not know, so a misspelt property would go unnoticed. */
function strangeKeys(schema: Schema, sent: unknown): readonly string[] {
  const { properties, additionalProperties, oneOf, anyOf, allOf } = schema;
  if (properties === undefined || (additionalProperties ?? oneOf ?? anyOf ?? allOf ?? undefined) !== undefined)
    return [];
  return typeof sent === 'object' && sent !== null ? Object.keys(sent).filter((key) => !(key in properties)) : [];
}

/** Statuses that any route may answer with, whether its page lists them or not. */
const EVERYWHERE = new Set([400, 401, 403, 404, 422, 429]);

/** What GitHub's schema has against a reply. */
export function checkReply(route: string, { status, body }: Reply): readonly string[] {
  const operation = operationOf(route);
  if (operation === undefined || Buffer.isBuffer(body)) return [];
  const schema = operation.replies[String(status)];
  if (schema === undefined) {
    const fits =
      EVERYWHERE.has(status) && typeof (body as { readonly message?: unknown } | undefined)?.message === 'string';
    return fits ? [] : [`${route}: no reply ${String(status)} is documented`];
  }
  // Refusals have a body wherever they come from; the document leaves out some.
  if (schema === null)
    return body === undefined || status >= 400 ? [] : [`${route}: reply ${String(status)} has no content`];
  const found = github().problems(['operations', route, 'replies', String(status)], body);
  return found.map((problem) => `${route}: reply ${String(status)}: ${problem}`);
}
