import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACTIONS, CATALOGUE, leastPermissions, permissionOf } from '../../../src/adapters/github/catalogue.ts';
import { findAction } from '../../../src/action/registry.ts';
import { ROUTES } from '../../support/github/routes/index.ts';

const REST = /['"`]((?:GET|POST|PUT|PATCH|DELETE) \/(?:repos|orgs|users?|app|installation|teams)\/[\w/{}-]+)['"`]/g;
const GRAPHQL = /\b(query|mutation)\s*(?:\([\s\S]{0,600}?\))?\s*\{\s*(\w+)/g;

/** Every request that the code can send, by the literals in it. */
function asked(): ReadonlySet<string> {
  const paths = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const texts = paths
    .filter((path) => !path.includes('catalogue'))
    .map((path) => ({ path, text: readFileSync(join('src', path), 'utf8') }));
  const rest = texts.flatMap(({ text }) => [...text.matchAll(REST)].map(([, route = '']) => route));
  const graphql = texts
    .filter(({ path }) => path.startsWith(join('adapters', 'github')))
    .flatMap(({ text }) => [...text.matchAll(GRAPHQL)].map(([, kind, field]) => `${kind} ${field}`));
  return new Set([...rest, ...graphql]);
}

describe('the catalogue of what is asked of GitHub', () => {
  const listed = new Set(CATALOGUE.map(({ route }) => route));

  it('lists every request in the code, and none that is not there', () => {
    const found = asked();
    expect([...found].filter((route) => !listed.has(route))).toEqual([]);
    expect([...listed].filter((route) => !found.has(route))).toEqual([]);
    expect(listed.size).toBe(CATALOGUE.length);
  });

  it('names the permission that the fake asks for, too', () => {
    const known = new Map(ROUTES.map(({ name, permission }) => [name, permission]));
    const sorted = (permission: string): string => permission.split(' | ').toSorted().join(' | ');
    const rest = CATALOGUE.filter(({ route }) => route.includes(' /'));
    const different = rest.flatMap(({ route, permission }) => {
      const other = known.get(route) ?? 'no such route';
      return sorted(other) === sorted(permission) ? [] : [`${route}: ${permission} here, ${other} there`];
    });
    expect(different).toEqual([]);
  });

  it('writes a permission as people do', () => {
    expect(permissionOf('POST /repos/{owner}/{repo}/deployments')).toBe('deployments: write');
    expect(permissionOf('POST /repos/{owner}/{repo}/issues/{issue_number}/comments')).toBe(
      'pull-requests: write or issues: write',
    );
    expect(permissionOf('GET /nothing')).toBeUndefined();
  });
});

describe('the least permissions of an action', () => {
  it('are those of all that it asks, the higher level of each, and no more', () => {
    const of = (name: string) =>
      Object.fromEntries(leastPermissions(ACTIONS.find(({ action }) => action === name)?.always ?? []));
    expect(of('flag')).toEqual({ contents: 'write' });
    expect(of('deploy')).toEqual({
      checks: 'read',
      contents: 'write',
      deployments: 'write',
      'pull-requests': 'write',
      statuses: 'read',
    });
    expect(of('check')).toEqual({ checks: 'write', contents: 'read', 'pull-requests': 'write' });
    expect(of('reconcile')).toMatchObject({ actions: 'write' });
  });

  it('are among those that the README of the action asks for', () => {
    const rank = { none: 0, read: 1, write: 2 } as const;
    const missing = ACTIONS.flatMap(({ action, always }) => {
      const granted = findAction(action)?.permissions ?? {};
      return [...leastPermissions(always)]
        .filter(([name, level]) => rank[granted[name]?.level ?? 'none'] < rank[level])
        .map(([name, level]) => `${action}: ${name}: ${level}`);
    });
    expect(missing).toEqual([]);
  });

  it('never hold what no workflow can be given', () => {
    for (const { always, optional } of ACTIONS) {
      const names = [...leastPermissions([...always, ...optional]).keys()];
      expect(names).not.toContain('members');
      expect(names).not.toContain('metadata');
    }
  });

  it('exist for every purpose but those of an App', () => {
    const used = new Set(ACTIONS.flatMap(({ always, optional }) => [...always, ...optional]));
    const unused = new Set(CATALOGUE.map(({ purpose }) => purpose).filter((purpose) => !used.has(purpose)));
    expect([...unused].toSorted()).toEqual(['announcement', 'protection rule']);
  });
});
