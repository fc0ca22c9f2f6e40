/**
 * Makes `test/fixtures/github/webhooks.json` from GitHub's OpenAPI of its webhooks (`generated/api.github.com.json` of
 * @octokit/openapi-webhooks): `node scripts/run-ts.js test/support/github/referee/trim-webhooks.ts PATH`. The events that Sluice hears stay.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closure, isObject, type Json, type JsonObject, printed } from './trim.ts';

const EVENTS = [
  'check-run-requested-action',
  'deployment-protection-rule-requested',
  'deployment-review-approved',
  'deployment-review-rejected',
  'deployment-review-requested',
  'issue-comment-created',
  'issue-comment-deleted',
  'issue-comment-edited',
  'pull-request-closed',
  'pull-request-opened',
  'pull-request-reopened',
  'pull-request-synchronize',
  'push',
  'workflow-dispatch',
  'workflow-run-completed',
  'workflow-run-in-progress',
  'workflow-run-requested',
] as const;

function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  return isObject(value) ? at(value[key], ...rest) : undefined;
}

function main([path]: readonly string[]): void {
  if (path === undefined)
    throw new Error('usage: trim-webhooks.ts PATH (to api.github.com.json of @octokit/openapi-webhooks)');
  const whole = JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
  const all = at(whole, 'components', 'schemas') as JsonObject;
  const events = Object.fromEntries(EVENTS.map((name) => [name, { $ref: `#/schemas/webhook-${name}` }]));
  const version = JSON.stringify(at(whole, 'info', 'version'));
  const source = `@octokit/openapi-webhooks ${version} (MIT, GitHub), cut by test/support/github/referee/trim-webhooks.ts`;
  const target = join(import.meta.dirname, '../../../fixtures/github/webhooks.json');
  const text = printed({ source, events, schemas: closure(events, all) });
  writeFileSync(target, text);
  process.stdout.write(`${target}: ${String(EVENTS.length)} events, ${String(Math.round(text.length / 1_024))} KB\n`);
}

main(process.argv.slice(2));
