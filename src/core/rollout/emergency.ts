/** A deploy that cannot wait: what it may take the place of, and how the one before it ends. */
import type { Code } from '../model/code.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toInstant } from '../model/time.ts';
import { shortId } from './changes.ts';
import { mayStillLand } from './operation.ts';

/**
 * Why an emergency deploy must not take a rollout's place, in a sentence; undefined where it failed or goes back: then it may, or
 * a way back that is stuck would leave no way at all. Weights that come late lose against the newer ones; a deploy does not.
 */
export function staysIn({ id, phase, operations }: Rollout, service: string): string | undefined {
  if (phase === 'failed') return undefined;
  if (phase !== 'rolling-back') return `${shortId({ id })} moves ${service}: roll it back first`;
  const late = operations.find((one) => one.kind === 'deploy' && mayStillLand(one));
  return (
    late && `${shortId({ id })} goes back, and its deploy ${late.id} may still land: say it again when that has ended`
  );
}

/** The rollout as it ends when an emergency deploy takes its place. */
export function superseded(old: Rollout, now: Milliseconds): Rollout & { readonly ended: string } {
  const at = toInstant(now);
  return { ...old, phase: 'rolled-back', phaseSince: at, ended: at, outcome: 'an emergency deploy took its place' };
}

/** The way on that changes no configuration, for a refusal that a person may read at night. */
export function atNight(code: Code, release: string, environment: string): string {
  if (code !== 'nothing-applicable') return '';
  return `; in an emergency: deploy ${release} --emergency --reason "..." in ${environment}`;
}
