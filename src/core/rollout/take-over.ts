/** A flag set by hand while a rollout moves it: the rollout ends in the same commit, or it would set the flag again at its next stage. */
import type { Asking, Change, Decision } from '../decision.ts';
import type { Rollout } from '../model/rollout.ts';
import { paths, type State } from '../model/state.ts';
import { toInstant } from '../model/time.ts';
import { subjectOf } from '../report/subject.ts';
import { shortId } from './changes.ts';
import { hasEnded } from './input.ts';

interface TakenOver {
  readonly state: State;
  readonly asking: Asking;
  /** Ids of the rollouts that move the flag there. */
  readonly rollouts: readonly string[];
}

/**
 * The decision with those rollouts ended; the flag's own change stays as it was decided. Where the flag already was so
 * (nothing was exposed yet), ending them is the change.
 */
export function withRolloutsEnded(decision: Decision, { state, asking, rollouts }: TakenOver): Decision {
  if (!decision.outcome.ok) return decision;
  const moving = rollouts.flatMap((id) => {
    const rollout = state.rollouts.get(id);
    return rollout && !hasEnded(rollout) ? [rollout] : [];
  });
  const [first] = moving;
  if (!first) return decision;
  const ended = moving.flatMap((rollout) => ends(rollout, asking));
  if (decision.changes.length > 0) return { ...decision, changes: [...decision.changes, ...ended] };
  const name = first.subject.type === 'flag' ? first.subject.flag : first.id;
  const summary = `${name}: ${moving.map(shortId).join(', ')} ended in ${first.subject.environment} before anybody was served it`;
  return {
    changes: ended,
    outcome: { ...decision.outcome, code: 'done', summary },
    message: { title: `flag ${summary}`, event: 'rollout.cancelled', subject: subjectOf(first) },
  };
}

function ends(rollout: Rollout, asking: Asking): readonly Change[] {
  const now = toInstant(asking.now);
  const { hold: _, step: __, ...rest } = rollout;
  const outcome = `the flag was set by hand by ${asking.actor.name}${asking.reason === undefined ? '' : `: ${asking.reason}`}`;
  const after: Rollout = { ...rest, phase: 'cancelled', phaseSince: now, ended: now, outcome };
  return [
    { path: paths.rollout(rollout.id), document: null },
    { path: paths.history('rollout', rollout.id, now), document: after },
  ];
}
