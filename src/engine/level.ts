/** Weights are level: a pair whose platform shows others than the wanted ones is set again (rollouts.md section 2, rule 5). */
import type { Place } from '../core/model/place.ts';
import { paths } from '../core/model/state.ts';
import { isShifting, weightsAt } from '../core/rollout/bake.ts';
import type { RunningVersion } from '../ports/platform.ts';
import { runningVersions } from './observe-platform.ts';
import { type Seen, seenOf, storeNow } from './seen.ts';
import type { PlacedPlatform, Wiring } from './wiring.ts';

type Weights = Readonly<Record<string, number>>;

export async function levelTraffic(wiring: Wiring, seen: Seen, signal: AbortSignal): Promise<void> {
  await Promise.all(
    [...seen.state.places].map(([pair, place]) => levelOne({ wiring, pair, signal }, wantedOf(wiring, place, seen))),
  );
}

interface Wanted {
  readonly place: Place;
  readonly weights: Weights;
}

/** At rest the pair's own; while a stage shifts a function of time; else whoever performs sees to it. */
function wantedOf(wiring: Wiring, place: Place, seen: Seen): Wanted | undefined {
  if (place.active === undefined) return { place, weights: place.weights };
  const rollout = seen.state.rollouts.get(place.active);
  const now = storeNow(seen, wiring);
  const operation = rollout?.operations.findLast((one) => one.weights !== undefined);
  if (!rollout || !operation || !isShifting(rollout, operation, now)) return undefined;
  return { place, weights: weightsAt(rollout, operation, now) };
}

interface Levelling {
  readonly wiring: Wiring;
  readonly pair: string;
  readonly signal: AbortSignal;
}

async function levelOne(levelling: Levelling, wanted: Wanted | undefined): Promise<void> {
  const { wiring, pair, signal } = levelling;
  const placed = wiring.platforms.get(pair);
  if (!wanted || !placed || !mayPerform(wiring, placed) || placed.platform.capabilities().weights === 'none') return;
  const running = await runningVersions(wiring, pair, signal);
  if (!running || !drifted(wanted.weights, running)) return;
  const before = await placeNow(wiring, wanted.place);
  if (before?.generation !== wanted.place.generation || before.active !== wanted.place.active) return;
  await setLevel(levelling, wanted);
  // A newer intent that came in between has its effect again after ours.
  const after = await placeNow(wiring, wanted.place);
  if (after && after.generation !== before.generation)
    await setLevel(levelling, { place: after, weights: after.weights });
}

async function placeNow(wiring: Wiring, { service, environment }: Place): Promise<Place | undefined> {
  const seen = await seenOf(wiring, await wiring.store.read([paths.place(service, environment)]));
  return seen.state.places.get(`${service}/${environment}`);
}

async function setLevel({ wiring, pair, signal: ended }: Levelling, { place, weights }: Wanted): Promise<void> {
  const { service, environment, generation } = place;
  const operation = `level/${pair}/${generation}`;
  const signal = AbortSignal.any([ended, AbortSignal.timeout(60_000)]);
  const set = await wiring.platforms.get(pair)?.platform.weights({ service, environment, weights, operation, signal });
  wiring.log(
    set?.state === 'failed'
      ? `${pair}: traffic differs from what is wanted: ${set.detail}`
      : `${pair}: traffic was set to what is wanted`,
  );
}

function mayPerform({ here }: Wiring, { needs }: PlacedPlatform): boolean {
  return here !== null && needs.every((need) => here.has.includes(need));
}

/** Only versions that run can be set; a wanted one that is gone is a matter for a person. */
function drifted(weights: Weights, running: readonly RunningVersion[]): boolean {
  const wanted = Object.entries(weights);
  if (wanted.length === 0 || !wanted.every(([label]) => running.some((one) => one.label === label))) return false;
  return running.some((one) => one.weight !== (weights[one.label] ?? 0));
}
