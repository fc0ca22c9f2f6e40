/**
 * Makes `test/fixtures/github/openapi.json` from GitHub's OpenAPI (`generated/api.github.com.json` of @octokit/openapi, 13 MB):
 * `node scripts/run-ts.js test/support/github/referee/trim-openapi.ts PATH`. The operations of the fake's route table stay.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '../routes/index.ts';
import { closure, isObject, type Json, type JsonObject, plain, printed } from './trim.ts';

/** Follows one reference into the whole document. */
function followed(whole: JsonObject, value: Json | undefined): JsonObject {
  if (!isObject(value)) return {};
  const ref = value['$ref'];
  if (typeof ref !== 'string') return value;
  let here: Json | undefined = whole;
  for (const part of ref.slice(2).split('/')) here = isObject(here) ? here[part] : undefined;
  return followed(whole, here);
}

function jsonSchema(content: Json | undefined): Json | undefined {
  if (!isObject(content)) return undefined;
  const media = content['application/json'] ?? Object.entries(content).find(([type]) => type.includes('json'))?.[1];
  return isObject(media) && media['schema'] !== undefined ? plain(media['schema']) : undefined;
}

function operationOf(whole: JsonObject, name: string): JsonObject | undefined {
  const [method = '', path = ''] = name.split(' ');
  const paths = followed(whole, whole['paths']);
  const item = followed(whole, paths[path]);
  const operation = item[method.toLowerCase()];
  if (!isObject(operation)) return undefined;
  const listed = [
    ...((item['parameters'] ?? []) as readonly Json[]),
    ...((operation['parameters'] ?? []) as readonly Json[]),
  ];
  const parameters = listed.map((one) => {
    const { name: key = '', in: place = '', required = false, schema = {} } = followed(whole, one);
    return { name: key, in: place, required, schema: plain(schema) };
  });
  const body = followed(whole, operation['requestBody']);
  const schema = jsonSchema(body['content']);
  const replies = Object.entries(followed(whole, operation['responses'])).map(([status, reply]) => {
    const content = followed(whole, reply)['content'];
    const found = jsonSchema(content) ?? null;
    // Of an error GitHub lists shapes that do not exclude each other.
    const loose = isObject(found) && Number(status) >= 400 && 'oneOf' in found;
    return [status, loose ? { anyOf: found['oneOf'] ?? [] } : found] as const;
  });
  return {
    parameters,
    ...(schema === undefined ? {} : { body: { required: body['required'] === true, schema } }),
    replies: Object.fromEntries(replies),
  };
}

function main([path]: readonly string[]): void {
  if (path === undefined) throw new Error('usage: trim-openapi.ts PATH (to api.github.com.json of @octokit/openapi)');
  const whole = JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
  const version = String(followed(whole, whole['info'])['version']);
  const names = ROUTES.map(({ name }) => name).toSorted();
  const found = names.map((name) => [name, operationOf(whole, name)] as const);
  const missing = found.filter(([, operation]) => operation === undefined).map(([name]) => name);
  if (missing.length > 0) throw new Error(`not in GitHub's OpenAPI: ${missing.join(', ')}`);
  const operations = Object.fromEntries(found) as JsonObject;
  const schemas = closure(operations, followed(whole, followed(whole, whole['components'])['schemas']));
  const source = `@octokit/openapi ${version} (MIT, GitHub), cut by test/support/github/referee/trim-openapi.ts`;
  const target = join(import.meta.dirname, '../../../fixtures/github/openapi.json');
  const text = printed({ source, operations, schemas });
  writeFileSync(target, text);
  process.stdout.write(
    `${target}: ${String(names.length)} operations, ${String(Math.round(text.length / 1_024))} KB, of ${source}\n`,
  );
}

main(process.argv.slice(2));
