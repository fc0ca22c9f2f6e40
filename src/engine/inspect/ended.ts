/** Rollouts that ended, as the commits that ended them moved them to `history/`. */
import { readTarget } from '../../core/command/target.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import { shortId } from '../../core/rollout/changes.ts';
import type { Store, StoredCommit } from '../../ports/store.ts';
import { decodeDocument } from '../documents.ts';

const ROLLOUT = /^history\/[^/]+\/rollout-(.+)\.json$/;

/** The newest rollout in history that the target means. */
export async function lastEnded(
  { store }: { readonly store: Store },
  target: string | undefined,
  environment?: string,
): Promise<Rollout | undefined> {
  return (await newestEnded(store, { target, environment, most: 1 }))[0];
}

interface Wanted {
  readonly target: string | undefined;
  readonly environment: string | undefined;
  readonly most: number;
}

/** Some of them, newest first; older ones than the last 500 commits are not looked for. */
export async function newestEnded(store: Store, { target, environment, most }: Wanted): Promise<readonly Rollout[]> {
  let found: readonly Rollout[] = [];
  for (const limit of LOOK_BACK) {
    const commits = await store.history({ limit });
    found = await endedIn(store, commits, { target, environment, most });
    if (found.length >= most || commits.length < limit) break;
  }
  return found;
}

/** What is asked for is mostly young; where what commits changed must be asked for, each costs. */
const LOOK_BACK: readonly number[] = [20, 500];

async function endedIn(
  store: Store,
  commits: readonly StoredCommit[],
  { target, environment, most }: Wanted,
): Promise<readonly Rollout[]> {
  const found: Rollout[] = [];
  for (const commit of commits) {
    for (const { path, after } of commit.changes) {
      const id = ROLLOUT.exec(path)?.[1];
      const text = id === undefined || after === null || !mayGoBy(id, target) ? undefined : await store.blob(after);
      const rollout = text === undefined ? undefined : decode(path, text);
      if (rollout && isMeant(rollout, target, environment)) found.push(rollout);
      if (found.length >= most) return found;
    }
  }
  return found;
}

/** What the path alone tells: a document that cannot be meant is not read. */
function mayGoBy(id: string, target: string | undefined): boolean {
  const named = target === undefined ? undefined : readTarget(target);
  return named?.kind !== 'rollout' || id === named.id || shortId({ id }).startsWith(named.id);
}

/** Every rollout kept in history; of those that ended before `since` (ms) only what lies in its month is read. */
export async function endedRollouts(store: Store, since = 0): Promise<readonly Rollout[]> {
  const { now } = await store.read([]);
  const snapshot = await store.read(since === 0 ? ['history/'] : monthsBetween(since, now));
  return [...snapshot.files].flatMap(([path, { text }]) => decode(path, text) ?? []);
}

/** `history/2026-11/` and so on, by UTC, as they are filed. */
export function monthsBetween(since: number, until: number): readonly string[] {
  const months: string[] = [];
  const end = new Date(until).toISOString().slice(0, 7);
  for (let at = new Date(since); ; at = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1))) {
    const month = at.toISOString().slice(0, 7);
    if (month > end) return months;
    months.push(`history/${month}/`);
  }
}

function decode(path: string, text: string): Rollout | undefined {
  const id = ROLLOUT.exec(path)?.[1];
  const decoded = id === undefined ? undefined : decodeDocument(`rollouts/${id}.json`, text);
  return decoded && 'document' in decoded ? (decoded.document as Rollout) : undefined;
}

/** Whether a TARGET and an environment mean this rollout; neither means every one. */
export function isMeant(
  { id, subject }: Rollout,
  target: string | undefined,
  environment: string | undefined,
): boolean {
  if (environment !== undefined && subject.environment !== environment) return false;
  if (target === undefined) return true;
  const named = readTarget(target);
  if (named.kind === 'rollout') return mayGoBy(id, target);
  if (named.kind === 'flag') return subject.type === 'flag' && subject.flag === named.key;
  return (
    named.kind === 'service' &&
    subject.type === 'release' &&
    subject.service === named.service &&
    (named.environment === undefined || named.environment === subject.environment)
  );
}
