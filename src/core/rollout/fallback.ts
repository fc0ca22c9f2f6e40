/** The second target of a way back: where the stable version is itself unhealthy, the last good one that still runs. */
import type { Rollout } from '../model/rollout.ts';
import { WHOLE } from '../model/weight.ts';
import type { Circumstances, Observation } from './input.ts';

/**
 * The rollout on its way back to its fallback instead; undefined where that is not seen to run and to be healthy. Nothing is
 * deployed for it: where nobody is healthy, what ails them is likely the same, and a person is called.
 */
export function ontoFallback(rollout: Rollout, seen: Observation, c: Circumstances): Rollout | undefined {
  const { fallback, stable, goingBack, subject } = rollout;
  if (!fallback || !goingBack || !stable || subject.type !== 'release') return undefined;
  if (seen.fallbackHealthy !== true || !c.instantBack || c.pairLost) return undefined;
  if (fallback.label === stable.label || fallback.label === subject.release.label) return undefined;
  return {
    ...rollout,
    stable: fallback,
    fallback: null,
    goingBack: {
      ...goingBack,
      to: fallback.label,
      insteadOf: stable.label,
      steps: [{ weight: WHOLE, bake: 0 }],
      reason: `${goingBack.reason}; ${stable.label} is itself unhealthy, so ${fallback.label} gets the traffic`,
    },
  };
}
