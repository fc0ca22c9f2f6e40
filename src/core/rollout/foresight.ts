/** What a rollout's plan can see at the traffic that is known: said before anybody trusts it. */
import type { Command } from '../command/command.ts';
import { type Facts, pairKey } from '../facts.ts';
import { fewWindowsIn } from '../judge/forecast/few-windows.ts';
import { sightOf } from '../judge/forecast/sight.ts';
import type { Plan, Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { printPercent } from '../model/weight.ts';
import { fewWindowsWords, sightRemarks } from '../report/sight.ts';
import { rolloutsOfPair, trafficGiven, trafficSeen } from './traffic-seen.ts';

export interface Foresight {
  readonly state: Pick<State, 'rollouts' | 'config'>;
  readonly facts: Pick<Facts, 'traffic'>;
  readonly command: Pick<Command, 'options'>;
  /** How many rollouts are drawn for a forecast; a plan that is only looked at may take longer. */
  readonly runs?: number;
}

/** Sentences; none for flags. Where nobody knows the traffic only what no traffic would mend. */
export function foresight({ subject, plan }: Rollout, { state, facts, command, runs }: Foresight): readonly string[] {
  if (subject.type !== 'release') return [];
  const recorded = facts.traffic?.[pairKey(subject)] ?? trafficSeen(rolloutsOfPair(state, subject));
  const traffic = trafficGiven(command.options, recorded);
  const few = fewWindowsIn(plan.stages).map(fewWindowsWords);
  if (!traffic) return few;
  const budget = state.config.analysis.falseRollbacks;
  const sight = sightOf({ stages: plan.stages, traffic, budget, ...(runs !== undefined && { runs }) });
  return [...sightRemarks(sight, traffic), ...few];
}

/** Of a plan that is only looked at. A first release has nothing to compare with: then what `usual`, the plan of the next ones, would see. */
export function foresightOfPlan(
  rollout: Rollout,
  { usual, ...options }: Foresight & { readonly usual: Plan | undefined },
): readonly string[] {
  if (!usual) return foresight(rollout, options);
  const stages = usual.stages.map(({ name, weight }) => `${name} ${printPercent(weight)}`).join(', ');
  return [
    `first release: all at once, nothing to compare with; from the second release on ${usual.strategy}: ${stages}`,
    ...foresight({ ...rollout, plan: usual }, options),
  ];
}
