/** Commit statuses, the older of the two kinds of checks. https://docs.github.com/rest/commits/statuses */
import { created, notFound, pageOf, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { minimalRepository } from '../shapes/repository.ts';
import { type FakeState, nodeId } from '../state.ts';
import { askerOf, commitOf, listed, text } from './ask.ts';
import { checkRunsOf, latest } from './checks.ts';
import { type CommitStatusRecord, recordsOf } from './records.ts';
import { api, iso, type Json, userShape } from './shapes.ts';

const statusesOf = (state: FakeState, sha: string): readonly CommitStatusRecord[] =>
  recordsOf(state).statuses.filter((status) => status.sha === sha);

/** The newest of each context. */
function newest(statuses: readonly CommitStatusRecord[]): readonly CommitStatusRecord[] {
  return [...new Map(statuses.map((status) => [status.context, status])).values()];
}

/** What a deployment would stop at; `undefined` means every context, `[]` none. */
export function failingContexts(state: FakeState, sha: string, required: unknown): readonly Json[] {
  const seen = [
    ...newest(statusesOf(state, sha)).map(({ context, state: said }) => ({ context, state: said })),
    ...latest(checkRunsOf(state, sha)).map(({ name, status, conclusion }) => ({
      context: name,
      state: status === 'completed' ? (conclusion ?? 'pending') : 'pending',
    })),
  ];
  const wanted = Array.isArray(required)
    ? required.map((context) => seen.find((one) => one.context === context) ?? { context, state: 'missing' })
    : seen;
  return wanted.filter((one) => !['success', 'neutral', 'skipped'].includes(one.state));
}

const simple = (state: FakeState, status: CommitStatusRecord): Json => ({
  url: api(state, `statuses/${status.sha}`),
  avatar_url: `${state.serverUrl}/avatars/u/${String(status.creator.id)}`,
  id: status.id,
  node_id: nodeId('StatusContext', status.id),
  state: status.state,
  description: status.description,
  target_url: status.targetUrl,
  context: status.context,
  created_at: iso(status.at),
  updated_at: iso(status.at),
});

const statusShape = (state: FakeState, status: CommitStatusRecord): Json => ({
  ...simple(state, status),
  creator: userShape(state, status.creator),
});

const STATES = ['error', 'failure', 'pending', 'success'];

async function create(context: RouteContext): Promise<Reply> {
  const { state, body, param } = context;
  const sha = param('sha');
  if ((await commitOf(state, sha)) === undefined) throw refuse(422, `No commit found for SHA: ${sha}`);
  const said = text(body, 'state') ?? '';
  if (!STATES.includes(said)) throw refuse(422, 'Validation Failed');
  const status: CommitStatusRecord = {
    id: state.nextId(),
    sha,
    state: said,
    context: text(body, 'context') ?? 'default',
    description: text(body, 'description') ?? null,
    targetUrl: text(body, 'target_url') ?? null,
    creator: askerOf(context),
    at: state.now(),
  };
  recordsOf(state).statuses.push(status);
  return created(statusShape(state, status));
}

async function shaOf({ state, param }: RouteContext): Promise<string> {
  const sha = await commitOf(state, param('ref'));
  if (sha === undefined) throw notFound();
  return sha;
}

function together(states: readonly string[]): string {
  if (states.some((said) => said === 'failure' || said === 'error')) return 'failure';
  return states.length === 0 || states.includes('pending') ? 'pending' : 'success';
}

async function combined(context: RouteContext): Promise<Reply> {
  const { state } = context;
  const sha = await shaOf(context);
  const all = newest(statusesOf(state, sha));
  const { number, size } = pageOf(context);
  const url = api(state, `commits/${sha}`);
  const page = listed(context, all, (status) => simple(state, status));
  return {
    ...page,
    body: {
      state: together(all.map((status) => status.state)),
      statuses: all.slice((number - 1) * size, number * size).map((status) => simple(state, status)),
      sha,
      total_count: all.length,
      repository: minimalRepository(state),
      commit_url: url,
      url: `${url}/status`,
    },
  };
}

async function list(context: RouteContext): Promise<Reply> {
  const { state } = context;
  return listed(context, statusesOf(state, await shaOf(context)).toReversed(), (status) => statusShape(state, status));
}

const read = { permission: 'statuses:read' };

export const statusRoutes: readonly Route[] = [
  route('POST /repos/{owner}/{repo}/statuses/{sha}', { permission: 'statuses:write' }, create),
  route('GET /repos/{owner}/{repo}/commits/{ref}/status', read, combined),
  route('GET /repos/{owner}/{repo}/commits/{ref}/statuses', read, list),
];
