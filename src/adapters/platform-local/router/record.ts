import { addTally, count, emptyTally, type Exchange, type Slot, type Tally } from './slots.ts';

/** How long seconds are kept in memory at least, in s; older ones are read from the log. */
export const IN_MEMORY = 3_600;

const ENDPOINTS = 100;

export interface EndpointCount {
  requests: number;
  errors: number;
}

/** One version since this process began. */
export interface Totals extends Tally {
  readonly endpoints: Map<string, EndpointCount>;
}

/**
 * What the router saw, in slots of one second a version, for the last hour. Memory is bounded by
 * versions x 3,660 slots and versions x 100 endpoints. Time comes in with each call, in ms.
 */
export class TrafficRecord {
  readonly totals: Map<string, Totals> = new Map();
  readonly #slots = new Map<string, Map<number, Slot>>();
  readonly #onClosed: (slots: readonly Slot[]) => void;
  /** Slots of this second are still growing. */
  #open: number;
  #growing = new Map<string, Slot>();

  constructor(now: number, onClosed: (slots: readonly Slot[]) => void) {
    this.#open = Math.floor(now / 1_000);
    this.#onClosed = onClosed;
  }

  add(label: string, endpoint: string, exchange: Exchange & { readonly now: number }): void {
    this.closeUntil(exchange.now);
    const slot = this.#growing.get(label) ?? { label, at: this.#open, ...emptyTally() };
    this.#growing.set(label, slot);
    count(slot, exchange);
    const totals = this.#totalsOf(label);
    count(totals, exchange);
    countEndpoint(totals.endpoints, endpoint, exchange.failed);
  }

  /** Closes what lies before the second of `now`. A clock that goes back reopens nothing. */
  closeUntil(now: number): void {
    const second = Math.floor(now / 1_000);
    if (second <= this.#open) return;
    const closed = [...this.#growing.values()];
    this.#growing = new Map();
    if (Math.floor(second / 60) !== Math.floor(this.#open / 60)) this.#dropOld(second - IN_MEMORY);
    this.#open = second;
    if (closed.length === 0) return;
    for (const slot of closed) this.restore(slot);
    this.#onClosed(closed);
  }

  /** Takes a closed slot in, as the log gives it back after a restart. */
  restore(slot: Slot): void {
    const kept = this.#slots.get(slot.label) ?? new Map<number, Slot>();
    this.#slots.set(slot.label, kept);
    const same = kept.get(slot.at);
    if (same) addTally(same, slot);
    else kept.set(slot.at, slot);
  }

  /** Closed slots that begin in [from, to) seconds, of one version or of all; only the last hour is here. */
  between(from: number, to: number, label?: string): readonly Slot[] {
    const found: Slot[] = [];
    for (const [name, kept] of this.#slots)
      if (label === undefined || label === name)
        for (const slot of kept.values()) if (slot.at >= from && slot.at < to) found.push(slot);
    return found;
  }

  /** Ends the totals of a version that is gone; its slots grow old by themselves. */
  forget(label: string): void {
    this.totals.delete(label);
  }

  /** The second that is not closed yet. */
  get open(): number {
    return this.#open;
  }

  #dropOld(before: number): void {
    for (const [label, kept] of this.#slots) {
      for (const at of kept.keys()) if (at < before) kept.delete(at);
      if (kept.size === 0) this.#slots.delete(label);
    }
  }

  #totalsOf(label: string): Totals {
    const known = this.totals.get(label);
    if (known) return known;
    const fresh: Totals = { ...emptyTally(), endpoints: new Map() };
    this.totals.set(label, fresh);
    return fresh;
  }
}

/** A flood of different paths ends in one `other`. */
function countEndpoint(endpoints: Map<string, EndpointCount>, endpoint: string, failed: boolean): void {
  const name = endpoints.size < ENDPOINTS || endpoints.has(endpoint) ? endpoint : 'other';
  const counted = endpoints.get(name) ?? { requests: 0, errors: 0 };
  counted.requests++;
  if (failed) counted.errors++;
  endpoints.set(name, counted);
}
