/** project: what only shows the state. Derived from (before, after) of each commit, sent at least once, never stored in state. */
import { experimentNotices } from '../core/experiment/notice.ts';
import type { Experiment } from '../core/model/experiment.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { HOUR } from '../core/model/time.ts';
import type { Alert } from '../core/model/place.ts';
import { alertNotices, notices, type ReportNotice } from '../core/report/notice.ts';
import type { Channel } from '../ports/channel.ts';
import type { StoredCommit, Store } from '../ports/store.ts';
import { decodeDocument } from './documents.ts';
import { MOST_SHOWN, shownOf } from './show.ts';
import { foreseen } from './traffic.ts';
import type { Wiring } from './wiring.ts';

/** More than this is told as one digest: nobody reads fifty messages. */
const MOST_COMMITS = 50;
const SEND_TIME = 20_000;
/** Of everything that one look shows. */
const SHOW_TIME = 60_000;

/** A channel that is new here is told what happened in this time, not all that ever did. */
const FIRST_LOOK = HOUR;

/** Sendings that go on: one at a time for each channel of this process, however many ticks pass meanwhile. */
const sending = new WeakMap<Channel, Promise<void>>();

/**
 * Brings every channel up to date. One that fails is tried again by the next tick and delays no other;
 * a caller that has something better to do waits only as long as it likes.
 */
export async function project(wiring: Wiring, options: ProjectOptions = {}): Promise<void> {
  await Promise.all(wiring.channels.map((channel) => inTurn(wiring, channel, options)));
}

export interface ProjectOptions {
  /** The branch's head as it was just seen: a channel that was told of it is asked nothing. */
  readonly head?: string | null;
  /** The process ends after this: what shows rollouts puts nothing off. */
  readonly last?: boolean;
}

/** How far this process knows that a channel has got. */
const told = new WeakMap<Channel, string>();

function inTurn(wiring: Wiring, channel: Channel, options: ProjectOptions): Promise<void> {
  const going = sending.get(channel);
  if (going) return options.last ? going.then(() => inTurn(wiring, channel, options)) : going;
  if (options.head && told.get(channel) === options.head) return Promise.resolve();
  const work = channel.show ? showTo(wiring, channel, options) : sendTo(wiring, channel);
  const sent = work
    .catch((error: unknown) => wiring.log(`channel ${channel.name}: ${said(error)}; the next tick tries again`))
    .finally(() => sending.delete(channel));
  sending.set(channel, sent);
  return sent;
}

/** Level: a mark that did not move is shown again, and nothing is there twice. One move for all that was shown. */
async function showTo(wiring: Wiring, channel: Channel, { last = false }: ProjectOptions): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) if (await showOnce(wiring, channel, last)) return;
  throw new Error('others show newer commits at the same time');
}

/** Each means that somebody else got on. */
const MOST_ROUNDS = 5;

/** What this process began to show and does not know to be the newest: it may have been written over something newer. */
const begun = new WeakMap<Channel, Begun>();

interface Begun {
  readonly since: string | undefined;
  readonly mark: string | undefined;
  /** Somebody else moved on meanwhile. */
  readonly isLate: boolean;
}

/** False: another process showed something newer meanwhile, which this one may have overwritten with something older. */
async function showOnce({ store, clock, ...wiring }: Wiring, channel: Channel, last: boolean): Promise<boolean> {
  const mark = `refs/sluice/sent/${channel.name}`;
  const sent = told.get(channel) ?? (await store.readMark(mark)) ?? (await firstMark(store, mark, clock.now()));
  const old = begun.get(channel);
  const again = old !== undefined && (old.isLate || old.mark !== sent);
  const since = again ? old.since : sent;
  const bound = since === undefined ? { after: clock.now() - FIRST_LOOK } : { since };
  const commits = await store.history({ ...bound, limit: MOST_SHOWN });
  const newest = commits[0]?.revision;
  if (newest === undefined || newest === since) {
    if (since !== undefined) told.set(channel, since);
    return true;
  }
  told.delete(channel);
  const shown = await shownOf({ ...wiring, store, clock }, commits);
  const writes = shown.rollouts.length + shown.commits.length > 0;
  if (writes) begun.set(channel, { since, mark: sent, isLate: again });
  const options = { signal: AbortSignal.timeout(SHOW_TIME), last, again };
  if (writes && !(await channel.show?.(shown, options))) return true;
  const isNewest = newest === sent ? await isHead(store, newest) : await store.moveMark(mark, newest, sent);
  if (isNewest) begun.delete(channel);
  else if (writes) begun.set(channel, { since, mark: sent, isLate: true });
  if (isNewest) told.set(channel, newest);
  return isNewest || !writes;
}

