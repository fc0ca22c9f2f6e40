/** Pull requests and issues as GitHub shows them. */
import type { FileChange } from '../shapes/diff.ts';
import { ownerShape } from '../shapes/person.ts';
import { fullRepository } from '../shapes/repository.ts';
import { type FakeState, nodeId } from '../state.ts';
import { associationOf } from './ask.ts';
import { rollup } from './reactions.ts';
import { type IssueRecord, type PullRecord, recordsOf } from './records.ts';
import { api, iso, type Json, userShape, web } from './shapes.ts';

export interface PullView {
  readonly issue: IssueRecord;
  readonly pull: PullRecord;
  /** Full SHAs. */
  readonly head: string;
  readonly base: string;
  /** Oldest first. */
  readonly commits: readonly string[];
  readonly changes: readonly FileChange[];
}

/** The repository as a person's fork of it. */
function forkShape(state: FakeState, fork: NonNullable<PullRecord['fork']>): Json {
  const there = fullRepository({ ...state, owner: fork.login });
  return { ...there, id: state.ids.repository * 1000 + fork.id, owner: userShape(state, fork), fork: true };
}

function headShape(state: FakeState, { pull, head }: PullView): Json {
  const { fork, headRef } = pull;
  return {
    label: `${fork?.login ?? state.owner}:${headRef}`,
    ref: headRef,
    sha: head,
    user: fork === undefined ? ownerShape(state) : userShape(state, fork),
    repo: fork === undefined ? fullRepository(state) : forkShape(state, fork),
  };
}

function linksOf(state: FakeState, { issue: { number }, head }: PullView): Json {
  const pull = api(state, `pulls/${String(number)}`);
  const issue = api(state, `issues/${String(number)}`);
  return {
    self: pull,
    html: web(state, `pull/${String(number)}`),
    issue,
    comments: `${issue}/comments`,
    review_comments: `${pull}/comments`,
    review_comment: api(state, 'pulls/comments{/number}'),
    commits: `${pull}/commits`,
    statuses: api(state, `statuses/${head}`),
  };
}

/** `pull-request-simple`: as in lists. */
export function pullShape(state: FakeState, view: PullView): Json {
  const { issue, pull, base } = view;
  const links = linksOf(state, view);
  const page = web(state, `pull/${String(issue.number)}`);
  return {
    url: links['self'],
    id: issue.id,
    node_id: nodeId('PullRequest', issue.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: links['issue'],
    commits_url: links['commits'],
    review_comments_url: links['review_comments'],
    review_comment_url: links['review_comment'],
    comments_url: links['comments'],
    statuses_url: links['statuses'],
    number: issue.number,
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    title: issue.title,
    user: userShape(state, issue.user),
    body: issue.body,
    labels: [],
    milestone: null,
    created_at: iso(issue.at),
    updated_at: iso(issue.closedAt ?? issue.at),
    closed_at: issue.closedAt === null ? null : iso(issue.closedAt),
    merged_at: pull.mergedAt === null ? null : iso(pull.mergedAt),
    merge_commit_sha: pull.mergeCommit,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: headShape(state, view),
    base: {
      label: `${state.owner}:${pull.baseRef}`,
      ref: pull.baseRef,
      sha: base,
      user: ownerShape(state),
      repo: fullRepository(state),
    },
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: associationOf(state, issue.user),
    auto_merge: null,
    draft: pull.draft,
  };
}

/** `pull-request` */
export function fullPullShape(state: FakeState, view: PullView): Json {
  const { issue, pull, commits, changes } = view;
  const sum = (count: (change: FileChange) => number): number => changes.reduce((all, one) => all + count(one), 0);
  return {
    ...pullShape(state, view),
    merged: pull.mergedAt !== null,
    mergeable: issue.state === 'open' ? true : null,
    rebaseable: null,
    mergeable_state: issue.state === 'open' ? 'clean' : 'unknown',
    merged_by: pull.mergedBy === null ? null : userShape(state, pull.mergedBy),
    comments: recordsOf(state).comments.filter(({ number }) => number === issue.number).length,
    review_comments: 0,
    maintainer_can_modify: pull.fork !== undefined,
    commits: commits.length,
    additions: sum(({ additions }) => additions),
    deletions: sum(({ deletions }) => deletions),
    changed_files: changes.length,
  };
}

/** `issue`; a pull request is one too. */
export function issueShape(state: FakeState, issue: IssueRecord): Json {
  const { number, pull } = issue;
  const url = api(state, `issues/${String(number)}`);
  const page = web(state, `${pull === undefined ? 'issues' : 'pull'}/${String(number)}`);
  const link = api(state, `pulls/${String(number)}`);
  return {
    id: issue.id,
    node_id: nodeId(pull === undefined ? 'Issue' : 'PullRequest', issue.id),
    url,
    repository_url: api(state, '').replace(/\/$/, ''),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    timeline_url: `${url}/timeline`,
    number,
    state: issue.state,
    state_reason: null,
    title: issue.title,
    body: issue.body,
    user: userShape(state, issue.user),
    labels: [],
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: recordsOf(state).comments.filter((one) => one.number === number).length,
    closed_at: issue.closedAt === null ? null : iso(issue.closedAt),
    created_at: iso(issue.at),
    updated_at: iso(issue.closedAt ?? issue.at),
    author_association: associationOf(state, issue.user),
    performed_via_github_app: null,
    reactions: rollup(state, issue.reactions, `issues/${String(number)}`),
    ...(pull === undefined
      ? {}
      : {
          draft: pull.draft,
          pull_request: {
            url: link,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: pull.mergedAt === null ? null : iso(pull.mergedAt),
          },
        }),
  };
}
