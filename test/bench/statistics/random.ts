/** Seeded randomness, so that a table can be printed again to the last digit. */

/** Numbers from 0 to below 1: sfc32 (Chris Doty-Humphrey, PractRand), seeded by one whole number. */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 15; round++) next();
  return next;
}

/** Successes in `n` trials: jumps from one success to the next, so that it costs about n * p draws. Exact. */
export function binomial(random: Random, n: number, p: number): number {
  if (p <= 0) return 0;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  const scale = Math.log1p(-p);
  let successes = 0;
  for (let at = jump(random, scale); at <= n; at += jump(random, scale)) successes += 1;
  return successes;
}

/** Trials up to and with the next success. */
function jump(random: Random, scale: number): number {
  return Math.floor(Math.log(1 - random()) / scale) + 1;
}

/** A standard normal number (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
