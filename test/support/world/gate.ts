/** Where an engine's calls to the outside wait until a test lets them go on, and where a process can die. */
export interface Gate {
  /** Passed before and after each outside call. Of a dead process it never opens. */
  pass(): Promise<void>;
}

/** Always open. */
export const OPEN: Gate = { pass: () => Promise.resolve() };

/** Calls wait in any order the test likes. */
export interface HeldGate extends Gate {
  /** How many calls wait now. */
  waiting(): number;
  /** Lets one of them go on. */
  let(index: number): void;
  /** The process ends here: nothing that waits, nor anything later, ever goes on. */
  die(): void;
}

export function heldGate(): HeldGate {
  const calls: (() => void)[] = [];
  let dead = false;
  return {
    pass: () =>
      new Promise((resolve) => {
        if (!dead) calls.push(resolve);
      }),
    waiting: () => calls.length,
    let: (index) => calls.splice(index % Math.max(1, calls.length), 1)[0]?.(),
    die: () => {
      dead = true;
      calls.length = 0;
    },
  };
}

/** Every method of a port with the gate before and after it. */
export function gated<T extends object>(port: T, gate: Gate, methods: readonly (keyof T)[]): T {
  const own = methods.map((name) => {
    const method = port[name] as (...args: unknown[]) => Promise<unknown>;
    const through = async (...args: unknown[]): Promise<unknown> => {
      await gate.pass();
      const result = await method.apply(port, args);
      await gate.pass();
      return result;
    };
    return [name, through] as const;
  });
  return { ...port, ...Object.fromEntries(own) };
}
