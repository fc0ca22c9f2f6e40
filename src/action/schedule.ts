/** The scheduled tick is on while something moves: whoever begins a rollout switches it on, whoever sees the last one end off. */
import type { State } from '../core/model/state.ts';
import { hasEnded } from '../core/rollout/input.ts';
import { readMoving } from '../engine/tick.ts';
import type { Wiring } from '../engine/wiring.ts';

/** The file's name of the workflow that ticks. */
const TICK_WORKFLOW = 'sluice-tick.yml';

/** How many things need a tick: unfinished rollouts and running experiments. */
function movingIn({ rollouts, experiments }: Pick<State, 'rollouts' | 'experiments'>): number {
  const unfinished = [...rollouts.values()].filter((one) => !hasEnded(one)).length;
  return unfinished + [...experiments.values()].filter(({ state }) => state === 'running').length;
}

/** Decoration: where it cannot (`actions: write` is missing, there is no such workflow) it says so. Never rejects. */
export async function switchOn(wiring: Wiring): Promise<void> {
  await remarked(wiring, async () => wiring.forge?.runs.enable(TICK_WORKFLOW, true));
}

/** Off where nothing moves any more; on again where somebody began a rollout between our look and our switch. Never rejects. */
export async function switchOffWhenIdle(wiring: Wiring): Promise<void> {
  await remarked(wiring, async () => {
    const { forge } = wiring;
    if (!forge || movingIn(await readMoving(wiring)) > 0) return;
    await forge.runs.enable(TICK_WORKFLOW, false);
    if (movingIn(await readMoving(wiring)) > 0) await forge.runs.enable(TICK_WORKFLOW, true);
  });
}

async function remarked({ log }: Wiring, work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) =>
    log(`the schedule of ${TICK_WORKFLOW} stays as it is: ${error instanceof Error ? error.message : String(error)}`),
  );
}
