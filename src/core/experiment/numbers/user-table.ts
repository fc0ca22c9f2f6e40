/** Users met so far with a few numbers each, in flat arrays: about 25 bytes a user and 8 for each number, without their names. */

/** In no variant yet, and in more than one. */
const UNSEEN = -1;
export const CROSSED = -2;

/** More are refused: whoever has more sums beforehand. */
export const MOST_USERS = 20_000_000;

/**
 * Users are told apart by 64 bits of hash: among a million, two are taken for one with a chance of 1 in 37 million
 * (n^2 / 2^65).
 */
export class UserTable {
  readonly width: number;
  #size = 0;
  #slots: Int32Array = new Int32Array(2_048);
  #high: Uint32Array = new Uint32Array(1_024);
  #low: Uint32Array = new Uint32Array(1_024);
  #variants: Int8Array = new Int8Array(1_024).fill(UNSEEN);
  #values: Float64Array;

  /** `width` numbers are kept for each user; they begin as NaN. */
  constructor(width: number) {
    this.width = width;
    this.#values = new Float64Array(1_024 * width).fill(Number.NaN);
  }

  get size(): number {
    return this.#size;
  }

  /** The user's place, from 0; one that was not met before gets the next: `size` grew. */
  place(user: string): number {
    const high = hash(user, 0x9e3779b9);
    const low = hash(user, 0x85ebca6b);
    const mask = this.#slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const found = (this.#slots[slot] ?? 0) - 1;
      if (found < 0) return this.#add(slot, high, low);
      if (this.#high[found] === high && this.#low[found] === low) return found;
    }
  }

  variant(place: number): number {
    return this.#variants[place] ?? UNSEEN;
  }

  /** Who was in another variant before is crossed, for good. */
  see(place: number, variant: number): void {
    const before = this.variant(place);
    this.#variants[place] = before === UNSEEN || before === variant ? variant : CROSSED;
  }

  value(place: number, column: number): number {
    return this.#values[place * this.width + column] ?? Number.NaN;
  }

  set(place: number, column: number, value: number): void {
    this.#values[place * this.width + column] = value;
  }

  /** Adds to a number; to none it is the number. */
  add(place: number, column: number, value: number): void {
    const before = this.value(place, column);
    this.set(place, column, Number.isNaN(before) ? value : before + value);
  }

  #add(slot: number, high: number, low: number): number {
    const place = this.#size;
    if (place === this.#high.length) this.#grow();
    this.#high[place] = high;
    this.#low[place] = low;
    this.#size = place + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    else this.#slots[slot] = place + 1;
    return place;
  }

  #grow(): void {
    const room = this.#high.length * 2;
    this.#high = copied(new Uint32Array(room), this.#high);
    this.#low = copied(new Uint32Array(room), this.#low);
    this.#variants = copied(new Int8Array(room).fill(UNSEEN), this.#variants);
    this.#values = copied(new Float64Array(room * this.width).fill(Number.NaN), this.#values);
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let place = 0; place < this.#size; place++) {
      let slot = (this.#low[place] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = place + 1;
    }
    this.#slots = slots;
  }
}

function copied<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from);
  return to;
}

/** Multiply and rotate over UTF-16 units, with murmur3's finish; unsigned. */
function hash(text: string, seed: number): number {
  let h = seed ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0xcc9e2d51);
    h = (h << 13) | (h >>> 19);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
