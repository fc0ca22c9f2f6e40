/** Reviews of pull requests. https://docs.github.com/rest/pulls/reviews */
import { ok, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { type FakeState, nodeId } from '../state.ts';
import { askerOf, associationOf, idOf, listed, orMissing, text } from './ask.ts';
import { pullNumbered, pullView } from './pulls.ts';
import { type IssueRecord, type ReviewRecord } from './records.ts';
import { type Account, api, iso, type Json, userShape, web } from './shapes.ts';

function reviewShape(state: FakeState, { number }: Pick<IssueRecord, 'number'>, review: ReviewRecord): Json {
  const pull = api(state, `pulls/${String(number)}`);
  const page = web(state, `pull/${String(number)}#pullrequestreview-${String(review.id)}`);
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: userShape(state, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    author_association: associationOf(state, review.user),
    _links: { html: { href: page }, pull_request: { href: pull } },
    ...(review.state === 'PENDING' ? {} : { submitted_at: iso(review.at) }),
    commit_id: review.commit,
  };
}

function list(context: RouteContext): Reply {
  const { state } = context;
  const issue = pullNumbered(state, idOf(context, 'pull_number'));
  // Only its author sees a review that was not sent yet.
  const shown = issue.pull.reviews.filter((one) => one.state !== 'PENDING' || one.user.id === askerOf(context).id);
  return listed(context, shown, (review) => reviewShape(state, issue, review));
}

export interface ReviewSaid {
  readonly number: number;
  readonly user: Account;
  readonly state: ReviewRecord['state'];
  readonly body?: string;
  /** The head where absent. */
  readonly commit?: string;
}

export async function addReview(state: FakeState, said: ReviewSaid): Promise<ReviewRecord> {
  const issue = pullNumbered(state, said.number);
  if (issue.user.id === said.user.id && said.state !== 'COMMENTED' && said.state !== 'PENDING') {
    throw refuse(422, 'Unprocessable Entity', { errors: ['Can not approve your own pull request'] });
  }
  const review: ReviewRecord = {
    id: state.nextId(),
    user: said.user,
    state: said.state,
    body: said.body ?? '',
    commit: said.commit ?? (await pullView(state, issue)).head,
    at: state.now(),
  };
  issue.pull.reviews.push(review);
  return review;
}

const STATES: Readonly<Record<string, ReviewRecord['state']>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

async function create(context: RouteContext): Promise<Reply> {
  const { state, body } = context;
  const issue = pullNumbered(state, idOf(context, 'pull_number'));
  const commit = text(body, 'commit_id');
  const review = await addReview(state, {
    number: issue.number,
    user: askerOf(context),
    state: STATES[text(body, 'event') ?? ''] ?? 'PENDING',
    body: text(body, 'body') ?? '',
    ...(commit === undefined ? {} : { commit }),
  });
  return ok(reviewShape(state, issue, review));
}

function dismiss(context: RouteContext): Reply {
  const { state } = context;
  const issue = pullNumbered(state, idOf(context, 'pull_number'));
  const review = orMissing(issue.pull.reviews.find(({ id }) => id === idOf(context, 'review_id')));
  review.state = 'DISMISSED';
  return ok(reviewShape(state, issue, review));
}

const ALL = '/repos/{owner}/{repo}/pulls/{pull_number}/reviews';

export const reviewRoutes: readonly Route[] = [
  route(`GET ${ALL}`, { permission: 'pull-requests:read' }, list),
  route(`POST ${ALL}`, { permission: 'pull-requests:write' }, create),
  route(`PUT ${ALL}/{review_id}/dismissals`, { permission: 'pull-requests:write' }, dismiss),
];
