/** What only looks may also ask what other processes wrote down. */
import type { Wiring } from './wiring.ts';

export function looking(wiring: Wiring): Wiring {
  return { ...wiring, sources: new Map([...(wiring.logged ?? []), ...wiring.sources]) };
}
