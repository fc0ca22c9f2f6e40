/** What a repository's own workflows would lack on a bad day, read from their texts: permissions, and whether going back waits for a click. */
import { type Tree, isList, isMap } from '../config/tree.ts';
import type { Prerequisite } from '../config/prerequisites.ts';

export interface WorkflowText {
  /** `.github/workflows/deploy.yml` */
  readonly path: string;
  readonly tree: Tree;
}

export interface ExamineOptions {
  /** Secrets that the configuration names, without `$`. */
  readonly secrets: readonly string[];
  /** The least permissions of an action's job, by name. */
  readonly least: (action: string) => ReadonlyMap<string, 'read' | 'write'>;
  /** GitHub environments at which a job waits, as GitHub says; absent: it was not asked. */
  readonly gated?: ReadonlySet<string>;
}

export interface Examined {
  readonly rows: readonly Prerequisite[];
  /** What would keep a rollback from happening by itself: not to be lived with. */
  readonly faults: readonly string[];
}

interface Step {
  readonly action: string;
  /** Secrets in `env:` of step, job and workflow. */
  readonly given: ReadonlySet<string>;
}

interface Job {
  readonly path: string;
  readonly id: string;
  /** Absent: none, or an expression that only a run knows. */
  readonly environment?: string;
  /** Absent: nobody says, and the repository's default counts. */
  readonly permissions?: Tree;
  readonly steps: readonly Step[];
}

/** What takes back, and must wait for nobody. */
const BACK: readonly string[] = ['rollback', 'reconcile', 'comment'];
/** Takes back with its own hands: what answers comments calls for these. */
const PERFORMS: readonly string[] = ['rollback', 'reconcile'];
/** What reads metrics or moves traffic, and may so need a secret. */
const ACTS: readonly string[] = [...BACK, 'deploy', 'promote', 'report'];

/** Pure; workflows without a step of ours say nothing. */
export function examineWorkflows(workflows: readonly WorkflowText[], options: ExamineOptions): Examined {
  const jobs = workflows.flatMap(jobsOf).filter(({ steps }) => steps.length > 0);
  const back = jobs.filter(({ steps }) => steps.some(({ action }) => BACK.includes(action)));
  const faults = [...waiting(back, options), ...withoutSecrets(jobs, options)];
  return {
    rows: [...permissionRows(jobs, options), ...backRows(jobs, { back, faults, looked: options.gated !== undefined })],
    faults,
  };
}

function jobsOf({ path, tree }: WorkflowText): readonly Job[] {
  if (!isMap(tree) || !isMap(tree['jobs'] ?? null)) return [];
  const workflow = tree['permissions'];
  const above = secretsIn(tree['env']);
  return Object.entries(tree['jobs'] as Readonly<Record<string, Tree>>).flatMap(([id, job]) => {
    if (!isMap(job)) return [];
    const permissions = job['permissions'] ?? workflow;
    const environment = environmentOf(job['environment'] ?? null);
    const env = new Set([...above, ...secretsIn(job['env'])]);
    const steps = isList(job['steps'] ?? null) ? (job['steps'] as readonly Tree[]) : [];
    return [
      {
        path,
        id,
        steps: steps.flatMap((step) => stepOf(step, env)),
        ...(environment === undefined ? {} : { environment }),
        ...(permissions === undefined ? {} : { permissions }),
      },
    ];
  });
}

function environmentOf(value: Tree): string | undefined {
  const name = isMap(value) ? value['name'] : value;
  return typeof name === 'string' && !name.includes('${{') ? name : undefined;
}

function stepOf(step: Tree, above: ReadonlySet<string>): readonly Step[] {
  if (!isMap(step) || typeof step['uses'] !== 'string') return [];
  const [, action] = /(?:^|\/)sluice\/actions\/([\w-]+)@/.exec(step['uses']) ?? [];
  return action === undefined ? [] : [{ action, given: new Set([...above, ...secretsIn(step['env'])]) }];
}

function secretsIn(env: Tree | undefined): readonly string[] {
  return env !== undefined && isMap(env) ? Object.keys(env) : [];
}

function waiting(back: readonly Job[], { gated }: ExamineOptions): readonly string[] {
  return back.flatMap(({ path, id, environment }) =>
    environment !== undefined && gated?.has(environment) === true
      ? [
          `${path}: job ${id} takes back, and waits for a click in ${environment}: give it an environment without reviewers`,
        ]
      : [],
  );
}

/** A secret that only jobs which deploy are given: going back would be without it. */
function withoutSecrets(jobs: readonly Job[], { secrets }: ExamineOptions): readonly string[] {
  const steps = jobs.flatMap(({ path, id, steps: own }) => own.map((step) => ({ ...step, path, id })));
  return secrets.flatMap((name) => {
    const givers = steps.filter(({ action, given }) => ACTS.includes(action) && given.has(name));
    const lacking = steps.filter(({ action, given }) => PERFORMS.includes(action) && !given.has(name));
    if (givers.length === 0) return [];
    return lacking.map(
      ({ path, id }) =>
        `${path}: job ${id} takes back without $${name}, which ${givers[0]?.path ?? ''} gives to ${givers[0]?.id ?? ''}: add it to its \`env:\``,
    );
  });
}

function permissionRows(jobs: readonly Job[], { least }: ExamineOptions): readonly Prerequisite[] {
  return jobs.map(({ path, id, permissions, steps }) => {
    const name = `${path.replace(/^.*\//, '')}, job ${id}`;
    if (permissions === undefined)
      return {
        name,
        state: 'warning',
        detail: 'no `permissions:`: the repository’s default counts',
        remedy: 'write those of docs/reference/github-api.md',
      };
    const lacking = steps.flatMap(({ action }) => lackingOf(permissions, least(action)));
    if (lacking.length === 0) return { name, state: 'ok', detail: 'its permissions are enough' };
    return { name, state: 'missing', detail: 'lacks permissions', remedy: `add ${[...new Set(lacking)].join(', ')}` };
  });
}

const RANK = { none: 0, read: 1, write: 2 } as const;

function lackingOf(permissions: Tree, least: ReadonlyMap<string, 'read' | 'write'>): readonly string[] {
  return [...least].flatMap(([name, level]) =>
    RANK[levelOf(permissions, name)] < RANK[level] ? [`${name}: ${level}`] : [],
  );
}

function levelOf(permissions: Tree, name: string): keyof typeof RANK {
  if (permissions === 'write-all') return 'write';
  if (permissions === 'read-all') return 'read';
  const level = isMap(permissions) ? permissions[name] : undefined;
  return level === 'read' || level === 'write' ? level : 'none';
}

interface Going {
  readonly back: readonly Job[];
  readonly faults: readonly string[];
  /** Whether GitHub said which environments wait. */
  readonly looked: boolean;
}

function backRows(jobs: readonly Job[], { back, faults, looked }: Going): readonly Prerequisite[] {
  const name = 'going back';
  if (jobs.length === 0)
    return [{ name, state: 'warning', detail: 'no workflow of Sluice here', remedy: 'sluice init writes them' }];
  if (back.length === 0)
    return [{ name, state: 'missing', detail: 'no workflow takes back', remedy: 'sluice init writes sluice-tick.yml' }];
  if (faults.length === 0)
    return [
      {
        name,
        state: 'ok',
        detail: looked
          ? 'waits for no click and has its secrets'
          : 'has its secrets; not seen whether it waits for a click',
      },
    ];
  return faults.map((fault) => {
    const [detail = '', remedy = ''] = fault.split(/: (?=give|add)/);
    return { name, state: 'missing', detail, remedy };
  });
}
