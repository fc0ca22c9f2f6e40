/** The order of the rooms in a tick, and what of it is worth a commit. */
import type { Decision } from './decision.ts';
import { type Facts, pairKey } from './facts.ts';
import type { Rollout } from './model/rollout.ts';
import { paths, type State } from './model/state.ts';
import { changesOf, messageOf, shortId } from './rollout/changes.ts';
import { standing } from './rollout/commands.ts';
import { durablyChanged } from './rollout/durable.ts';
import { isFlapping, withFlips } from './rollout/flap.ts';
import { hasEnded, type Input } from './rollout/input.ts';
import { withReviews } from './rollout/its-job.ts';
import { brokenFile, circumstances } from './rollout/surroundings.ts';
import { transition } from './rollout/transition.ts';

export interface RolloutTick {
  readonly state: State;
  readonly id: string;
  readonly input: Input;
  readonly facts: Facts;
  /** A number must be kept although nothing durable changed: its source cannot be asked about the past. */
  readonly checkpoint: boolean;
}

/** One rollout's step: a commit if something durable changed or a checkpoint is due, else nothing. */
export function decideRolloutTick({ state, id, input, facts, checkpoint }: RolloutTick): Decision {
  const before = state.rollouts.get(id);
  if (!before) return unchanged(`${id} has ended`);
  const next = before.phase === 'exposing' ? before.stage + 1 : before.stage;
  const voted = withReviews(before, next, { config: state.config, facts });
  const moved = transition(voted, input, circumstances(voted, { state, facts }));
  if (!moved.ok)
    return {
      changes: [],
      outcome: { schemaVersion: 1, ok: false, code: moved.code, summary: moved.summary, details: { rollout: id } },
    };
  const after = moved.rollout;
  if (!mayBeWritten(state, before, after)) return unchanged(`${shortId(after)} is held: its file does not parse`);
  if (!durablyChanged(before, after) && !(checkpoint && after !== before))
    return unchanged(standing(before, facts.now));
  if (!checkpoint && isFlapping(before, after, facts.now)) return unchanged(standing(before, facts.now));
  return stepped({ state, before, after: withFlips(before, after, facts.now), facts });
}

function stepped({
  state,
  before,
  after,
  facts,
}: {
  state: State;
  before: Rollout;
  after: Rollout;
  facts: Facts;
}): Decision {
  const summary = `${shortId(after)}: ${standing(after, facts.now)}`;
  return {
    changes: changesOf({ state, before, after, now: facts.now }),
    outcome: { schemaVersion: 1, ok: true, code: 'done', summary, details: { rollout: after.id, phase: after.phase } },
    message: messageOf({ before, after }),
  };
}

/** A file that does not parse is not overwritten, except to go back. */
function mayBeWritten(state: State, before: Rollout, after: Rollout): boolean {
  if (after.goingBack !== undefined || before.phase === 'rolling-back' || hasEnded(after)) return true;
  return brokenFile(state, before) === undefined;
}

function unchanged(summary: string): Decision {
  return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details: null } };
}

/** Who else has the pair: what a step may remove depends on them. */
function neighbours({ subject }: Rollout, state: State | undefined): readonly string[] {
  if (subject.type !== 'release') return [];
  const place = state?.places.get(pairKey(subject));
  return [place?.active, place?.settling].filter((id) => id !== undefined).map(paths.rollout);
}

/** What one rollout's step reads: its own file, its pair or flag, what its gates ask; a flag's rest is not read. */
export function needsOfRollout(rollout: Rollout, state?: State): readonly string[] {
  const { subject } = rollout;
  const own = [paths.rollout(rollout.id), paths.environment(subject.environment)];
  if (subject.type === 'flag') return [...own, paths.flag(subject.flag)];
  return [...new Set([...own, 'services/', ...neighbours(rollout, state)])];
}
