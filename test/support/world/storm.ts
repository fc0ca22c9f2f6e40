/** Runners that tick in any order while processes die, the clock jumps and people give commands. */
import { MINUTE, SECOND } from '../../../src/core/model/time.ts';
import { bob } from '../rollout.ts';
import { heldGate, type HeldGate } from './gate.ts';
import type { Runner, World } from './world.ts';

export type Event =
  | { readonly type: 'tick' | 'crash'; readonly runner: number }
  | { readonly type: 'step'; readonly runner: number; readonly call: number }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'say'; readonly text: string };

interface Process {
  readonly runner: Runner;
  readonly gate: HeldGate;
  busy: boolean;
}

/** Lets everything that can go on without us go on. */
function breathe(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export interface Storm {
  play(events: readonly Event[]): Promise<void>;
  /** One process alone goes on for so many of its outside calls, tick after tick; the clock moves on between ticks. */
  go(runner: number, calls: number): Promise<void>;
  /** No more accidents: everything is let on and ticked until nothing is unfinished. False: it never came to rest. */
  calm(): Promise<boolean>;
}

const MOST_ROUNDS = 400;

export function storm(w: World, size = 2): Storm {
  let born = 0;
  const bear = (): Process => {
    born += 1;
    const gate = heldGate();
    return { runner: w.runner(`process-${String(born)}`, gate), gate, busy: false };
  };
  const all = Array.from({ length: size }, bear);
  const at = (index: number): Process => all[index % all.length] as Process;

  function start(one: Process): void {
    if (one.busy) return;
    one.busy = true;
    void one.runner.tick().finally(() => {
      one.busy = false;
    });
  }
  async function event(one: Event): Promise<void> {
    switch (one.type) {
      case 'tick':
        return start(at(one.runner));
      case 'step':
        return at(one.runner).gate.let(one.call);
      case 'crash': {
        const dying = at(one.runner);
        dying.gate.die();
        w.alive.delete(dying.runner.id);
        all[all.indexOf(dying)] = bear();
        return undefined;
      }
      case 'wait':
        return w.pass(one.ms);
      case 'say':
        await w.run(one.text, bob);
    }
  }
  /** Every call of every process goes on, until all ticks are over; sleepers are woken by time alone. */
  async function drain(): Promise<boolean> {
    for (let round = 0; round < 4_000; round++) {
      await breathe();
      const waiting = all.filter(({ gate }) => gate.waiting() > 0);
      for (const { gate } of waiting) gate.let(0);
      if (waiting.length > 0) continue;
      if (!all.some(({ busy }) => busy)) return true;
      w.pass(SECOND);
    }
    return false;
  }
  return {
    play: async (events) => {
      for (const one of events) {
        await event(one);
        await breathe();
      }
    },
    go: async (index, calls) => {
      const one = at(index);
      for (let call = 0; call < calls; call++) {
        if (!one.busy) {
          w.pass(30 * SECOND);
          start(one);
        }
        await breathe();
        one.gate.let(0);
        await breathe();
      }
    },
    calm: async () => {
      for (let round = 0; round < MOST_ROUNDS; round++) {
        for (const one of all) start(one);
        if (!(await drain())) return false;
        if (w.rollouts().length === 0) return true;
        w.pass(MINUTE);
      }
      return false;
    },
  };
}
