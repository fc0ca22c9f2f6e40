/** Enough for any two doubles; an ordinary root takes about 60. */
const HALVINGS = 2_200;
const DOUBLINGS = 1_100;

/**
 * The border of a region by bisection, to the last bit: the last point from `inside` to `outside` that still holds, `outside` when that
 * does. Asks for a property that holds at `inside` and, from some point on, not any more.
 */
export function edgeOf(holds: (x: number) => boolean, inside: number, outside: number): number {
  if (holds(outside)) return outside;
  let held = inside;
  let beyond = outside;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = held + (beyond - held) / 2;
    if (middle === held || middle === beyond) break;
    if (holds(middle)) held = middle;
    else beyond = middle;
  }
  return held;
}

/**
 * As {@link edgeOf} without a known outside: steps that double, beginning with `step` (its sign is the direction), find one.
 * Infinite in that direction when the property never ends.
 */
export function edgeBeyond(holds: (x: number) => boolean, inside: number, step: number): number {
  let held = inside;
  let stride = step;
  for (let count = 0; count < DOUBLINGS; count++, stride *= 2) {
    const next = inside + stride;
    if (!Number.isFinite(next)) break;
    if (!holds(next)) return edgeOf(holds, held, next);
    held = next;
  }
  return step < 0 ? -Infinity : Infinity;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The smallest value of a function with one valley between two points, by golden section (200 values at most), until the valley is
 * known to `near`; without it to the last digits.
 */
export function lowestOf(value: (x: number) => number, between: readonly [number, number], near = 0): number {
  let [from, to] = between;
  let left = to - GOLDEN * (to - from);
  let right = from + GOLDEN * (to - from);
  let [atLeft, atRight] = [value(left), value(right)];
  for (let step = 0; step < 200 && to - from > Math.max(near, 1e-12 * (Math.abs(from) + Math.abs(to))); step++) {
    if (atLeft <= atRight) {
      [to, right, atRight] = [right, left, atLeft];
      left = to - GOLDEN * (to - from);
      atLeft = value(left);
    } else {
      [from, left, atLeft] = [left, right, atRight];
      right = from + GOLDEN * (to - from);
      atRight = value(right);
    }
  }
  return Math.min(atLeft, atRight);
}
