import { type BranchCommit, foreignSince, lastSealed } from '../core/external/branch-commit.ts';
import { decideExternal, type ExternalDecision } from '../core/external/decide.ts';
import { type ForeignFile, isDesired } from '../core/external/foreign-file.ts';
import { OWES, printOwed } from '../core/external/owed.ts';
import { type Actor, printActor } from '../core/model/actor.ts';
import type { Config } from '../core/model/config.ts';
import { basisTrailers } from '../core/replay/basis.ts';
import { frozenEdit, touchedBy } from '../core/policy/edit.ts';
import { type CommitMessage, isConflict, type Snapshot, type Store, StoreError } from '../ports/store.ts';
import { policyOf } from './basis.ts';
import { decodeState } from './documents.ts';
import { foreignProblem } from './foreign-problem.ts';
import { isRewritten, withoutSeal } from './unsealed.ts';

export interface SettleRequest {
  readonly store: Store;
  readonly config: Config;
  /** As `Wiring` has it. */
  readonly uncommitted?: string;
  /** Whether the actor may give the command there; undefined: what belongs to no environment. */
  readonly permit: (actor: Actor, command: string, environment: string | undefined) => boolean;
  /** Whom a forge vouches for as those who pushed these commits, and what they may; absent: git's committers, unverified. */
  readonly pushers?: (commits: readonly BranchCommit[]) => Promise<Pick<SettleRequest, 'permit'> & Pushers>;
}

export interface Pushers {
  readonly actorOf: (commit: BranchCommit) => Actor;
}

export interface Settled {
  readonly decision: ExternalDecision;
  /** The head as it was with the foreign commits, and after the sealed commit on top of them. */
  readonly before: Snapshot;
  readonly snapshot: Snapshot;
  readonly commit: string;
}

/** So many commits are looked through for the last sealed one and for what a revert names. */
const LOOK_BACK: readonly number[] = [200, 10_000];
/** Of so many commits it is asked one by one what they changed; whose an older one's edit is, nobody knows. */
const EACH = 20;
/** Paths in one read; and of edited files so many are looked at: what is left over goes back unread. */
const CHUNK = 100;
const MOST_READ = 1_000;
const ROUNDS = 5;
const SEALED_NEEDS: readonly string[] = ['rollouts/', 'experiments/', 'flags/', 'segments/', 'environments/'];

/**
 * Decides what lies after the last sealed commit and seals the answer on top of it: one commit, also where all is adopted.
 * Undefined: the head is ours, or there is none. What a revert means stands in the commit as owed (`unpaid`).
 * Rejects with a StoreError, `busy` where commits by hand keep coming in between.
 */
export async function settleForeign(request: SettleRequest): Promise<Settled | undefined> {
  const { store } = request;
  for (let round = 0; round < ROUNDS; round++) {
    const head = await store.read([]);
    if (head.revision === null) return undefined;
    const [newest] = await store.history({ from: head.revision, limit: 1, lean: true });
    if (!newest || newest.sealed) return undefined;
    const { decision, now } = await decide(request, head.revision);
    const trailers = basisTrailers({ now, ...policyOf(request) });
    const result = await store.commit(head, decision.changes, sealing(decision, trailers));
    if (!isConflict(result)) return { decision, before: head, snapshot: result, commit: result.revision ?? '' };
  }
  throw new StoreError('busy', 'busy: commits by hand keep coming in between: try again');
}

interface Decided {
  readonly decision: ExternalDecision;
  /** Milliseconds. */
  readonly now: number;
}

async function decide(request: SettleRequest, head: string): Promise<Decided> {
  const { store, config } = request;
  const commits = await lookBack(store, head);
  const base = lastSealed(commits);
  const since = foreignSince(commits, base);
  if (!base || isRewritten(base, since)) return withoutSeal(request, { head, commits });
  const foreign = await withChanges(store, since);
  const files = await filesBetween(store, { base: base.revision, head });
  const pushers = files.length === 0 ? undefined : await request.pushers?.(foreign);
  const now = await store.read(['flags/', 'segments/', 'environments/'], head);
  const edited = decodeState(now, config);
  // Freezes, and who serves what, as they stood before the edit count too: no commit lifts its own hold.
  const before = decodeState(await store.read(SEALED_NEEDS, base.revision), config);
  const { rollouts, experiments, environments, broken } = before;
  const state = { ...edited, rollouts, experiments };
  const held = { ...edited, environments, broken };
  const decision = decideExternal({
    policy: config.state.externalCommits,
    foreign,
    ours: await revertible(store, { head, foreign }),
    files,
    rollouts,
    permit: pushers?.permit ?? request.permit,
    touched: (file) => [...new Set([...touchedBy(file, before), ...touchedBy(file, edited)])],
    held: (file) => (frozenEdit(file, before, now.now) ?? frozenEdit(file, held, now.now))?.because,
    validate: (file) => foreignProblem(file, state),
    now: now.now,
    ...(pushers ? { actorOf: pushers.actorOf } : {}),
  });
  return { decision, now: now.now };
}

