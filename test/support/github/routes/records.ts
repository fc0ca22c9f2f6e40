/** What the fake remembers beside git: mutable, one per fake. */
import { type FakeState, room } from '../state.ts';
import type { Account, Json } from './shapes.ts';

export interface StatusRecord {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly creator: Account;
  readonly at: number;
}

export interface DeploymentRecord {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  environment: string;
  readonly originalEnvironment: string;
  readonly description: string | null;
  readonly creator: Account;
  readonly at: number;
  readonly transient: boolean;
  readonly production: boolean;
  /** Oldest first. */
  readonly statuses: StatusRecord[];
}

export interface EnvironmentRecord {
  readonly id: number;
  readonly name: string;
  readonly at: number;
  /** Minutes. */
  waitTimer: number;
  preventSelfReview: boolean;
  reviewers: readonly { readonly type: 'User' | 'Team'; readonly id: number }[];
  /** Slugs of Apps. */
  customRules: readonly string[];
  branchPolicy: Json | null;
  /** Of `custom_branch_policies`. */
  policies: readonly { readonly id: number; readonly name: string; readonly type: 'branch' | 'tag' }[];
}

export interface ReactionRecord {
  readonly id: number;
  readonly content: string;
  readonly user: Account;
  readonly at: number;
}

export interface CommentRecord {
  readonly id: number;
  readonly number: number;
  body: string;
  readonly user: Account;
  readonly at: number;
  updatedAt: number;
  /** Written by an App's token. */
  readonly viaApp: boolean;
  /** As GraphQL's classifier in lower case: `outdated`. */
  minimized: string | null;
  readonly reactions: ReactionRecord[];
}

export interface ReviewRecord {
  readonly id: number;
  readonly user: Account;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly body: string;
  readonly commit: string;
  readonly at: number;
}

/** An issue; a pull request where `pull` is there. */
export interface IssueRecord {
  readonly reactions: ReactionRecord[];
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly user: Account;
  readonly at: number;
  state: 'open' | 'closed';
  closedAt: number | null;
  readonly pull?: PullRecord;
}

export interface PullRecord {
  /** `alice` where the head lies in her fork. */
  readonly fork?: Account;
  readonly headRef: string;
  readonly baseRef: string;
  /** Once it is closed: branches go on without it. */
  closedHead?: string;
  closedBase?: string;
  draft: boolean;
  mergeCommit: string | null;
  mergedAt: number | null;
  mergedBy: Account | null;
  readonly reviews: ReviewRecord[];
}

export interface JobRecord {
  readonly id: number;
  readonly attempt: number;
  readonly name: string;
  readonly environment?: string;
  /** The runner that has it or had it. */
  readonly runner?: string;
  status: 'queued' | 'in_progress' | 'waiting' | 'completed';
  conclusion: string | null;
}

export interface ApprovalRecord {
  readonly environment: string;
  readonly state: 'approved' | 'rejected';
  readonly user: Account;
  readonly comment: string;
}

export interface WaitingRecord {
  readonly environment: string;
  readonly since: number;
  /** A required reviewer has yet to click. */
  needsPerson: boolean;
  /** Slugs of Apps that have yet to answer. */
  rules: readonly string[];
  /** Reports without a verdict, by App; GitHub takes ten. */
  reports: number;
}

export interface RunRecord {
  readonly id: number;
  readonly number: number;
  attempt: number;
  /** `.github/workflows/deploy.yml` */
  readonly workflow: string;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly title: string;
  readonly actor: Account;
  triggeringActor: Account;
  status: 'queued' | 'in_progress' | 'waiting' | 'completed';
  conclusion: string | null;
  readonly at: number;
  updatedAt: number;
  jobs: JobRecord[];
  waiting: WaitingRecord[];
  approvals: ApprovalRecord[];
  /** What Apps said to their rules, in order. */
  answers: RuleAnswerRecord[];
  /** Attempts before this one. */
  readonly earlier: {
    readonly attempt: number;
    readonly conclusion: string | null;
    readonly triggeringActor: Account;
  }[];
}

export interface RuleAnswerRecord {
  readonly environment: string;
  /** Undefined: it only says how it goes. */
  readonly state?: 'approved' | 'rejected';
  readonly comment: string;
}

export interface CommitStatusRecord {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly at: number;
}

export interface AnnotationRecord extends Json {
  readonly path: string;
  readonly message: string;
}

export interface CheckRunRecord {
  readonly id: number;
  readonly sha: string;
  name: string;
  readonly app: { readonly id: number; readonly slug: string };
  status: string;
  conclusion: string | null;
  detailsUrl: string | null;
  externalId: string;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: AnnotationRecord[];
  actions: readonly Json[];
}

export interface DispatchRecord {
  readonly kind: 'workflow' | 'repository';
  /** File name of the workflow, or the event's type. */
  readonly name: string;
  readonly ref?: string;
  /** Inputs, or the client's payload. */
  readonly inputs: Json;
  readonly run?: number;
}

/** Everything but git, people and tokens. */
export interface Records {
  /** Oldest first, as all lists here. */
  readonly deployments: DeploymentRecord[];
  /** By name in lower case: they differ by case for nobody. */
  readonly environments: Map<string, EnvironmentRecord>;
  readonly issues: IssueRecord[];
  readonly comments: CommentRecord[];
  readonly runs: RunRecord[];
  readonly statuses: CommitStatusRecord[];
  readonly checkRuns: CheckRunRecord[];
  readonly dispatches: DispatchRecord[];
  /** By path: id, and whether it was switched off. */
  readonly workflows: Map<string, { readonly id: number; state: 'active' | 'disabled_manually' }>;
  /** By slug, in the order they were first named. */
  readonly teams: Map<string, number>;
}

export const recordsOf: (state: FakeState) => Records = room(() => ({
  deployments: [],
  environments: new Map(),
  issues: [],
  comments: [],
  runs: [],
  statuses: [],
  checkRuns: [],
  dispatches: [],
  workflows: new Map(),
  teams: new Map(),
}));
