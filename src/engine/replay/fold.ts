/** Evidence folded again from where it came from, as far as that still knows the time. */
import { lookAt } from '../../core/judge/look.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import { paths } from '../../core/model/state.ts';
import { type EvidenceAgain, evidenceAgain } from '../../core/replay/evidence.ts';
import type { Observed } from '../../core/replay/observed.ts';
import { looking } from '../looking.ts';
import { judge } from '../observe.ts';
import type { Then } from './again.ts';
import { committedRollout, rolloutOf } from './step.ts';

type Step = Extract<Observed, { as: 'step' }>;

/** One answer a judge that folded windows by this step; sources are asked with the queries of then. */
export async function foldAgain(then: Then, { rollout: id, input }: Step): Promise<readonly EvidenceAgain[]> {
  const { wiring, commit, config } = then;
  if (input.type !== 'observed' || input.judged !== true || input.at === undefined) return [];
  const [before, committed] = await Promise.all([parentRollout(then, id), committedRollout(wiring.store, commit, id)]);
  const look = before && lookAt(before, input.at);
  if (!before || !committed || !look) return [];
  const { evidence = [] } = await judge({ wiring: looking({ ...wiring, config }), rollout: before, now: input.at });
  return look.judges.flatMap((spec) => {
    const [was, is, again] = [before.evidence, committed.evidence, evidence].map((all) =>
      all.find((one) => one.judge === spec.id),
    );
    return evidenceAgain({ spec, before: was, committed: is, again }) ?? [];
  });
}

async function parentRollout({ wiring, commit }: Then, id: string): Promise<Rollout | undefined> {
  const [parent] = commit.parents;
  if (parent === undefined) return undefined;
  const text = (await wiring.store.read([paths.rollout(id)], parent)).files.get(paths.rollout(id))?.text;
  return text === undefined ? undefined : rolloutOf(text, id);
}
