/** A rollout's step as documents and a message: the rollout, its pair or flag, one commit. */
import type { Change, Message } from '../decision.ts';
import { pairKey } from '../facts.ts';
import { percentFor } from '../flag/share.ts';
import { DEFAULT_RULE, rampServe, restored } from '../flag/ramp.ts';
import type { Flag } from '../model/flag.ts';
import type { Rollout } from '../model/rollout.ts';
import { paths, type State } from '../model/state.ts';
import { WHOLE } from '../model/weight.ts';
import { commitBody, rolloutTitle } from '../report/commit.ts';
import { subjectOf } from '../report/subject.ts';
import { eventsOf } from './events.ts';
import { hasEnded } from './input.ts';
import { placeAfter } from './place.ts';

export interface Step {
  readonly state: State;
  readonly before: Rollout | undefined;
  readonly after: Rollout;
  readonly now: number;
}

/** The documents that one step of a rollout changes; what has ended moves to history in the same commit. */
export function changesOf(step: Step): readonly Change[] {
  const { before, after } = step;
  const home = paths.rollout(after.id);
  const own: readonly Change[] = hasEnded(after)
    ? [
        { path: paths.history('rollout', after.id, after.ended ?? after.phaseSince), document: after },
        ...(before ? [{ path: home, document: null }] : []),
      ]
    : [{ path: home, document: after }];
  return [...own, ...besides(step)];
}

/** The pair's or the flag's own file, where the step changes it. */
function besides({ state, before, after, now }: Step): readonly Change[] {
  const { subject } = after;
  if (subject.type === 'release') {
    const place = state.places.get(pairKey(subject));
    const next = placeAfter(place, after, { before, cooldown: state.config.rollback.cooldown, now });
    return [{ path: paths.place(subject.service, subject.environment), document: next }];
  }
  const flag = state.flags.get(subject.flag);
  if (!flag || after.stages.length === 0) return [];
  return [{ path: paths.flag(flag.key), document: flagAfter(flag, after) }];
}

/** The flag's serve as the rollout wants it: candidate alone at the end, after going back what it was before. */
function flagAfter(flag: Flag, after: Rollout): Flag {
  if (after.subject.type !== 'flag') return flag;
  const { environment, rule, candidate, stable, from = 0, before } = after.subject;
  if (after.phase === 'rolled-back' && before !== undefined && rule === DEFAULT_RULE)
    return restored(flag, environment, before);
  const share = after.phase === 'rolled-back' ? from : Math.max(from, Math.min(after.weight, WHOLE));
  const percent = percentFor(share, { candidate, stable });
  // Over a split by account the ramp is by account too: drawn by user it would give one account two answers.
  const by = typeof stable === 'object' ? stable.by : undefined;
  return rampServe(flag, { environment, rule }, { candidate, stable, percent, ...(by !== undefined && { by }) });
}

export function messageOf({ before, after }: Pick<Step, 'before' | 'after'>): Message {
  const body = commitBody(before, after);
  return {
    title: rolloutTitle(before, after),
    ...(body === '' ? {} : { body }),
    event: eventsOf(before, after)[0] ?? 'rollout.recorded',
    subject: subjectOf(after),
  };
}

/** `r-7f3a1234`: how people name a rollout; the last part of its id. */
export function shortId(rollout: Pick<Rollout, 'id'>): string {
  return `r-${rollout.id.slice(rollout.id.lastIndexOf('-') + 1)}`;
}
