/** Who lets a run's jobs into their environments: people and Apps. https://docs.github.com/rest/actions/workflow-runs#get-pending-deployments-for-a-workflow-run */
import { noContent, ok, refuse, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { askerOf, text } from './ask.ts';
import { environmentBrief, environmentNamed, mayReview, reviewersOf } from './environments.ts';
import { type ApprovalRecord, recordsOf } from './records.ts';
import { answerRule, reviewRun } from './run-life.ts';
import { runAsked } from './runs.ts';
import { appOf, iso, userShape } from './shapes.ts';

function approvals(context: RouteContext): Reply {
  const { state } = context;
  const all = runAsked(context).approvals.map(({ environment, state: said, user, comment }) => ({
    environments: [environmentBrief(state, environmentNamed(state, environment))],
    state: said,
    user: userShape(state, user),
    comment,
  }));
  return ok(all);
}

function pending(context: RouteContext): Reply {
  const { state } = context;
  const asker = askerOf(context);
  const all = runAsked(context).waiting.map(({ environment: name, since }) => {
    const environment = environmentNamed(state, name);
    const { id, node_id, url, html_url } = environmentBrief(state, environment);
    return {
      environment: { id, node_id, name: environment.name, url, html_url },
      wait_timer: environment.waitTimer,
      wait_timer_started_at: environment.waitTimer === 0 ? null : iso(since),
      current_user_can_approve: mayReview(state, environment, asker.login),
      reviewers: reviewersOf(state, environment),
    };
  });
  return ok(all);
}

/** Only required reviewers, by a token of their own. */
function review(context: RouteContext): Reply {
  const { state, body } = context;
  const run = runAsked(context);
  const ids = (body['environment_ids'] ?? []) as readonly number[];
  const names = [...recordsOf(state).environments.values()]
    .filter(({ id }) => ids.includes(id))
    .map(({ name }) => name);
  if (names.length !== ids.length || names.length === 0) throw refuse(422, 'Invalid environment ids.');
  const verdict = text(body, 'state') as ApprovalRecord['state'];
  const comment = text(body, 'comment') ?? '';
  for (const environment of names)
    reviewRun(state, run, { environment, state: verdict, comment, by: askerOf(context) });
  // The deployments that come of it; jobs that keep their own object (`deployment: false`) make none.
  return ok([]);
}

function answer(context: RouteContext): Reply {
  const { state, body } = context;
  const app = appOf(askerOf(context));
  if (app === undefined) throw refuse(403, 'Resource not accessible by integration');
  const verdict = text(body, 'state') as ApprovalRecord['state'] | undefined;
  answerRule(state, runAsked(context), {
    app: app.slug,
    environment: text(body, 'environment_name') ?? '',
    comment: text(body, 'comment') ?? '',
    ...(verdict === undefined ? {} : { state: verdict }),
  });
  return noContent();
}

const read = { permission: 'actions:read' };
const write = { permission: 'deployments:write' };
const RUN = '/repos/{owner}/{repo}/actions/runs/{run_id}';

export const protectionRoutes: readonly Route[] = [
  route(`GET ${RUN}/approvals`, read, approvals),
  route(`GET ${RUN}/pending_deployments`, read, pending),
  route(`POST ${RUN}/pending_deployments`, write, review),
  route(`POST ${RUN}/deployment_protection_rule`, write, answer),
];
