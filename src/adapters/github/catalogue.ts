/** What Sluice asks of GitHub, which permission each request needs, and what its failure means. Held against the code by a test. */
import { type CatalogueRow, type Purpose, ROWS } from './catalogue-rows.ts';

export type { CatalogueRow, Purpose };

export const CATALOGUE: readonly CatalogueRow[] = ROWS;

/** The row's permission as people write it: `contents: write`, `issues: write or pull-requests: write`. */
export function permissionOf(route: string): string | undefined {
  const row = CATALOGUE.find((one) => one.route === route);
  if (row === undefined || row.permission === 'none') return undefined;
  return row.permission.replaceAll(':', ': ').replaceAll(' | ', ' or ');
}

export interface ActionPurposes {
  readonly action: string;
  readonly always: readonly Purpose[];
  /** Only where it is used: without them the action works, and says what it left out. */
  readonly optional: readonly Purpose[];
}

const ROLLOUT: readonly Purpose[] = [
  'state',
  'configuration',
  'versions',
  'gates',
  'people',
  'deployments',
  'comments',
];

/** What each action asks for. */
export const ACTIONS: readonly ActionPurposes[] = [
  { action: 'deploy', always: ROLLOUT, optional: ['check runs', 'schedule', 'teams'] },
  {
    action: 'report',
    always: ['state', 'configuration', 'deployments', 'comments'],
    optional: ['check runs', 'schedule'],
  },
  { action: 'promote', always: [...ROLLOUT, 'runs'], optional: ['check runs', 'schedule', 'teams'] },
  {
    action: 'rollback',
    always: ['state', 'configuration', 'versions', 'people', 'deployments', 'comments'],
    optional: ['check runs', 'schedule', 'teams'],
  },
  { action: 'reconcile', always: [...ROLLOUT, 'runs', 'jobs', 'schedule'], optional: ['check runs'] },
  { action: 'comment', always: [...ROLLOUT, 'pull requests', 'jobs', 'schedule'], optional: ['check runs', 'teams'] },
  { action: 'flag', always: ['state', 'configuration', 'people'], optional: ['comments', 'schedule', 'teams'] },
  { action: 'experiment', always: ['state', 'configuration', 'people'], optional: ['comments', 'schedule', 'teams'] },
  { action: 'monitor', always: ['configuration'], optional: ['comments'] },
  {
    action: 'check',
    always: ['configuration', 'people', 'pull requests', 'comments', 'check runs'],
    optional: ['deployments', 'environments'],
  },
];

type Level = 'read' | 'write';

/** The least `permissions:` of a job for these purposes, by name; what no workflow can be given is left out. */
export function leastPermissions(purposes: readonly Purpose[]): ReadonlyMap<string, Level> {
  const least = new Map<string, Level>();
  for (const { permission, purpose } of CATALOGUE) {
    const [name = '', level] = (permission.split(' | ')[0] ?? '').split(':');
    if (!purposes.includes(purpose) || permission === 'none' || name === 'metadata' || name === 'members') continue;
    if (level === 'write' || !least.has(name)) least.set(name, level === 'write' ? 'write' : 'read');
  }
  return new Map([...least].toSorted(([one], [other]) => one.localeCompare(other)));
}
