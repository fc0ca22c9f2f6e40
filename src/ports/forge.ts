/**
 * Where the code lives and people talk about it: GitHub. Members reject with a ForgeError; whether the caller then fails closed
 * (a gate) or goes on (decoration) is the caller's to say.
 */
import type { Rights } from '../core/decision.ts';
import type { CommitChecks } from '../core/facts.ts';
import type { Actor } from '../core/model/actor.ts';
import type { Code } from '../core/model/code.ts';

export interface Forge {
  readonly people: ForgePeople;
  readonly code: ForgeCode;
  readonly deployments: ForgeDeployments;
  readonly talk: ForgeTalk;
  readonly checks: ForgeChecks;
  readonly runs: ForgeRuns;
}

export interface ForgePeople {
  /** Role by its true name (`maintain`, `triage`), and which of the teams that the policy names the person is in. Apps and bots have none. */
  rights(person: { readonly id: string; readonly login: string }, teams: readonly string[]): Promise<Rights>;
  /** The account behind a login, by its numeric id; undefined: nobody has it. */
  account(login: string): Promise<ForgeAccount | undefined>;
}

export interface ForgeAccount {
  /** Numeric, as text: logins can be renamed and taken by others. */
  readonly id: string;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export interface ForgeCommit {
  /** Full. */
  readonly sha: string;
  /** Numeric ids of author and committer where GitHub knows them, without its own web-flow. */
  readonly authors: readonly string[];
  readonly url: string;
}

export interface ForgePull {
  readonly number: number;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly draft: boolean;
  readonly author: ForgeAccount;
  readonly head: { readonly sha: string; readonly ref: string; readonly isFork: boolean };
  readonly base: { readonly sha: string; readonly ref: string };
  readonly url: string;
}

export interface ForgeFileChange {
  readonly path: string;
  readonly previous?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
}

export interface ForgeReview {
  readonly by: ForgeAccount;
  readonly state: 'approved' | 'changes-requested' | 'commented' | 'dismissed' | 'pending';
  readonly commit: string;
}

/** A move of a branch as the forge itself saw it. */
export interface ForgePush {
  /** Full SHAs; zeros: the branch was made, or removed. */
  readonly before: string;
  readonly after: string;
  /** Absent: no account (a deploy key). */
  readonly by?: ForgeAccount;
}

/** How a head stands to what it shall be merged into. */
export interface ForgeStanding {
  /** Full: the commit where the two parted. */
  readonly mergeBase: string;
  /** Commits that the head does not have. */
  readonly behind: number;
}

/** A merge that the forge made to see whether it can be done, of these two commits. */
export interface ForgeTrial {
  readonly sha: string;
  readonly base: string;
  readonly head: string;
}

/** What stands at a path: nothing is followed, a link is a link. `large`: more than the forge hands out in one piece. */
export type ForgeFile =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'link' | 'repository' | 'folder' | 'binary' | 'large' };

export interface ForgeCode {
  /** A branch, tag, `refs/...`, full or unambiguous short SHA as a commit; undefined: no such thing. */
  resolve(ref: string): Promise<ForgeCommit | undefined>;
  /** Check runs and statuses over all pages, the newest of each (app, name); Sluice's own are not asked. */
  checksOf(sha: string): Promise<CommitChecks>;
  pull(number: number): Promise<ForgePull | undefined>;
  /**
   * When a branch (`feature/x`) came to stand at this commit last, by the forge's own clock in ms: dates in commits are whatever
   * who made them wrote. undefined: the forge does not say.
   */
  arrivedAt(branch: string, sha: string): Promise<number | undefined>;
  /** The newest hundred pushes to a branch, newest first; undefined: the forge does not say. */
  pushesTo(branch: string): Promise<readonly ForgePush[] | undefined>;
  /** The last review of each person; a pending or commenting one replaces nothing. */
  reviewsOf(number: number): Promise<readonly ForgeReview[]>;
  changedFiles(number: number): Promise<readonly ForgeFileChange[]>;
  /** Of two full SHAs; undefined: they have no commit in common. */
  standing(base: string, head: string): Promise<ForgeStanding | undefined>;
  /** Of an open pull request, the last that could be made: its base and head may be old. undefined: none. */
  trialMerge(number: number): Promise<ForgeTrial | undefined>;
  /** A file's text at a commit; undefined: not there. */
  file(path: string, sha: string): Promise<string | undefined>;
  /** Many at once, a hundred in a request; `HEAD` is the default branch's. What is not there is left out. */
  files(paths: readonly string[], sha: string): Promise<ReadonlyMap<string, ForgeFile>>;
}

export const DEPLOYMENT_STATES = ['queued', 'in_progress', 'success', 'failure', 'error', 'inactive'] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

export interface ForgeDeployment {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  /** The rollout it belongs to (kept in the payload); undefined: somebody else's. */
  readonly rollout?: string;
}

export interface DeploymentStatus {
  readonly state: DeploymentState;
  /** Cut to 140 characters. */
  readonly description: string;
  readonly environmentUrl?: string;
  readonly logUrl?: string;
}

export interface ForgeEnvironment {
  readonly name: string;
  /** Somebody must click before a job in it begins. */
  readonly reviewers: number;
  readonly preventsSelfReview: boolean;
  /** Minutes. */
  readonly waits: number;
  /** Names of Apps whose rules are asked. */
  readonly customRules: readonly string[];
  /** Patterns of the refs whose jobs may run in it; absent: all, none listed: protected branches. */
  readonly admits?: readonly { readonly type: 'branch' | 'tag'; readonly pattern: string }[];
}

