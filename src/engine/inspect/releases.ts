/** `release list SERVICE` and `release show SERVICE VERSION`. */
import type { Command } from '../../core/command/command.ts';
import { type Decision, refuse } from '../../core/decision.ts';
import { type Known, listReleases, showRelease } from '../../core/release/releases.ts';
import { stateOf } from '../state.ts';
import type { Wiring } from '../wiring.ts';
import { endedRollouts } from './ended.ts';

export async function releaseList(wiring: Wiring, command: Command): Promise<Decision> {
  const known = await knownOf(wiring, command);
  return 'service' in known ? listReleases(known) : known;
}

export async function releaseShow(wiring: Wiring, command: Command): Promise<Decision> {
  const known = await knownOf(wiring, command);
  return 'service' in known ? showRelease(known, String(command.args['version'])) : known;
}

async function knownOf({ store, config }: Wiring, { args }: Command): Promise<Known | Decision> {
  const service = String(args['service']);
  const names = Object.keys(config.services);
  if (!names.includes(service))
    return refuse('service-unknown', `there is no service ${service}; there are: ${names.join(', ')}`);
  const snapshot = await store.read(['services/', 'rollouts/']);
  const { places, rollouts } = await stateOf(snapshot, config, store);
  const all = [...rollouts.values(), ...(await endedRollouts(store))];
  return { service, places: [...places.values()], rollouts: all, now: snapshot.now };
}
