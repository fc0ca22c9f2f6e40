/** Seeded draws for simulated rollouts: the same numbers in every run. */

/** Mulberry32, by Tommy Ettinger: 32 bits of state, good enough to draw requests. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** By inversion; above a mean of 60 the nearest whole number to a normal. */
export function poisson(random: () => number, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = 0;
  let term = Math.exp(-mean);
  let sum = term;
  const drawn = random();
  while (drawn > sum && count < 1_000) {
    count += 1;
    term *= mean / count;
    sum += term;
  }
  return count;
}

/** By inversion, from the small side. */
export function binomial(random: () => number, n: number, p: number): number {
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  if (n === 0 || p <= 0) return 0;
  const odds = p / (1 - p);
  let count = 0;
  let term = (1 - p) ** n;
  let sum = term;
  const drawn = random();
  while (drawn > sum && count < n) {
    term *= ((n - count) / (count + 1)) * odds;
    count += 1;
    sum += term;
  }
  return count;
}
