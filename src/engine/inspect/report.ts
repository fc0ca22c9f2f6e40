/** `report [TARGET]`: the record of one rollout, or what happened over a period (R-315). */
import type { Command } from '../../core/command/command.ts';
import { readTarget } from '../../core/command/target.ts';
import { answer, type Decision, refuse } from '../../core/decision.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import { DAY, printDuration } from '../../core/model/time.ts';
import { deploymentRecord, deploymentReport } from '../../core/report/deployment.ts';
import { periodDetails, periodNumbers, periodReport } from '../../core/report/period.ts';
import { plural } from '../../core/report/words.ts';
import { shortId } from '../../core/rollout/changes.ts';
import { stateOf } from '../state.ts';
import type { Wiring } from '../wiring.ts';
import { endedRollouts, isMeant } from './ended.ts';

export async function report(wiring: Wiring, { args, options, environment }: Command): Promise<Decision> {
  const target = typeof args['target'] === 'string' ? args['target'] : undefined;
  const length = typeof options['since'] === 'number' ? options['since'] : 7 * DAY;
  const snapshot = await wiring.store.read(['rollouts/']);
  const open = [...(await stateOf(snapshot, wiring.config, wiring.store)).rollouts.values()];
  const one = target !== undefined && readTarget(target).kind === 'rollout';
  const since = snapshot.now - length;
  const all = [...open, ...(await endedRollouts(wiring.store, one ? 0 : since))];
  const meant = all.filter((rollout) => isMeant(rollout, target, environment));
  if (one) return ofRollout(meant, target, snapshot.now);
  const period = { since, until: snapshot.now };
  const { rollouts, rolledBack } = periodNumbers(meant, period);
  const summary = `${plural(rollouts, 'rollout')} in the last ${printDuration(length)}, ${rolledBack} rolled back`;
  return answer(summary, periodDetails(meant, period), periodReport(meant, period));
}

function ofRollout(found: readonly Rollout[], target: string, now: number): Decision {
  const [rollout, second] = found;
  if (!rollout) return refuse('target-unknown', `no rollout goes by ${target}: see sluice report`);
  if (second) return refuse('target-ambiguous', `${target} fits ${found.map(shortId).join(' and ')}: type more of it`);
  const summary = `${shortId(rollout)}: ${rollout.phase}${rollout.outcome === undefined ? '' : `, ${rollout.outcome}`}`;
  return answer(summary, deploymentRecord(rollout), deploymentReport(rollout, now));
}
