/** project: what only shows the state. Derived from (before, after) of each commit, sent at least once, never stored in state. */
import type { Rollout } from '../core/model/rollout.ts';
import type { Alert } from '../core/model/place.ts';
import { alertNotices, notices, type ReportNotice } from '../core/report/notice.ts';
import type { Channel } from '../ports/channel.ts';
import type { StoredCommit, Store } from '../ports/store.ts';
import { decodeDocument } from './documents.ts';
import type { Wiring } from './wiring.ts';

/** More than this is told as one digest: nobody reads fifty messages. */
const MOST_COMMITS = 50;
const SEND_TIME = 20_000;

/** Brings every channel up to date. One that fails is tried again by the next tick and delays nobody. */
export async function project(wiring: Wiring): Promise<void> {
  await Promise.all(
    wiring.channels.map((channel) =>
      sendTo(wiring, channel).catch((error: unknown) => wiring.log(`channel ${channel.name}: ${String(error)}`)),
    ),
  );
}

/** How far a channel has got is a ref moved by compare-and-swap, so that two processes do not both go on from there. */
async function sendTo({ store }: Wiring, channel: Channel): Promise<void> {
  const mark = `refs/sluice/sent/${channel.name}`;
  const sent = await store.readMark(mark);
  const commits = await store.history(sent === undefined ? { limit: 1 } : { since: sent, limit: MOST_COMMITS + 1 });
  const newest = commits[0]?.revision;
  if (newest === undefined || newest === sent) return;
  const told = commits.length > MOST_COMMITS ? [digest(commits)] : await noticesOf(store, commits.toReversed());
  if (told.length > 0) await channel.send(told, AbortSignal.timeout(SEND_TIME));
  await store.moveMark(mark, newest, sent);
}

async function noticesOf(store: Store, commits: readonly StoredCommit[]): Promise<readonly ReportNotice[]> {
  const told = await Promise.all(commits.map((commit) => ofCommit(store, commit)));
  return told.flat();
}

async function ofCommit(store: Store, commit: StoredCommit): Promise<readonly ReportNotice[]> {
  const at = { revision: commit.revision, at: commit.at };
  const documents = await Promise.all(
    commit.changes.map(async ({ path, before, after }) => ({
      path,
      before: await read(store, path, before),
      after: await read(store, path, after),
    })),
  );
  const moved = documents.flatMap(({ path, after }) => {
    const kind = /^(?:history\/[^/]+\/)?(rollout|alert)s?[-/]/.exec(path)?.[1];
    if (!kind || after === undefined) return [];
    const old = documents.find((one) => one.before !== undefined && idOf(one.before) === idOf(after))?.before;
    return kind === 'rollout'
      ? notices(old as Rollout | undefined, after as Rollout, at)
      : alertNotices(old as Alert | undefined, after as Alert, at);
  });
  return moved;
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
