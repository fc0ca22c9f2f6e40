/** Commits of which it may have changed whether they are live: what came, and what was there before. */
import type { Place } from '../core/model/place.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { deployedCheck } from '../core/report/deployed-check.ts';
import { deployedIn, isSplit, lastEnvironment } from '../core/review/deployed.ts';
import type { ShownCommit } from '../ports/channel.ts';
import type { StoredCommit, Store } from '../ports/store.ts';
import { decodeDocument } from './documents.ts';
import { stateOf } from './state.ts';
import type { Wiring } from './wiring.ts';

const PLACE = /^services\/[^/]+\/([^/]+)\.json$/;

interface Moved {
  readonly before: Rollout | undefined;
  readonly after: Rollout;
  readonly commit: string;
}

interface Since {
  /** Newest first. */
  readonly commits: readonly StoredCommit[];
  readonly moved: readonly Moved[];
}

/** In the order in which they moved; each once for an environment, as the newest of the commits has it. */
export async function commitsShown(wiring: Wiring, since: Since): Promise<readonly ShownCommit[]> {
  const { store, config } = wiring;
  const found = new Map<string, Found>();
  for (const one of [...(await byPlaces(store, since.commits)), ...byRollouts(since.moved)])
    if (FULL.test(one.sha) && config.environments[one.environment]) found.set(`${one.environment} ${one.sha}`, one);
  if (found.size === 0) return [];
  const state = await stateOf(await store.read(['services/', 'rollouts/'], since.commits[0]?.revision), config, store);
  return [...found.values()].map(({ environment, sha, commit }) => ({
    sha,
    commit,
    check: deployedCheck(config, environment),
    isLast: environment === lastEnvironment(config),
    isSplit: isSplit(config, environment),
    standing: (paths) => deployedIn({ state, sha, environment, ...(paths && { paths }) }),
  }));
}

/** A release may carry any text as its commit where somebody adopted it. */
const FULL = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

interface Found {
  readonly environment: string;
  readonly sha: string;
  /** The newest commit of the state branch that says so. */
  readonly commit: string;
}

/** Between two phases of its rollout nothing changes whether a commit is live. */
function byRollouts(moved: readonly Moved[]): readonly Found[] {
  return moved.flatMap(({ before, after: { subject, phase }, commit }) =>
    subject.type !== 'release' || before?.phase === phase
      ? []
      : [{ environment: subject.environment, sha: subject.release.commit, commit }],
  );
}

interface Touched {
  readonly environment: string;
  /** Blobs. */
  readonly before: string | null;
  readonly after: string | null;
  readonly commit: string;
}

/** What is live, or waits for its turn, before or after but not both. */
async function byPlaces(store: Store, commits: readonly StoredCommit[]): Promise<readonly Found[]> {
  const touched = new Map<string, Touched>();
  for (const { changes, revision: commit } of commits.toReversed())
    for (const { path, before, after } of changes) {
      const environment = PLACE.exec(path)?.[1];
      if (environment === undefined) continue;
      const known = touched.get(path) ?? { environment, before, after, commit };
      touched.set(path, { ...known, after, commit });
    }
  const places = [...touched].map(async ([path, { environment, commit, ...oids }]) => {
    const before = await heldIn(store, path, oids.before);
    const after = await heldIn(store, path, oids.after);
    const moved = [...before, ...after].filter((one) => !(before.has(one) && after.has(one)));
    return moved.map((one): Found => ({ environment, sha: one.slice(one.indexOf(' ') + 1), commit }));
  });
  return (await Promise.all(places)).flat();
}

async function heldIn(store: Store, path: string, oid: string | null): Promise<ReadonlySet<string>> {
  const text = oid === null ? undefined : await store.blob(oid);
  const decoded = text === undefined ? undefined : decodeDocument(path, text);
  if (!decoded || !('document' in decoded)) return new Set();
  const { live, queue } = decoded.document as Place;
  const waits = queue.flatMap(({ release }) => (release ? [`waits ${release.commit}`] : []));
  return new Set([...(live ? [`live ${live.commit}`] : []), ...waits]);
}
