/** Rollouts and commits as channels that show them want them: all that moved since they were shown last, each once. */
import type { Rollout } from '../core/model/rollout.ts';
import { serviceIn } from '../core/model/config.ts';
import { isProduction } from '../core/report/deployment-status.ts';
import { notices } from '../core/report/notice.ts';
import type { Notice, Shown, ShownState } from '../ports/channel.ts';
import type { StoredCommit, Store } from '../ports/store.ts';
import { decodeDocument } from './documents.ts';
import { commitsShown } from './show-commits.ts';
import type { Wiring } from './wiring.ts';

/** Of more commits than these only the newest are looked at: what stands still has been shown or has ended. */
export const MOST_SHOWN = 500;

const ROLLOUT = /^(?:history\/[^/]+\/rollout-|rollouts\/)(.+)\.json$/;

/** `commits`: newest first. Rollouts in the order in which they moved first. */
export async function shownOf(wiring: Wiring, commits: readonly StoredCommit[]): Promise<ShownState> {
  const found = new Map<string, Moved>();
  for (const commit of commits.toReversed()) {
    for (const [id, { before, after }] of await rolloutsOf(wiring.store, commit)) {
      if (!after) continue;
      const known = found.get(id);
      const told = notices(before, after, { revision: commit.revision, at: commit.at });
      found.set(id, {
        before: known ? known.before : before,
        after,
        notices: [...(known?.notices ?? []), ...told],
        commit: commit.revision,
        at: commit.at,
      });
    }
  }
  const moved = [...found.values()];
  return { rollouts: moved.map((one) => shown(wiring, one)), commits: await commitsShown(wiring, { commits, moved }) };
}

/** A rollout as it was first and is now. */
interface Moved {
  readonly before: Rollout | undefined;
  readonly after: Rollout;
  readonly notices: readonly Notice[];
  readonly commit: string;
  readonly at: number;
}

function shown({ config }: Wiring, one: Moved): Shown {
  const { before, ...moved } = one;
  const { subject } = moved.after;
  const { environment } = subject;
  const url =
    subject.type === 'release'
      ? (serviceIn(config, subject.service, environment)?.url ?? config.environments[environment]?.url)
      : undefined;
  return {
    ...moved,
    ...(before && { before }),
    ...(url === undefined ? {} : { url }),
    production: isProduction(config, environment),
  };
}

interface Change {
  readonly before?: Rollout;
  readonly after?: Rollout;
}

/** A rollout that ends leaves one file and gets another: both are the same rollout. */
async function rolloutsOf(store: Store, { changes }: StoredCommit): Promise<ReadonlyMap<string, Change>> {
  const found = new Map<string, Change>();
  for (const { path, before, after } of changes) {
    const id = ROLLOUT.exec(path)?.[1];
    if (id === undefined) continue;
    const [old, made] = [await read(store, id, before), await read(store, id, after)];
    found.set(id, { ...found.get(id), ...(old && { before: old }), ...(made && { after: made }) });
  }
  return found;
}

async function read(store: Store, id: string, oid: string | null): Promise<Rollout | undefined> {
  const text = oid === null ? undefined : await store.blob(oid);
  const decoded = text === undefined ? undefined : decodeDocument(`rollouts/${id}.json`, text);
  return decoded && 'document' in decoded ? (decoded.document as Rollout) : undefined;
}
