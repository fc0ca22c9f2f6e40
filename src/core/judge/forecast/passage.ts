/** The chance that a running share crosses a bound at any of many looks: what is tested after every window fails more often than at the end. */

export interface Passage {
  /** Trials that each window adds. */
  readonly sizes: readonly number[];
  /** The chance of each trial. */
  readonly rate: number;
  /** Nothing counts before so many trials. */
  readonly minSamples: number;
  /** Of so many trials the number of events that is too much (`from`) or too little (`until`). */
  readonly edge: (total: number) => Edge;
}

export type Edge = { readonly from: number } | { readonly until: number };

/** Chances below this are left out at both ends. */
const NEGLIGIBLE = 1e-12;
/** Counts are added up in lumps where a window's own spread is many of them: the edge's own lump is divided. */
const LUMPS_A_SPREAD = 3;

/** Chances of the counts that have not crossed, from the count `first` on, in lumps. */
interface Alive {
  readonly first: number;
  readonly chances: Float64Array;
}

/**
 * The chance of crossing, by carrying the distribution of the count from window to window without what has crossed: exact to
 * rounding while a window brings fewer than about 80 events.
 */
export function passageChance({ sizes, rate, minSamples, edge }: Passage): number {
  const spread = Math.sqrt(Math.max(0, ...sizes) * rate * (1 - rate));
  const lump = lumpOf(spread);
  const steps = new Map<number, Alive>();
  let alive: Alive = { first: 0, chances: Float64Array.of(1) };
  let total = 0;
  let crossed = 0;
  for (const size of sizes) {
    if (size <= 0) continue;
    total += size;
    const step = steps.get(size) ?? binomial(size, rate, lump);
    steps.set(size, step);
    alive = added(alive, step);
    if (total < minSamples) continue;
    const left = without(alive, edge(total), lump);
    crossed += sum(alive) - sum(left);
    if (left.chances.length === 0) break;
    alive = left;
  }
  return Math.min(1, crossed);
}

/** Odd: an even lump has no middle, and rounding to it would add half a count each window. */
function lumpOf(spread: number): number {
  return 2 * Math.floor((Math.max(1, spread / LUMPS_A_SPREAD) - 1) / 2) + 1;
}

function sum({ chances }: Alive): number {
  return chances.reduce((all, chance) => all + chance, 0);
}

/** Of a window's count, in lumps, by the ratio of neighbouring terms outward from the likeliest. */
function binomial(n: number, p: number, lump: number): Alive {
  if (p <= 0 || p >= 1) return { first: p <= 0 ? 0 : Math.round(n / lump), chances: Float64Array.of(1) };
  const odds = p / (1 - p);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const terms = new Map<number, number>();
  const note = (count: number, term: number): void => {
    const at = Math.round(count / lump);
    terms.set(at, (terms.get(at) ?? 0) + term);
  };
  for (let k = mode, term = 1; k <= n && term > NEGLIGIBLE; term *= ((n - k) / (k + 1)) * odds, k++) note(k, term);
  for (let k = mode - 1, term = mode / (n - mode + 1) / odds; k >= 0 && term > NEGLIGIBLE; k--) {
    note(k, term);
    term *= k / (n - k + 1) / odds;
  }
  const first = Math.min(...terms.keys());
  const chances = new Float64Array(Math.max(...terms.keys()) - first + 1);
  const all = [...terms.values()].reduce((one, term) => one + term, 0);
  for (const [at, term] of terms) chances[at - first] = term / all;
  return { first, chances };
}

function added({ first, chances }: Alive, step: Alive): Alive {
  const sums = new Float64Array(chances.length + step.chances.length - 1);
  for (let one = 0; one < chances.length; one++) {
    const chance = chances[one] ?? 0;
    if (chance < NEGLIGIBLE) continue;
    for (let other = 0; other < step.chances.length; other++)
      sums[one + other] = (sums[one + other] ?? 0) + chance * (step.chances[other] ?? 0);
  }
  return trimmed({ first: first + step.first, chances: sums });
}

/** What crossed is taken away; of the lump in which the edge lies the part beyond it. */
function without({ first, chances }: Alive, edge: Edge, lump: number): Alive {
  const count = 'from' in edge ? edge.from : edge.until;
  const cell = Math.round(count / lump);
  const least = Math.ceil((cell - 0.5) * lump);
  const most = Math.ceil((cell + 0.5) * lump) - 1;
  const beyond = ('from' in edge ? most - count + 1 : count - least + 1) / (most - least + 1);
  const left = chances.map((chance, index) => {
    const far = 'from' in edge ? first + index - cell : cell - first - index;
    return far > 0 ? 0 : far < 0 ? chance : chance * (1 - beyond);
  });
  return trimmed({ first, chances: left });
}

function trimmed({ first, chances }: Alive): Alive {
  const from = chances.findIndex((chance) => chance >= NEGLIGIBLE);
  const until = chances.findLastIndex((chance) => chance >= NEGLIGIBLE);
  return from < 0
    ? { first, chances: new Float64Array(0) }
    : { first: first + from, chances: chances.slice(from, until + 1) };
}
