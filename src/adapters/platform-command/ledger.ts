import type { OperationStatus } from '../../ports/platform.ts';

type Act = () => Promise<OperationStatus>;

/** What this process did for which operation; a later process asks `status` instead. */
export interface Ledger {
  /** Does it once, however often it is asked for, also at the same time; what failed may be tried again. */
  once(operation: string, act: Act): Promise<OperationStatus>;
  /** Does it each time, one after the other: what was asked for last holds. */
  inTurn(operation: string, act: Act): Promise<OperationStatus>;
  /** Never waits: an operation that has not ended is `running`. */
  find(operation: string): OperationStatus | undefined;
}

interface Entry {
  readonly acting: Promise<OperationStatus>;
  ended?: OperationStatus;
}

const REMEMBERED = 1_000;

export function ledger(): Ledger {
  const known = new Map<string, Entry>();
  let turn: Promise<unknown> = Promise.resolve();

  function begin(operation: string, act: Act): Promise<OperationStatus> {
    const entry: Entry = { acting: act() };
    known.delete(operation); // so that the order of the map is the order of use
    known.set(operation, entry);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    void entry.acting.then((status) => (entry.ended = status));
    return entry.acting;
  }

  return {
    once(operation, act) {
      const before = known.get(operation);
      return before && before.ended?.state !== 'failed' ? before.acting : begin(operation, act);
    },
    inTurn(operation, act) {
      const before = turn;
      const acting = begin(operation, () => before.then(act));
      turn = acting;
      return acting;
    },
    find(operation) {
      const entry = known.get(operation);
      return entry && (entry.ended ?? { state: 'running', ref: '' });
    },
  };
}
