/** `deploy --replace`: the rollout that runs goes back, and this one is next. */
import type { Asking, Decision } from '../decision.ts';
import { refuse } from '../decision.ts';
import type { Facts } from '../facts.ts';
import type { Place } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import { paths, type State } from '../model/state.ts';
import { permit } from '../policy/permit.ts';
import { changesOf, shortId } from './changes.ts';
import { hasEnded } from './input.ts';
import { circumstances } from './surroundings.ts';
import { transition } from './transition.ts';

interface Replacing {
  readonly state: State;
  readonly asking: Asking;
  readonly facts: Facts;
}

/** The decision to wait, with the running rollout sent back in the same commit; a refusal where that is not this actor's to do. */
export function replaceRunning(waiting: Decision, running: Rollout, { state, asking, facts }: Replacing): Decision {
  const { environment } = running.subject;
  const may = permit('rollback', { config: state.config, environment, actor: asking.actor, rights: asking.rights });
  if (!may.allowed) return refuse(may.code, may.because);
  const { outcome } = waiting;
  const reason = asking.reason ?? `replaced by ${asking.actor.name}: ${asking.command}`;
  const said = { type: 'command', command: { verb: 'rollback' }, by: asking.actor, reason } as const;
  const moved = transition(running, said, circumstances(running, { state, facts }));
  if (!moved.ok) return refuse(moved.code, moved.summary, { rollout: running.id });
  const after = moved.rollout;
  const summary = `${outcome.summary}; ${shortId(running)} ${hasEnded(after) ? 'is cancelled' : 'goes back'} first`;
  const said2 = { ...waiting, outcome: { ...outcome, summary } };
  if (after === running || waiting.changes.length === 0) return said2;
  return { ...said2, changes: merged(waiting, changesOf({ state, before: running, after, now: asking.now })) };
}

/** Both change the pair: its place is as the step back leaves it, with the queue of the one that waits. */
function merged(waiting: Decision, back: Decision['changes']): Decision['changes'] {
  const queued = waiting.changes.find(({ path }) => isPlace(path))?.document as Place | undefined;
  return back.map((change) =>
    queued && isPlace(change.path)
      ? { path: paths.place(queued.service, queued.environment), document: { ...change.document, queue: queued.queue } }
      : change,
  );
}

function isPlace(path: string): boolean {
  return path.startsWith('services/');
}
