/** A map that forgets what was not used for longest once its entries weigh more than `limit` together. */
export class Recent<K, V> {
  readonly #entries = new Map<K, { readonly value: V; readonly weight: number }>();
  readonly #limit: number;
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** `weight` is in whatever unit the limit is: entries, characters, bytes. */
  set(key: K, value: V, weight = 1): void {
    this.#total += weight - (this.#entries.get(key)?.weight ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, { value, weight });
    for (const [oldest, entry] of this.#entries) {
      if (this.#total <= this.#limit) return;
      this.#entries.delete(oldest);
      this.#total -= entry.weight;
    }
  }
}
