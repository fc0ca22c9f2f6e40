/** Whether an environment is frozen now: by the configuration's calendar, or by somebody. */
import { paths, type State } from '../model/state.ts';
import { type Milliseconds, toInstant, toMilliseconds } from '../model/time.ts';
import { frozenAt } from './freeze.ts';

/** A freeze of the configuration's calendar or one that somebody set. */
export function freezeNow(
  state: State,
  environment: string,
  now: Milliseconds,
): { readonly name: string; readonly until: string } | undefined {
  const planned = frozenAt(state.config.environments[environment]?.freezes ?? [], now);
  if (planned) return { name: planned.name, until: toInstant(planned.until) };
  const set = state.environments
    .get(environment)
    ?.freezes.find((one) => toMilliseconds(one.since) <= now && now < toMilliseconds(one.until));
  return set && { name: set.reason, until: set.until };
}

/** Why nothing goes up there just now, as a sentence; a file that does not parse may say anything, so it counts as a freeze. */
export function frozenBecause(state: State, environment: string, now: Milliseconds): string | undefined {
  const broken = state.broken.find(({ path }) => path === paths.environment(environment));
  if (broken) return `${broken.path} on the state branch does not parse (${broken.problem}): mend it first`;
  const frozen = freezeNow(state, environment, now);
  return frozen && `${environment} is frozen (${frozen.name}) until ${frozen.until}`;
}
