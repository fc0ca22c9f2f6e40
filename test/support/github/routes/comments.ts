/** Comments on issues and pull requests. https://docs.github.com/rest/issues/comments */
import { created, notFound, ok, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { personOf } from '../shapes/person.ts';
import { type FakeState, nodeId, nodeOf } from '../state.ts';
import { askerOf, associationOf, idOf, listed, orMissing, text, unfit } from './ask.ts';
import { rollup } from './reactions.ts';
import { type CommentRecord, type IssueRecord, recordsOf } from './records.ts';
import { type Account, api, appOf, iso, type Json, userShape, viaApp, web } from './shapes.ts';

/** Characters. */
const LIMIT = 65_536;

export function commentShape(state: FakeState, record: CommentRecord): Json {
  const { id, number, body, user, at, updatedAt, reactions } = record;
  const issue = recordsOf(state).issues.find((one) => one.number === number);
  const page = issue?.pull === undefined ? 'issues' : 'pull';
  return {
    id,
    node_id: nodeId('IssueComment', id),
    url: api(state, `issues/comments/${String(id)}`),
    html_url: web(state, `${page}/${String(number)}#issuecomment-${String(id)}`),
    issue_url: api(state, `issues/${String(number)}`),
    body,
    user: userShape(state, user),
    created_at: iso(at),
    updated_at: iso(updatedAt),
    author_association: associationOf(state, user),
    performed_via_github_app: record.viaApp ? viaApp(state, user) : null,
    reactions: rollup(state, reactions, `issues/comments/${String(id)}`),
  };
}

function checked(body: string | undefined): string {
  if (body === undefined || body.trim() === '') throw unfit('IssueComment', 'body', "body can't be blank");
  if (Array.from(body).length > LIMIT) {
    throw unfit('IssueComment', 'body', `body is too long (maximum is ${String(LIMIT)} characters)`);
  }
  return body;
}

interface Said {
  readonly number: number;
  readonly body: string;
  readonly user: Account;
}

function addComment(state: FakeState, { number, body, user }: Said): CommentRecord {
  const at = state.now();
  const viaAnApp = appOf(user) !== undefined;
  const record: CommentRecord = {
    id: state.nextId(),
    number,
    body: checked(body),
    user,
    at,
    updatedAt: at,
    viaApp: viaAnApp,
    minimized: null,
    reactions: [],
  };
  recordsOf(state).comments.push(record);
  return record;
}

export const issueNumbered = (state: FakeState, number: number): IssueRecord =>
  orMissing(recordsOf(state).issues.find((one) => one.number === number));

function create(context: RouteContext): Reply {
  const { state, body } = context;
  const { number } = issueNumbered(state, idOf(context, 'issue_number'));
  const record = addComment(state, { number, body: checked(text(body, 'body')), user: askerOf(context) });
  return created(commentShape(state, record));
}

function list(context: RouteContext): Reply {
  const { state, query } = context;
  const { number } = issueNumbered(state, idOf(context, 'issue_number'));
  const since = Date.parse(query.get('since') ?? '') || 0;
  const all = recordsOf(state).comments.filter((one) => one.number === number && one.updatedAt >= since);
  return listed(context, all, (one) => commentShape(state, one));
}

const found = (context: RouteContext): CommentRecord =>
  orMissing(recordsOf(context.state).comments.find(({ id }) => id === idOf(context, 'comment_id')));

function update(context: RouteContext): Reply {
  const { state, body } = context;
  const record = found(context);
  record.body = checked(text(body, 'body'));
  record.updatedAt = state.now();
  return ok(commentShape(state, record));
}

export function removeComment(state: FakeState, id: number): void {
  const { comments } = recordsOf(state);
  const at = comments.findIndex((one) => one.id === id);
  if (at < 0) throw notFound();
  comments.splice(at, 1);
}

function remove(context: RouteContext): Reply {
  removeComment(context.state, found(context).id);
  return { status: 204 };
}

/** A comment by its global id; undefined: there is none. */
export function commentByNode(state: FakeState, node: string): CommentRecord | undefined {
  const { type, id } = nodeOf(node) ?? {};
  return type === 'IssueComment' ? recordsOf(state).comments.find((one) => String(one.id) === id) : undefined;
}

/** A comment as a person writes it on the page. */
export const sayAs = (
  state: FakeState,
  { number, by, body }: { number: number; by: string; body: string },
): CommentRecord => addComment(state, { number: issueNumbered(state, number).number, body, user: personOf(state, by) });

const read = { permission: 'issues:read | pull-requests:read' };
const write = { permission: 'issues:write | pull-requests:write' };
const OF_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const ONE = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

export const commentRoutes: readonly Route[] = [
  route(`POST ${OF_ISSUE}`, write, create),
  route(`GET ${OF_ISSUE}`, read, list),
  route(`GET ${ONE}`, read, (context) => ok(commentShape(context.state, found(context)))),
  route(`PATCH ${ONE}`, write, update),
  route(`DELETE ${ONE}`, write, remove),
];