async function isHead(store: Store, revision: string): Promise<boolean> {
  const [head] = await store.history({ limit: 1, lean: true });
  return head?.revision === revision;
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * How far a channel has got is a ref moved by compare-and-swap after each commit that was told, so that neither two processes
 * nor a failure half-way tell the same twice more than they must.
 */
async function sendTo(wiring: Wiring, channel: Channel): Promise<void> {
  const { store, clock } = wiring;
  const mark = `refs/sluice/sent/${channel.name}`;
  let sent = (await store.readMark(mark)) ?? (await firstMark(store, mark, clock.now()));
  const bound = sent === undefined ? { after: clock.now() - FIRST_LOOK } : { since: sent };
  const commits = await store.history({ ...bound, limit: MOST_COMMITS + 1 });
  const newest = commits[0]?.revision;
  if (newest === undefined || newest === sent) return void (sent !== undefined && told.set(channel, sent));
  const steps = commits.length > MOST_COMMITS ? [] : commits.toReversed();
  if (steps.length === 0) await channel.send([digest(commits)], AbortSignal.timeout(SEND_TIME));
  for (const commit of steps) {
    const told = await ofCommit(wiring, commit);
    if (told.length === 0) continue;
    await channel.send(told, AbortSignal.timeout(SEND_TIME));
    if (!(await store.moveMark(mark, commit.revision, sent))) return;
    sent = commit.revision;
  }
  if (sent === newest || (await store.moveMark(mark, newest, sent))) told.set(channel, newest);
}

/** Marks where a new channel begins before anything is sent: what it then misses stays owed. Undefined: the branch's first commit is owed. */
async function firstMark(store: Store, mark: string, now: number): Promise<string | undefined> {
  const young = await store.history({ after: now - FIRST_LOOK, limit: MOST_COMMITS, lean: true });
  const [before] = young.at(-1)?.parents ?? [];
  return before !== undefined && (await store.moveMark(mark, before, undefined)) ? before : undefined;
}

async function ofCommit(wiring: Wiring, commit: StoredCommit): Promise<readonly ReportNotice[]> {
  const { store } = wiring;
  const at = { revision: commit.revision, at: commit.at };
  const command = commit.trailers.get('Sluice-Command');
  const documents = await Promise.all(
    commit.changes.map(async ({ path, before, after }) => ({
      path,
      before: await read(store, path, before),
      after: await read(store, path, after),
    })),
  );
  const moved = documents.map(async ({ path, before, after }): Promise<readonly ReportNotice[]> => {
    const kind = /^(?:history\/[^/]+\/)?(rollout|alert|experiment)s?[-/]/.exec(path)?.[1];
    if (!kind || after === undefined) return [];
    if (kind === 'experiment') return experimentNotices(before as Experiment | undefined, after as Experiment, at);
    const old = documents.find((one) => one.before !== undefined && idOf(one.before) === idOf(after))?.before;
    if (kind === 'alert')
      return alertNotices(old as Alert | undefined, path.startsWith('history/') ? undefined : (after as Alert), at);
    const rollout = after as Rollout;
    const seen = begins(old as Rollout | undefined, rollout) ? await foreseen(wiring, rollout, command) : [];
    return notices(old as Rollout | undefined, rollout, { ...at, foresight: seen });
  });
  return (await Promise.all(moved)).flat();
}

/** Out of nothing, or out of the queue: those are told what the canary can see. */
function begins(before: Rollout | undefined, { phase }: Rollout): boolean {
  return phase !== 'queued' && (before === undefined || before.phase === 'queued');
}

async function read(store: Store, path: string, oid: string | null): Promise<unknown> {
  const text = oid === null ? undefined : await store.blob(oid);
  if (text === undefined) return undefined;
  const home = path.replace(/^history\/[^/]+\/(rollout|alert)-/, '$1s/');
  const decoded = decodeDocument(home, text);
  return 'document' in decoded ? decoded.document : undefined;
}

function idOf(document: unknown): unknown {
  return document !== null && typeof document === 'object' && 'id' in document ? document.id : undefined;
}

function digest(commits: readonly StoredCommit[]): ReportNotice {
  const [newest] = commits;
  return {
    event: 'digest',
    severity: 'low',
    subject: 'state',
    title: `more than ${MOST_COMMITS} changes since the last notice`,
    report: { blocks: [{ type: 'list', items: commits.slice(0, MOST_COMMITS).map((one) => one.title) }] },
    marker: 'sluice digest',
    commit: newest?.revision ?? '',
    at: newest?.at ?? 0,
  };
}
