/** What goes wrong on purpose: faults, barriers, refs that move. */
import type { FakeFault } from './types.ts';

export interface Disturbances {
  readonly fault: (fault: FakeFault) => void;
  readonly barrier: (route: string, count: number) => void;
  readonly moveAfter: (move: { readonly ref: string; readonly reads: number; readonly sha: string }) => void;
  /** What this request meets, by its route's name; waits at a barrier and for a delay. */
  readonly meet: (route: string) => Promise<FakeFault | undefined>;
  /** A ref was read; where it moves now, the new id. */
  readonly read: (ref: string) => string | undefined;
  /** Lets go who waits at barriers. */
  readonly release: () => void;
}

interface Planned {
  readonly fault: FakeFault;
  after: number;
  times: number;
}

interface Gate {
  readonly route: string;
  missing: number;
  readonly waiting: (() => void)[];
}

/** `POST /graphql` also means every one of its operations. */
const means = (planned: string, route: string): boolean => route === planned || route.startsWith(`${planned} `);

export function disturbances(): Disturbances {
  const faults: Planned[] = [];
  const gates: Gate[] = [];
  const moves: { readonly ref: string; reads: number; readonly sha: string }[] = [];
  return {
    fault: (fault) => faults.push({ fault, after: fault.after ?? 0, times: fault.times ?? 1 }),
    barrier: (route, count) => gates.push({ route, missing: count, waiting: [] }),
    moveAfter: ({ ref, reads, sha }) => moves.push({ ref: whole(ref), reads, sha }),
    meet: async (route) => {
      const fault = take(faults, route);
      await wait(gates, route);
      if (fault?.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delay));
      return fault;
    },
    read: (ref) => {
      const found = moves.find((move) => move.ref === ref && move.reads > 0);
      if (found === undefined) return undefined;
      found.reads -= 1;
      return found.reads === 0 ? found.sha : undefined;
    },
    release: () => {
      for (const { waiting } of gates.splice(0)) for (const go of waiting) go();
    },
  };
}

const whole = (ref: string): string => (ref.startsWith('refs/') ? ref : `refs/heads/${ref}`);

function take(faults: Planned[], route: string): FakeFault | undefined {
  for (const planned of faults) {
    if (!means(planned.fault.route, route) || planned.times === 0) continue;
    if (planned.after > 0) {
      planned.after -= 1;
      continue;
    }
    planned.times -= 1;
    return planned.fault;
  }
  return undefined;
}

async function wait(gates: Gate[], route: string): Promise<void> {
  const gate = gates.find((one) => means(one.route, route) && one.missing > 0);
  if (gate === undefined) return;
  gate.missing -= 1;
  if (gate.missing > 0) return new Promise((resolve) => gate.waiting.push(resolve));
  for (const go of gate.waiting) go();
  gates.splice(gates.indexOf(gate), 1);
}
