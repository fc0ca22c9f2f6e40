import { type Asking, type Decision, type Message, refuse } from '../core/decision.ts';
import { printActor } from '../core/model/actor.ts';
import { type Basis, basisTrailers } from '../core/replay/basis.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../core/model/time.ts';
import type { Clock } from '../ports/clock.ts';
import {
  type CommitMessage,
  type FileChange,
  isConflict,
  type Needs,
  type Snapshot,
  type Store,
  StoreError,
} from '../ports/store.ts';
import { encodeChanges } from './documents.ts';

export interface CommitRequest {
  readonly store: Store;
  readonly needs: Needs;
  readonly asking: Asking;
  /** When the request came into being, in ms (a comment's own time); absent: now. Only one that has it can be too old. */
  readonly born?: number;
  /** Where the needs were read a moment ago; absent: the head is asked. The compare-and-swap notices where it has moved since. */
  readonly revision?: string;
  /** Decides anew for every snapshot that differs in what was read. */
  readonly decide: (snapshot: Snapshot) => Decision | Promise<Decision>;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Milliseconds until it gives up with `busy`; the store's patience, else 30 s. */
  readonly deadline?: number;
  /**
   * Called when the head is a commit that is not ours, before anything is decided on it; it adopts or puts back what that
   * commit did (`settleForeign`). What only looks writes nothing, and leaves such a head as it is.
   */
  readonly settle: (() => Promise<unknown>) | 'only-looks';
}

export interface Committed {
  readonly decision: Decision;
  /** What was decided on; with `snapshot` what notices are derived from. */
  readonly before: Snapshot;
  /** After the commit; the same as `before` when nothing was committed. */
  readonly snapshot: Snapshot;
  /** The new commit; absent when nothing was committed now. */
  readonly commit?: string;
}

/** A forge's clock and the store's may differ by this much. */
const SKEW = 5 * MINUTE;
const REQUEST_LIMIT = 1_000;
/** Of its pauses who has waited longest still makes so much. */
const LEAST = 0.25;

/**
 * Read, decide, commit: compare-and-swap until it is through. On a conflict a decision stands as long as nothing it read has
 * changed. The same request never acts twice; one older than 24 h is refused. Rejects with a StoreError where the store does.
 */
export function commitDecision(request: CommitRequest): Promise<Committed> {
  const begun = request.clock.now();
  return inTurn(request.store, () => attempt(request, begun));
}

async function attempt(request: CommitRequest, begun: number): Promise<Committed> {
  const { store, needs, asking, clock, decide } = request;
  const deadline = request.deadline ?? store.patience ?? 30 * SECOND;
  let snapshot = await settled(request, await store.read(needs, request.revision));
  const born = request.born ?? asking.now;
  const age = clock.now() - born;
  if (request.born !== undefined && age > DAY) return unmade(snapshot, tooOld(age));
  const earlier = await findRequest(request, snapshot, { after: born - SKEW });
  if (earlier !== undefined) return unmade(snapshot, doneBefore(earlier));
  let decision = await decide(snapshot);
  for (let tries = 1; ; tries++) {
    const made = asking.dryRun ? unmade(snapshot, planned(decision)) : await write(request, snapshot, decision);
    if ('decision' in made) return made;
    const left = 1 - (clock.now() - begun) / deadline;
    if (left <= 0) return unmade(made.conflict, busy(tries));
    if (tries > 1) await clock.sleep(backoff(tries, request.random()) * Math.max(left, LEAST));
    const fresh = await settled(request, tries > 1 ? await store.read(needs) : made.conflict);
    const twin = await findRequest(request, fresh, snapshot.revision === null ? {} : { since: snapshot.revision });
    if (twin !== undefined) return unmade(fresh, doneBefore(twin));
    if (!sameFiles(snapshot, fresh)) decision = await decide(fresh);
    snapshot = fresh;
  }
}

async function write(
  { store, asking }: CommitRequest,
  snapshot: Snapshot,
  decision: Decision,
): Promise<Committed | { readonly conflict: Snapshot }> {
  if (!decision.message) return unmade(snapshot, decision);
  const files = encodeChanges(decision.changes);
  if (saysNothingNew(snapshot, files)) return unmade(snapshot, asItIs(decision));
  const result = await store.commit(
    snapshot,
    files,
    commitMessageOf(decision.message, { asking, basis: decision.basis }),
  );
  if (isConflict(result)) return { conflict: result.snapshot };
  const commit = result.revision ?? '';
  return { decision: withCommit(decision, commit), before: snapshot, snapshot: result, commit };
}

