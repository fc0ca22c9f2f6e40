/** A branch on which no sealed commit is in reach: its history was written anew, or it is another branch's. */
import { actorOf, type BranchCommit } from '../core/external/branch-commit.ts';
import type { ExternalDecision } from '../core/external/decide.ts';
import { isDesired, isProgress } from '../core/external/foreign-file.ts';
import { digestOf } from '../core/digest.ts';
import type { Config } from '../core/model/config.ts';
import { printDocument } from '../core/model/document.ts';
import type { Alert } from '../core/model/place.ts';
import { paths } from '../core/model/state.ts';
import { toInstant } from '../core/model/time.ts';
import { hold } from '../core/rollout/hold.ts';
import { type Store, StoreError } from '../ports/store.ts';
import { decodeState } from './documents.ts';

interface Asked {
  readonly store: Store;
  readonly config: Config;
}

interface Branch {
  readonly head: string;
  /** Newest first; none is sealed. */
  readonly commits: readonly BranchCommit[];
}

/**
 * Whether sealed commits were written again on other parents, down to the first: that one has no parent by which its seal could break.
 * A single copy is an amend or a cherry-pick, and decided like any edit.
 */
export function isRewritten(base: BranchCommit, foreign: readonly BranchCommit[]): boolean {
  return base.parents.length === 0 && foreign.filter(({ trailers }) => trailers.has('Sluice-Seal')).length > 1;
}

const TITLE = 'the history of the state was written anew: no sealed commit is left';
const WHAT_TO_DO =
  'nothing was put back and nothing deleted, and what moves is held: compare it with a clone or a backup, push the former branch back where it is wrong, and resume what is right';

/**
 * There is nothing to put back to, so everything stays as it stands; what moves is held and a person is asked.
 * Rejects with `store-damaged` where the branch holds nothing of Sluice's.
 */
export async function withoutSeal(
  { store, config }: Asked,
  { head, commits }: Branch,
): Promise<{ readonly decision: ExternalDecision; readonly now: number }> {
  const held = await store.compare(undefined, head);
  if (!held.some(({ path }) => isDesired(path) || isProgress(path))) throw notOurs(head);
  const read = await store.read(['rollouts/'], head);
  const { rollouts } = decodeState(read, config);
  const { now } = read;
  const [newest] = commits;
  const actor = newest ? actorOf(newest) : { kind: 'git' as const, id: 'unknown', name: 'unknown', verified: false };
  const alert: Alert = {
    schemaVersion: 1,
    id: `unsealed-${digestOf(head).slice(0, 8)}`,
    severity: 'high',
    subject: 'state',
    rule: 'foreign-commit',
    title: TITLE,
    detail: WHAT_TO_DO,
    opened: toInstant(now),
  };
  const reason = 'the history of the state was written anew';
  const holding = [...rollouts.values()].map((rollout) =>
    hold(rollout, { kind: 'edited-by-hand', by: actor, reason, now }),
  );
  const documents: readonly (readonly [string, object])[] = [
    [paths.alert(alert.id), alert],
    ...holding.map((rollout) => [paths.rollout(rollout.id), rollout] as const),
  ];
  const message = { title: TITLE, body: WHAT_TO_DO, event: 'external.refused', subject: 'state' };
  const changes = documents.map(([path, document]) => ({ path, text: printDocument(document) }));
  return { now, decision: { changes, verdicts: [], alerts: [alert], commands: [], message, actor } };
}

function notOurs(head: string): StoreError {
  return new StoreError(
    'store-damaged',
    `store-damaged: the state branch at ${head.slice(0, 10)} holds nothing that Sluice wrote: push the former branch back, or delete the branch and refs/sluice/* to begin anew`,
  );
}
