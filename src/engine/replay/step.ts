/** A rollout's step made again, from its file at the parent and the evidence that the commit keeps. */
import type { Decision } from '../../core/decision.ts';
import { pairKey } from '../../core/facts.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import { paths } from '../../core/model/state.ts';
import { inputAgain } from '../../core/replay/input.ts';
import type { Observed } from '../../core/replay/observed.ts';
import { decideRolloutTick, needsOfRollout } from '../../core/tick.ts';
import type { Store, StoredCommit } from '../../ports/store.ts';
import { factsOf } from '../facts.ts';
import { decodeDocument } from '../documents.ts';
import { stateToGoBack } from '../state.ts';
import type { Wiring } from '../wiring.ts';

export interface StepThen {
  /** On the store as it stood. */
  readonly wiring: Wiring;
  readonly commit: StoredCommit;
  readonly observed: Extract<Observed, { as: 'step' }>;
  readonly now: number;
}

/** Undefined: the parent knows no such rollout. */
export async function stepAgain({ wiring, commit, observed, now }: StepThen): Promise<Decision | undefined> {
  const { store, config } = wiring;
  const { rollout: id, input: seen, alone = false } = observed;
  const first = await stateToGoBack(await store.read([paths.rollout(id), 'services/']), config, store);
  const before = first.rollouts.get(id);
  if (!before) return undefined;
  const needs = alone ? needsOfRollout(before) : needsOfRollout(before, first);
  const state = await stateToGoBack(await store.read(needs), config, store);
  const committed = await committedRollout(store, commit, id);
  const facts = factsOf(wiring, { now, clockOff: false });
  const { subject } = before;
  const perVersion =
    (subject.type === 'release' ? facts.platforms[pairKey(subject)]?.perVersionMetrics : undefined) ??
    subject.type === 'flag';
  const input = inputAgain(seen, { before, evidence: committed?.evidence ?? before.evidence, perVersion, now });
  return decideRolloutTick({ state, id, input, facts, checkpoint: true });
}

/** A rollout as a commit leaves it, also where it ended by it. */
export async function committedRollout(
  store: Store,
  { changes }: StoredCommit,
  id: string,
): Promise<Rollout | undefined> {
  const change = changes.find(
    ({ path, after }) => after !== null && (path === paths.rollout(id) || path.endsWith(`/rollout-${id}.json`)),
  );
  const text = change?.after === undefined || change.after === null ? undefined : await store.blob(change.after);
  return text === undefined ? undefined : rolloutOf(text, id);
}

/** Undefined: the text is no such rollout. */
export function rolloutOf(text: string, id: string): Rollout | undefined {
  const decoded = decodeDocument(paths.rollout(id), text);
  return 'document' in decoded ? (decoded.document as Rollout) : undefined;
}