/** Documents that all stand so already. Only a commit that has none from the beginning is made for what it says. */
function saysNothingNew({ files }: Snapshot, changes: readonly FileChange[]): boolean {
  return changes.length > 0 && changes.every(({ path, text }) => text !== null && files.get(path)?.text === text);
}

function asItIs({ outcome }: Decision): Decision {
  return { changes: [], outcome: { ...outcome, code: 'unchanged' } };
}

/** The message's parts with the trailers that a machine reads, in their order; the store adds the seal. */
export function commitMessageOf(
  { title, body, event, subject }: Message,
  { asking, basis }: { readonly asking: Asking; readonly basis?: Basis | undefined },
): CommitMessage {
  const trailers: (readonly [string, string])[] = [
    ['Sluice-Command', asking.command],
    ['Sluice-Event', event],
    ['Sluice-Subject', subject],
    ['Sluice-Actor', printActor(asking.actor)],
    ...(asking.source === undefined ? [] : [['Sluice-Source', asking.source] as const]),
    ['Sluice-Request', asking.request],
    ...(basis === undefined ? [] : basisTrailers(basis)),
  ];
  return { title, ...(body === undefined ? {} : { body }), trailers };
}

/** How often a commit by hand may come in between while the one before is settled. */
const ROUNDS = 5;

/** A snapshot whose head is ours: a seal on top of a commit that is not would take that one for granted. */
async function settled({ store, needs, settle }: CommitRequest, first: Snapshot): Promise<Snapshot> {
  let snapshot = first;
  for (let round = 0; settle !== 'only-looks' && snapshot.revision !== null; round++) {
    const [head] = await store.history({ from: snapshot.revision, limit: 1, lean: true });
    if (!head || head.sealed) break;
    if (round === ROUNDS) throw new StoreError('busy', 'busy: commits by hand keep coming in between: try again');
    await settle();
    snapshot = await store.read(needs);
  }
  return snapshot;
}

/** A sealed commit with this request; commits by hand may carry any trailer and prove nothing. */
async function findRequest(
  { store, asking }: CommitRequest,
  { revision }: Snapshot,
  bound: { readonly after?: number; readonly since?: string },
): Promise<string | undefined> {
  if (revision === null) return undefined;
  const trailer = ['Sluice-Request', asking.request] as const;
  const commits = await store.history({ ...bound, from: revision, limit: REQUEST_LIMIT, trailer, lean: true });
  return commits.find((commit) => commit.sealed)?.revision;
}

function sameFiles(one: Snapshot, other: Snapshot): boolean {
  if (one.files.size !== other.files.size) return false;
  return [...one.files].every(([path, { oid }]) => other.files.get(path)?.oid === oid);
}

/** Full jitter: from 0 to 25 ms doubled with each try, at most 2 s. Who has waited longest waits least: it is multiplied by the time left. */
function backoff(tries: number, random: number): number {
  return random * Math.min(25 * 2 ** tries, 2 * SECOND);
}

function unmade(snapshot: Snapshot, decision: Decision): Committed {
  return { decision, before: snapshot, snapshot };
}

function withCommit(decision: Decision, commit: string): Decision {
  return { ...decision, outcome: { ...decision.outcome, commit } };
}

function planned(decision: Decision): Decision {
  if (!decision.outcome.ok || !decision.message) return decision;
  return { ...decision, outcome: { ...decision.outcome, code: 'planned' } };
}

function doneBefore(commit: string): Decision {
  const summary = `already done by this request, in ${commit.slice(0, 10)}`;
  return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details: null, commit } };
}

function tooOld(age: number): Decision {
  return refuse(
    'request-too-old',
    `request-too-old: the request is ${Math.floor(age / HOUR)} h old: give the command again`,
  );
}

function busy(tries: number): Decision {
  return refuse('busy', `busy: others wrote first ${tries} times; nothing was changed: try again`);
}

/** One line per store: writers of one process wait for each other instead of racing. */
const lines = new WeakMap<Store, Promise<unknown>>();

function inTurn<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const before = lines.get(store) ?? Promise.resolve();
  const mine = before.then(work, work);
  lines.set(store, mine);
  return mine;
}
