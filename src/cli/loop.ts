/** Ticks until somebody stops them: on a period, and at once when the state branch moved or an operation ended. */
import { emptyMemory, type Memory } from '../engine/step.ts';
import { waitFor } from '../engine/patience.ts';
import { tick, type Ticked } from '../engine/tick.ts';
import type { Wiring } from '../engine/wiring.ts';

export interface Loop {
  readonly wiring: () => Wiring;
  readonly period: number;
  readonly signal: AbortSignal;
  /** Called after each tick; true ends the loop. */
  readonly after?: (ticked: Ticked) => boolean | Promise<boolean>;
}

/** How often the head is looked at between two ticks, in ms. */
const GLANCE = 400;
/** An operation gets this long before the loop goes on without it, in ms. */
const PATIENCE = 2_000;

export async function runLoop({ wiring, period, signal, after }: Loop): Promise<void> {
  let awake = false;
  const memory: Memory = emptyMemory(() => {
    awake = true;
  });
  while (!signal.aborted) {
    const now = wiring();
    awake = false;
    const ticked = await tick({ wiring: now, memory, signal, patience: PATIENCE }).catch((error: unknown) => {
      now.log(`tick: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
    if (ticked && (await after?.(ticked)) === true) return;
    await untilNews({ wiring: now, period, signal, revision: ticked?.revision ?? null, isAwake: () => awake });
  }
  const { clock } = wiring();
  await waitFor(Promise.all(memory.performing.values()), {
    clock,
    patience: PATIENCE,
    signal: AbortSignal.timeout(PATIENCE),
  });
}

interface Waiting {
  readonly wiring: Wiring;
  readonly period: number;
  readonly signal: AbortSignal;
  readonly revision: string | null;
  readonly isAwake: () => boolean;
}

async function untilNews({ wiring, period, signal, revision, isAwake }: Waiting): Promise<void> {
  const { clock, store } = wiring;
  const end = clock.now() + period;
  while (!signal.aborted && !isAwake()) {
    const left = end - clock.now();
    if (left <= 0) return;
    await clock.sleep(Math.min(GLANCE, left), signal);
    const head = await store.read([]).catch(() => undefined);
    if (head && head.revision !== revision) return;
  }
}
