/** Environments and who lets a job into them. https://docs.github.com/rest/deployments/environments */
import { ok, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { type FakeState, nodeId } from '../state.ts';
import { personOf } from '../shapes/person.ts';
import type { FakeEnvironment } from '../handles.ts';
import { counted, orMissing } from './ask.ts';
import { type EnvironmentRecord, recordsOf } from './records.ts';
import { api, iso, type Json, teamShape, userShape, web } from './shapes.ts';
import { teamOf } from './teams.ts';

/** A deployment or a job that names an environment makes it. */
export function environmentNamed(state: FakeState, name: string): EnvironmentRecord {
  const { environments } = recordsOf(state);
  const there = environments.get(name.toLowerCase());
  if (there !== undefined) return there;
  const open = {
    waitTimer: 0,
    preventSelfReview: false,
    reviewers: [],
    customRules: [],
    branchPolicy: null,
    policies: [],
  };
  const made: EnvironmentRecord = { id: state.nextId(), name, at: state.now(), ...open };
  environments.set(name.toLowerCase(), made);
  return made;
}

/** As an administrator sets it up on the website. */
export function setEnvironment(state: FakeState, { name, ...set }: FakeEnvironment): void {
  const record = environmentNamed(state, name);
  record.waitTimer = set.waitMinutes ?? 0;
  record.preventSelfReview = set.preventSelfReview ?? false;
  record.customRules = set.customRules ?? [];
  record.branchPolicy =
    set.protectedBranchesOnly === true
      ? { protected_branches: true, custom_branch_policies: false }
      : set.refs
        ? { protected_branches: false, custom_branch_policies: true }
        : null;
  record.policies = (set.refs ?? []).map((ref) =>
    ref.startsWith('tag:')
      ? { id: state.nextId(), name: ref.slice('tag:'.length), type: 'tag' }
      : { id: state.nextId(), name: ref, type: 'branch' },
  );
  record.reviewers = (set.reviewers ?? []).map((reviewer) =>
    reviewer.startsWith('team:')
      ? { type: 'Team', id: teamOf(state, reviewer.slice('team:'.length)).id }
      : { type: 'User', id: personOf(state, reviewer).id },
  );
}

/** Whether a job of this ref may run in it; no branch is protected here. `*` stands for anything but a slash. */
export function admits({ branchPolicy, policies }: EnvironmentRecord, ref: string, type: 'branch' | 'tag'): boolean {
  if (branchPolicy === null || branchPolicy['custom_branch_policies'] !== true) return true;
  return policies.some(
    (one) =>
      one.type === type &&
      new RegExp(`^${one.name.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]*')}$`).test(ref),
  );
}

interface Reviewer {
  readonly type: 'User' | 'Team';
  readonly reviewer: Json;
}

export function reviewersOf(state: FakeState, { reviewers }: EnvironmentRecord): readonly Reviewer[] {
  return reviewers.flatMap(({ type, id }): readonly Reviewer[] => {
    if (type === 'Team') {
      const slug = [...recordsOf(state).teams].find(([, own]) => own === id)?.[0];
      return slug === undefined ? [] : [{ type, reviewer: teamShape(state, { id, slug }) }];
    }
    const person = [...state.people.values()].find((one) => one.id === id);
    return person === undefined ? [] : [{ type, reviewer: userShape(state, person) }];
  });
}

/** May this account let a job in: named itself, or by a team. */
export function mayReview(state: FakeState, { reviewers }: EnvironmentRecord, login: string): boolean {
  const person = state.people.get(login.toLowerCase());
  if (person === undefined) return false;
  const teams = new Set(person.teams.map((slug) => teamOf(state, slug).id));
  return reviewers.some(({ type, id }) => (type === 'User' ? id === person.id : teams.has(id)));
}

const rule = (id: number, type: string, rest: Json = {}): Json => ({ id, node_id: nodeId('Gate', id), type, ...rest });

function rulesOf(state: FakeState, record: EnvironmentRecord): readonly Json[] {
  const id = record.id * 10;
  const { waitTimer, preventSelfReview: prevent_self_review, reviewers, branchPolicy } = record;
  return [
    ...(waitTimer > 0 ? [rule(id + 1, 'wait_timer', { wait_timer: waitTimer })] : []),
    ...(reviewers.length > 0
      ? [rule(id + 2, 'required_reviewers', { prevent_self_review, reviewers: reviewersOf(state, record) })]
      : []),
    ...(branchPolicy === null ? [] : [rule(id + 3, 'branch_policy')]),
  ];
}

/** What lists of approvals and of waiting jobs show of it. */
export const environmentBrief = (state: FakeState, { id, name, at }: EnvironmentRecord): Json => ({
  id,
  node_id: nodeId('Environment', id),
  name,
  url: api(state, `environments/${encodeURIComponent(name)}`),
  html_url: web(state, `deployments/activity_log?environments_filter=${encodeURIComponent(name)}`),
  created_at: iso(at),
  updated_at: iso(at),
});

const environmentShape = (state: FakeState, record: EnvironmentRecord): Json => ({
  ...environmentBrief(state, record),
  protection_rules: rulesOf(state, record),
  deployment_branch_policy: record.branchPolicy,
});

const found = ({ state, param }: RouteContext): EnvironmentRecord =>
  orMissing(recordsOf(state).environments.get(param('environment_name').toLowerCase()));

function list(context: RouteContext): Reply {
  const { state } = context;
  const shape = (record: EnvironmentRecord): Json => environmentShape(state, record);
  return counted(context, [...recordsOf(state).environments.values()], { name: 'environments', shape });
}

/** What is not named goes back to nothing. */
function put({ state, param, body }: RouteContext): Reply {
  const name = param('environment_name');
  const waits = Number(body['wait_timer'] ?? 0);
  if (name.length > 255 || waits < 0 || waits > 43_200) throw refuse(422, 'Validation Failed');
  const reviewers = (body['reviewers'] ?? []) as EnvironmentRecord['reviewers'];
  if (reviewers.length > 6) throw refuse(422, 'Validation Failed: at most 6 reviewers');
  const record = environmentNamed(state, name);
  record.waitTimer = waits;
  record.preventSelfReview = body['prevent_self_review'] === true;
  record.reviewers = reviewers;
  record.branchPolicy = (body['deployment_branch_policy'] ?? null) as Json | null;
  return ok(environmentShape(state, record));
}

function customRules(context: RouteContext): Reply {
  const { id, customRules: slugs } = found(context);
  const url = `${context.state.apiUrl}/apps`;
  const all = slugs.map((slug, index) => ({
    id: id * 100 + index,
    node_id: nodeId('DeploymentProtectionRule', id * 100 + index),
    enabled: true,
    app: { id: id * 100 + index, node_id: nodeId('App', id), slug, integration_url: `${url}/${slug}` },
  }));
  return ok({ total_count: all.length, custom_deployment_protection_rules: all });
}

const policyShape = ({ id, name, type }: EnvironmentRecord['policies'][number]): Json => ({
  id,
  node_id: nodeId('DeploymentBranchPolicy', id),
  name,
  type,
});

function policies(context: RouteContext): Reply {
  return counted(context, found(context).policies, { name: 'branch_policies', shape: policyShape });
}

/** Only where the environment says that it has its own. */
function addPolicy(context: RouteContext): Reply {
  const record = found(context);
  const { name, type } = context.body;
  if (record.branchPolicy?.['custom_branch_policies'] !== true) throw refuse(404, 'Not Found');
  const made = {
    id: context.state.nextId(),
    name: String(name),
    type: type === 'tag' ? ('tag' as const) : ('branch' as const),
  };
  record.policies = [...record.policies, made];
  return ok(policyShape(made));
}

const NAMED = 'repos/{owner}/{repo}/environments/{environment_name}';
const read = { permission: 'actions:read' };

export const environmentRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/environments', read, list),
  route(`GET /${NAMED}`, read, (context) => ok(environmentShape(context.state, found(context)))),
  route(`PUT /${NAMED}`, { permission: 'administration:write' }, put),
  route(`GET /${NAMED}/deployment_protection_rules`, read, customRules),
  route(`GET /${NAMED}/deployment-branch-policies`, read, policies),
  route(`POST /${NAMED}/deployment-branch-policies`, { permission: 'administration:write' }, addPolicy),
];
