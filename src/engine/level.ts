/** Weights are level: a pair at rest whose platform shows others than the wanted ones is set again (rollouts.md section 2). */
import type { Place } from '../core/model/place.ts';
import type { RunningVersion } from '../ports/platform.ts';
import { runningVersions } from './observe-platform.ts';
import { stateOf } from './state.ts';
import type { PlacedPlatform, Wiring } from './wiring.ts';

export async function levelTraffic(wiring: Wiring): Promise<void> {
  const state = await stateOf(await wiring.store.read(['services/']), wiring.config, wiring.store);
  await Promise.all([...state.places].map(([pair, place]) => levelOne(wiring, pair, place)));
}

async function levelOne(wiring: Wiring, pair: string, place: Place): Promise<void> {
  const placed = wiring.platforms.get(pair);
  if (
    !placed ||
    place.active !== undefined ||
    !mayPerform(wiring, placed) ||
    placed.platform.capabilities().weights === 'none'
  )
    return;
  const running = await runningVersions(wiring, pair);
  if (!running || !drifted(place, running)) return;
  const { service, environment, weights, generation } = place;
  const operation = `level/${pair}/${generation}`;
  const set = await placed.platform.weights({
    service,
    environment,
    weights,
    operation,
    signal: AbortSignal.timeout(60_000),
  });
  wiring.log(
    set.state === 'failed'
      ? `${pair}: traffic differs from what is wanted: ${set.detail}`
      : `${pair}: traffic was set back to what is wanted`,
  );
}

function mayPerform({ here }: Wiring, { needs }: PlacedPlatform): boolean {
  return here !== null && needs.every((need) => here.has.includes(need));
}

/** Only versions that run can be set; a wanted one that is gone is a matter for a person. */
function drifted({ weights }: Place, running: readonly RunningVersion[]): boolean {
  const wanted = Object.entries(weights);
  if (wanted.length === 0 || !wanted.every(([label]) => running.some((one) => one.label === label))) return false;
  return running.some((one) => one.weight !== (weights[one.label] ?? 0));
}
