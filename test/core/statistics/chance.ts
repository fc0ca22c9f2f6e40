/** A stream of uniform numbers in [0, 1) from a seed (mulberry32), so that a simulation gives the same answer on every machine. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many of n trials succeed. */
export function successesOf(n: number, rate: number, next: () => number): number {
  let successes = 0;
  for (let trial = 0; trial < n; trial++) if (next() < rate) successes++;
  return successes;
}

/** A standard normal number (Box and Muller). */
export function normalOf(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** The share of runs, each with a stream of its own, that end as `happens` says. */
export function shareOfRuns(runs: number, happens: (next: () => number) => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run++) if (happens(uniforms(1_000_003 * run + 17))) count++;
  return count / runs;
}

/** P(S = successes) of n trials, for exact expectations. */
export function binomialProbability(n: number, successes: number, rate: number): number {
  let result = rate ** successes * (1 - rate) ** (n - successes);
  for (let k = 1; k <= successes; k++) result *= (n - successes + k) / k;
  return result;
}