async function lookBack(store: Store, head: string): Promise<readonly BranchCommit[]> {
  let commits: readonly BranchCommit[] = [];
  for (const limit of LOOK_BACK) {
    commits = await store.history({ from: head, limit, lean: true });
    if (commits.length < limit || lastSealed(commits)) break;
  }
  return commits;
}

/** The same commits, the newest of them with what they changed, asked in turn: a flood by hand locks nobody out. */
async function withChanges(store: Store, commits: readonly BranchCommit[]): Promise<readonly BranchCommit[]> {
  const looked: BranchCommit[] = [];
  for (const commit of commits.slice(0, EACH)) {
    looked.push((await store.history({ from: commit.revision, limit: 1 }))[0] ?? commit);
  }
  return [...looked, ...commits.slice(EACH)];
}

/** Sealed commits that a foreign one may take back: it touches no path that they do not. Only of rollouts' commits it is asked. */
async function revertible(
  store: Store,
  { head, foreign }: { readonly head: string; readonly foreign: readonly BranchCommit[] },
): Promise<readonly BranchCommit[]> {
  const paths = foreign.flatMap(
    ({ changes }) => changes.map(({ path }) => path).find((path) => /rollout/.test(path)) ?? [],
  );
  const [limit] = LOOK_BACK;
  const found = new Map<string, BranchCommit>();
  for (const path of new Set(paths)) {
    const touching = await store.history({ from: head, path, ...(limit === undefined ? {} : { limit }) });
    for (const commit of touching) if (commit.sealed) found.set(commit.revision, commit);
  }
  return [...found.values()];
}

interface Span {
  readonly base: string;
  readonly head: string;
}

/** What differs in the end: an edit that a later one took back is none. However many commits lie between, two states are compared. */
async function filesBetween(store: Store, { base, head }: Span): Promise<readonly ForeignFile[]> {
  const changes = await store.compare(base, head);
  const old = changes.flatMap(({ path, before }) => (before === null ? [] : [path]));
  const before = await filesAt(store, { paths: old, revision: base });
  const wanted = changes.flatMap(({ path, after }) => (after === null ? [] : [path]));
  const [desired, others] = [wanted.filter(isDesired), wanted.filter((path) => !isDesired(path))];
  const after = await filesAt(store, { paths: [...desired, ...others].slice(0, MOST_READ), revision: head });
  return changes.map(({ path, after: oid }) => ({
    path,
    before: before.texts.get(path) ?? null,
    after: oid === null ? null : (after.texts.get(path) ?? ''),
    ...(after.others.has(path) ? { isNoFile: true as const } : {}),
  }));
}

interface Reading {
  readonly paths: readonly string[];
  readonly revision: string;
}

async function filesAt(store: Store, { paths, revision }: Reading) {
  const [texts, others] = [new Map<string, string>(), new Set<string>()];
  for (let at = 0; at < paths.length; at += CHUNK) {
    const read = await store.read(paths.slice(at, at + CHUNK), revision);
    for (const [path, { text }] of read.files) texts.set(path, text);
    for (const path of read.others ?? []) others.add(path);
  }
  return { texts, others };
}

function sealing({ message, actor, commands }: ExternalDecision, basis: CommitMessage['trailers']): CommitMessage {
  const owed = printOwed(commands);
  const { title, body, event, subject } = message;
  const trailers: CommitMessage['trailers'] = [
    ['Sluice-Event', event],
    ['Sluice-Subject', subject],
    ['Sluice-Actor', printActor(actor)],
    ...(owed === undefined ? [] : [[OWES, owed] as const]),
    ...basis,
  ];
  return { title, ...(body === undefined ? {} : { body }), trailers };
}
