/** The one machine: rollout and input in, rollout and events or a refusal out. Pure and total. */
import type { Rollout } from '../model/rollout.ts';
import { advance } from './advance.ts';
import { obey } from './command.ts';
import { eventsOf } from './events.ts';
import type { Circumstances, Input, Transition } from './input.ts';
import { record } from './operation.ts';
import { goOnBack } from './phase/after.ts';
import { waitsForItsRun } from './run-behind.ts';
import { calling, woken } from './wake.ts';

export function transition(rollout: Rollout, input: Input, c: Circumstances): Transition {
  const stepped = step(rollout, input, c);
  if ('summary' in stepped) return { ok: false, ...stepped };
  const next = input.type === 'woken' ? stepped : called(stepped, input, c);
  return { ok: true, rollout: next, events: eventsOf(rollout, next) };
}

/** Calls for whoever is not here; for the next stage's job only when the run before it is over. */
function called(rollout: Rollout, input: Input, c: Circumstances): Rollout {
  const { endedRuns = [], behind } = input.type === 'observed' ? input.observation : {};
  if (!waitsForItsRun(rollout, behind, c)) return calling(rollout, endedRuns, c);
  const { hold, ...free } = rollout;
  const next = calling(free, endedRuns, c);
  return next === free || !hold ? rollout : { ...next, hold };
}

function step(rollout: Rollout, input: Input, c: Circumstances): ReturnType<typeof obey> {
  switch (input.type) {
    case 'command':
      return onItsWayBack(obey(rollout, input, c), rollout, c);
    case 'operation':
      return advance(record(rollout, input, c), {}, c);
    case 'observed':
      return advance(rollout, input.observation, c);
    case 'woken':
      return woken(rollout, input.operation, input.woken);
    case 'time':
      return advance(rollout, {}, c);
  }
}

/** A command that sends the rollout back begins the way back in its own commit. */
function onItsWayBack(obeyed: ReturnType<typeof obey>, before: Rollout, c: Circumstances): ReturnType<typeof obey> {
  if ('summary' in obeyed || obeyed.phase !== 'rolling-back' || before.phase === 'rolling-back') return obeyed;
  return goOnBack(obeyed, {}, c);
}
