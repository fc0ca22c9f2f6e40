/** Reactions: 201 new, 200 where the same person gave it already. https://docs.github.com/rest/reactions/reactions */
import { created, notFound, ok, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { type FakeState, nodeId } from '../state.ts';
import { askerOf, idOf, listed, orMissing, text } from './ask.ts';
import { type CommentRecord, type IssueRecord, type ReactionRecord, recordsOf } from './records.ts';
import { api, iso, type Json, userShape } from './shapes.ts';

const CONTENTS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'];

/** `reaction-rollup` */
export function rollup(state: FakeState, reactions: readonly ReactionRecord[], path: string): Json {
  const count = (content: string): number => reactions.filter((one) => one.content === content).length;
  return {
    url: `${api(state, path)}/reactions`,
    total_count: reactions.length,
    ...Object.fromEntries(CONTENTS.map((content) => [content, count(content)])),
  };
}

const shape = (state: FakeState, { id, content, user, at }: ReactionRecord): Json => ({
  id,
  node_id: nodeId('Reaction', id),
  user: userShape(state, user),
  content,
  created_at: iso(at),
});

type Reacted = Pick<CommentRecord | IssueRecord, 'reactions'>;

const comment = (context: RouteContext): Reacted =>
  orMissing(recordsOf(context.state).comments.find(({ id }) => id === idOf(context, 'comment_id')));
const issue = (context: RouteContext): Reacted =>
  orMissing(recordsOf(context.state).issues.find(({ number }) => number === idOf(context, 'issue_number')));

const react =
  (of: (context: RouteContext) => Reacted) =>
  (context: RouteContext): Reply => {
    const { state } = context;
    const { reactions } = of(context);
    const content = text(context.body, 'content') ?? '';
    const user = askerOf(context);
    const same = reactions.find((one) => one.content === content && one.user.id === user.id);
    if (same !== undefined) return ok(shape(state, same));
    const made = { id: state.nextId(), content, user, at: state.now() };
    reactions.push(made);
    return created(shape(state, made));
  };

const list =
  (of: (context: RouteContext) => Reacted) =>
  (context: RouteContext): Reply => {
    const content = context.query.get('content');
    const all = of(context).reactions.filter((one) => content === null || one.content === content);
    return listed(context, all, (one) => shape(context.state, one));
  };

function remove(context: RouteContext): Reply {
  const { reactions } = comment(context);
  const at = reactions.findIndex(({ id }) => id === idOf(context, 'reaction_id'));
  if (at < 0) throw notFound();
  reactions.splice(at, 1);
  return { status: 204 };
}

const read = { permission: 'issues:read | pull-requests:read' };
const write = { permission: 'issues:write | pull-requests:write' };
const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions';
const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/reactions';

export const reactionRoutes: readonly Route[] = [
  route(`POST ${COMMENT}`, write, react(comment)),
  route(`GET ${COMMENT}`, read, list(comment)),
  route(`DELETE ${COMMENT}/{reaction_id}`, write, remove),
  route(`POST ${ISSUE}`, write, react(issue)),
  route(`GET ${ISSUE}`, read, list(issue)),
];
