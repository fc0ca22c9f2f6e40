/** Pull requests: their head is a branch here, or a commit that a fork brought. https://docs.github.com/rest/pulls/pulls */
import { commitAt, resolveCommit, writeCommit } from '../git/commit.ts';
import { notFound, ok, type Reply, route, type Route, type RouteContext } from '../route.ts';
import { changesBetween, changeShape } from '../shapes/diff.ts';
import { commitShape } from '../shapes/commit.ts';
import type { FakeState } from '../state.ts';
import { idOf, listed } from './ask.ts';
import { issueNumbered } from './comments.ts';
import { fullPullShape, issueShape, type PullView, pullShape } from './pull-shape.ts';
import { type IssueRecord, type PullRecord, recordsOf } from './records.ts';

export type PullIssue = IssueRecord & { readonly pull: PullRecord };

const isPull = (issue: IssueRecord): issue is PullIssue => issue.pull !== undefined;

export function pullNumbered(state: FakeState, number: number): PullIssue {
  const issue = issueNumbered(state, number);
  if (!isPull(issue)) throw notFound();
  return issue;
}

async function heads(
  state: FakeState,
  { number, pull }: PullIssue,
): Promise<{ readonly head: string; readonly base: string }> {
  const own = pull.fork === undefined ? await state.git.ref(`refs/heads/${pull.headRef}`) : undefined;
  const brought = own ?? (await state.git.ref(`refs/pull/${String(number)}/head`));
  const base = await state.git.ref(`refs/heads/${pull.baseRef}`);
  return { head: pull.closedHead ?? brought?.oid ?? '', base: pull.closedBase ?? base?.oid ?? '' };
}

/** The pull request as it is now: branches move on under it. */
export async function pullView(state: FakeState, issue: PullIssue): Promise<PullView> {
  const { head, base } = await heads(state, issue);
  const { git } = state;
  const lines = async (args: readonly string[]): Promise<readonly string[]> =>
    (await git.run(args)).toString().split('\n').filter(Boolean);
  const start = (await lines(['merge-base', base, head]).catch(() => []))[0];
  const commits = await lines(['rev-list', '--reverse', ...(start === undefined ? [] : [`^${start}`]), head]);
  const changes = await changesBetween(git, start, head);
  return { issue, pull: issue.pull, head, base, commits, changes };
}

const viewed = ({ state }: RouteContext, issues: readonly IssueRecord[]): Promise<readonly PullView[]> =>
  Promise.all(issues.filter(isPull).map((issue) => pullView(state, issue)));

const asked = (context: RouteContext): Promise<PullView> =>
  pullView(context.state, pullNumbered(context.state, idOf(context, 'pull_number')));

async function list(context: RouteContext): Promise<Reply> {
  const { state, query } = context;
  const wanted = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const all = recordsOf(state)
    .issues.filter(isPull)
    .filter(
      ({ state: own, pull }) =>
        (wanted === 'all' || wanted === own) &&
        (base === null || base === pull.baseRef) &&
        (head === null || head === `${pull.fork?.login ?? state.owner}:${pull.headRef}`),
    );
  return listed(context, await viewed(context, all.toReversed()), (view) => pullShape(state, view));
}

async function files(context: RouteContext): Promise<Reply> {
  const { head, changes } = await asked(context);
  return listed(context, changes, (change) => changeShape(context.state, change, head));
}

async function commits(context: RouteContext): Promise<Reply> {
  const { state } = context;
  const { commits: all } = await asked(context);
  const found = await Promise.all(all.map((sha) => commitAt(state.git, sha)));
  return listed(
    context,
    found.filter((one) => one !== undefined),
    (one) => commitShape(state, one),
  );
}

/**
 * A commit of the default branch: the merged pull request that brought it there; any other: every one that has it.
 * https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit
 */
async function ofCommit(context: RouteContext): Promise<Reply> {
  const { state, param } = context;
  const commit = await resolveCommit(state.git, param('commit_sha'));
  if (commit === undefined) throw notFound();
  const { oid } = commit;
  const inDefault = await state.git.run(['merge-base', '--is-ancestor', oid, `refs/heads/${state.defaultBranch}`]).then(
    () => true,
    () => false,
  );
  const all = await viewed(context, recordsOf(state).issues);
  const having = all.filter(({ commits: own, pull }) => own.includes(oid) || pull.mergeCommit === oid);
  const shown = inDefault ? having.filter(({ pull }) => pull.mergedAt !== null) : having;
  return listed(context, shown, (view) => pullShape(state, view));
}

/** Who looks at an open pull request has GitHub try the merge: what comes of it stands in `refs/pull/N/merge` until the next one that succeeds. */
async function one(context: RouteContext): Promise<Reply> {
  const { state } = context;
  const view = await asked(context);
  const trial = view.issue.state === 'open' ? await tried(state, view) : undefined;
  const shape = fullPullShape(state, view);
  if (view.issue.state !== 'open') return ok(shape);
  const isMergeable = trial !== undefined;
  return ok({
    ...shape,
    mergeable: isMergeable,
    mergeable_state: isMergeable ? 'clean' : 'dirty',
    merge_commit_sha: trial ?? null,
  });
}

/** The commit of the trial merge; undefined: the two conflict, and an older one stays where it is. */
async function tried({ git, now }: FakeState, { issue, head, base }: PullView): Promise<string | undefined> {
  const name = `refs/pull/${String(issue.number)}/merge`;
  const known = await commitAt(git, name);
  if (known?.parents[0] === base && known.parents[1] === head) return known.oid;
  const tree = await git.run(['merge-tree', '--write-tree', base, head]).catch(() => undefined);
  if (tree === undefined) return undefined;
  const github = { name: 'GitHub', email: 'noreply@github.com', at: Math.floor(now() / 1_000), zone: '+0000' };
  const message = `Merge ${head} into ${base}`;
  const merge = { tree: tree.toString().trim(), parents: [base, head], author: github, committer: github, message };
  const after = writeCommit(git, merge);
  await git.move([{ name, after }]);
  return after;
}

const issue = (context: RouteContext): Reply =>
  ok(issueShape(context.state, issueNumbered(context.state, idOf(context, 'issue_number'))));

const read = { permission: 'pull-requests:read' };
const ONE = '/repos/{owner}/{repo}/pulls/{pull_number}';

export const pullRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/pulls', read, list),
  route(`GET ${ONE}`, read, one),
  route(`GET ${ONE}/files`, read, files),
  route(`GET ${ONE}/commits`, read, commits),
  route('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', read, ofCommit),
  route('GET /repos/{owner}/{repo}/issues/{issue_number}', { permission: 'issues:read | pull-requests:read' }, issue),
];
