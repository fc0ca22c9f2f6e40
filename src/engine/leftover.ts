/** Versions that no document names, looked for where nobody but Sluice runs versions (`Platform.sole`). */
import type { State } from '../core/model/state.ts';
import { leftover, leftoverFinding } from '../core/rollout/leftover.ts';
import type { Finding } from '../core/watch/alert.ts';
import { readMoving } from './moving.ts';
import { runningVersions } from './observe-platform.ts';
import type { Wiring } from './wiring.ts';

/** Takes away those without users, and says which have some. A state that cannot be read whole proves nothing. */
export async function sweepLeftovers(wiring: Wiring, state: State, signal: AbortSignal): Promise<readonly Finding[]> {
  const sole = [...wiring.platforms].filter(([, { platform }]) => platform.sole === true);
  if (sole.length === 0 || !isWhole(state)) return [];
  const found = await Promise.all(sole.map(([pair]) => sweepOne(wiring, { pair, state, signal })));
  return found.flat();
}

function isWhole({ revision, broken }: State): boolean {
  return revision !== null && broken.length === 0;
}

interface Sweep {
  readonly pair: string;
  readonly state: State;
  readonly signal: AbortSignal;
}

async function sweepOne(wiring: Wiring, { pair, state, signal }: Sweep): Promise<readonly Finding[]> {
  const versions = await runningVersions(wiring, pair, signal);
  if (!versions) return [];
  const running = Object.fromEntries(versions.map(({ label, weight }) => [label, weight]));
  if (leftover(state, pair, running).length === 0) return [leftoverFinding(state, pair, running)];
  // Somebody may have begun something since the state was read.
  const fresh = await readMoving(wiring);
  if (!isWhole(fresh)) return [];
  const idle = leftover(fresh, pair, running).filter((label) => running[label] === 0);
  for (const label of idle) await takeAway(wiring, label, { pair, state: fresh, signal });
  return [leftoverFinding(fresh, pair, running)];
}

async function takeAway(wiring: Wiring, label: string, { pair, state, signal }: Sweep): Promise<void> {
  const [service = '', environment = ''] = pair.split('/');
  const operation = `leftover/${pair}/${label}/${state.revision ?? ''}`;
  const removed = await wiring.platforms.get(pair)?.platform.remove({ service, environment, operation, label, signal });
  const said = removed?.state === 'failed' ? `could not be taken away: ${removed.detail}` : 'was taken away';
  wiring.log(`${pair}: ${label} ran without users, no document names it, and it ${said}`);
}