export interface ForgeDeployments {
  /** By full SHA, merges nothing, asks no contexts (gates are ours). Rejects with `sha-moved` where GitHub answers with another commit. */
  create(request: {
    readonly sha: string;
    readonly environment: string;
    readonly rollout: string;
    readonly description: string;
    readonly production: boolean;
  }): Promise<ForgeDeployment>;
  /** The newest hundred, newest first. */
  list(of: { readonly environment?: string; readonly sha?: string }): Promise<readonly ForgeDeployment[]>;
  /** What its newest status says; `pending`: it has none. undefined: it is not there any more. */
  state(id: number): Promise<DeploymentState | 'pending' | undefined>;
  setStatus(id: number, status: DeploymentStatus): Promise<void>;
  environments(): Promise<readonly ForgeEnvironment[]>;
  /** Answers our own protection rule of a waiting job; without `state` it only says how it goes (at most ten times). */
  answerRule(request: {
    readonly run: string;
    readonly environment: string;
    readonly state?: 'approved' | 'rejected';
    readonly comment: string;
  }): Promise<void>;
}

export const REACTIONS = ['+1', '-1', 'eyes', 'rocket', 'confused', 'hooray'] as const;
export type Reaction = (typeof REACTIONS)[number];

export interface ForgeComment {
  readonly id: number;
  readonly url: string;
}

export interface ForgeTalk {
  /**
   * A new comment on a pull request or issue. Bodies are cut to 65,536 characters: the tail is kept, fences stay balanced. `stick`
   * finds it again by its marker.
   */
  say(number: number, body: string, marker?: string): Promise<ForgeComment>;
  /** The one comment with this marker, edited where it exists (nobody is notified), else made; unchanged text writes nothing. */
  stick(number: number, message: { readonly marker: string; readonly body: string }): Promise<ForgeComment>;
  /** Folds earlier comments with the marker as outdated, but for the newest. */
  fold(number: number, marker: string): Promise<void>;
  react(comment: number, reaction: Reaction): Promise<void>;
  /** Open pull requests whose head is the commit, or that brought it to the default branch. */
  pullsOf(sha: string): Promise<readonly number[]>;
}

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly column?: number;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

export interface CheckRun {
  readonly sha: string;
  /** `sluice / deployed`, `sluice / check` */
  readonly name: string;
  readonly state:
    | 'queued'
    | 'in_progress'
    | 'success'
    | 'failure'
    | 'neutral'
    | 'action_required'
    | 'skipped'
    | 'cancelled';
  readonly title: string;
  /** Markdown, cut to 65,535 characters. */
  readonly summary: string;
  /** Sent 50 at a time. */
  readonly annotations: readonly Annotation[];
  /** At most three: label 20, description 40, identifier 20 characters. */
  readonly buttons: readonly { readonly label: string; readonly description: string; readonly identifier: string }[];
  readonly url?: string;
}

export interface ForgeChecks {
  /**
   * Makes or updates our check run of that name on that commit. `changed`: only where its state or title is another; `known`: the
   * same, and only where it is there already.
   */
  put(run: CheckRun, only?: 'changed' | 'known'): Promise<void>;
  find(sha: string, name: string): Promise<Pick<CheckRun, 'state' | 'title'> | undefined>;
}

export interface WorkflowRun {
  readonly id: string;
  readonly attempt: number;
  readonly ended: boolean;
  /** `success`, `failure`, `cancelled`, ... once it has ended. */
  readonly conclusion?: string;
  readonly headSha: string;
  readonly event: string;
  /** `.github/workflows/deploy.yml` */
  readonly workflow: string;
  readonly startedBy?: ForgeAccount;
}

/** A job of a run's attempt, as people read its name; the matrix legs of one job have names of their own. */
export interface RunJob {
  readonly name: string;
  readonly ended: boolean;
  /** Absent: none has it yet, or the forge does not say. */
  readonly runner?: string;
}

export interface RunApproval {
  readonly by: Actor;
  readonly environments: readonly string[];
  readonly state: 'approved' | 'rejected' | 'pending';
}

export interface ForgeRuns {
  run(id: string): Promise<WorkflowRun | undefined>;
  /** The jobs of one attempt of a run, over all pages. Rejects where there is no such run. */
  jobs(id: string, attempt: number): Promise<readonly RunJob[]>;
  /** Who let the run's jobs into which GitHub environments. */
  approvals(id: string): Promise<readonly RunApproval[]>;
  /** `workflow`: a file name. The run's id where GitHub says it. */
  dispatch(request: {
    readonly workflow: string;
    readonly ref: string;
    readonly inputs: Readonly<Record<string, string>>;
  }): Promise<{ readonly run?: string }>;
  /** `repository_dispatch` on the default branch. */
  announce(request: { readonly event: string; readonly payload: Readonly<Record<string, unknown>> }): Promise<void>;
  /** Switches a workflow (its schedule) on or off; one that is so already stays so. */
  enable(workflow: string, on: boolean): Promise<void>;
}

/** Why the forge could not be asked; the message is one line: what, where, which permission, what to do. */
export class ForgeError extends Error {
  readonly code: Code;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  constructor(code: Code, message: string, status?: number) {
    super(message);
    this.name = 'ForgeError';
    this.code = code;
    if (status !== undefined) this.status = status;
  }
}
