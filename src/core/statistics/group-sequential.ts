/** Bounds for looks that are planned: the error level is spent over information, not over time. */
import { brentRoot } from './brent.ts';
import { normalCdf, normalQuantile } from './distribution.ts';
import { impossible, mustBeLevel, mustBePositive, mustCount } from './impossible.ts';

/** How the level `a` of a side is spent when the share `t` of all information is there. */
export type Spending =
  /** a t^rho; rho 2 is Spotify's choice, 3 is close to O'Brien and Fleming. */
  | { readonly family: 'power'; readonly rho: number }
  /** 2 (1 - Phi(z_{1-a/2}/sqrt t)): hardly anything early. */
  | { readonly family: 'obrien-fleming' }
  /** a ln(1 + (e-1) t): about the same bound at each look. */
  | { readonly family: 'pocock' };

interface Level {
  readonly alpha: number;
  /** 2: alpha is shared by both sides; 1: one side has it all. */
  readonly sides?: 1 | 2;
  readonly spending: Spending;
}

export interface PlannedLooks extends Level {
  /** Shares of the planned information at the looks, rising, at most 1. */
  readonly informationFractions: readonly number[];
}

/**
 * Bounds z_k, one per look: reject at look k when the z statistic lies beyond z_k (for two sides: |z|). Each solves
 * P(not beyond a bound before k, Z_k > z_k) = a*(t_k) - a*(t_{k-1}) for a Brownian motion; the other side's bound is ignored, which is
 * conservative by far less than it seems. Exact to about 1e-8. Assumes looks that do not depend on the results and estimates about
 * normal. A look at which nothing can be spent has the bound Infinity. Throws StatisticsError on fractions that do not rise within
 * (0, 1] by at least 0.01 % each and on levels outside (0, 1). Source: Lan, DeMets 1983; integration as Armitage, McPherson, Rowe 1969.
 */
export function groupSequentialBounds(looks: PlannedLooks): readonly number[] {
  const { informationFractions: times, sides = 2, spending } = looks;
  const alpha = mustBeLevel(looks.alpha, 'alpha') / sides;
  const bounds: number[] = [];
  const edges: Edge[] = [];
  let inside: Mass = { at: Float64Array.of(0), mass: Float64Array.of(1) };
  let [before, spent] = [0, 0];
  times.forEach((time, look) => {
    if (!(time > before && time - before >= LEAST_STEP * time && time <= 1))
      impossible('information fractions must rise, by 0.01 % at least, and lie in (0, 1]');
    const wanted = spentBy(time, { alpha, spending });
    const [sd, scale] = [Math.sqrt(time - before), Math.sqrt(time)];
    const bound = boundFor(wanted - spent, { inside, sd, scale });
    const next = times[look + 1];
    if (next !== undefined) inside = advance(inside, { sd, bound, time, next, edges });
    bounds.push(bound);
    edges.push({ at: Math.min(bound, REACH) * scale, time });
    [before, spent] = [time, wanted];
  });
  return bounds;
}

/** Looks that are closer would need a mesh that is too fine. */
const LEAST_STEP = 1e-4;

/** The level a side has spent at the information share `t`. */
export function spentBy(t: number, { alpha, spending }: Level): number {
  if (spending.family === 'power') return alpha * t ** mustBePositive(spending.rho, 'rho');
  if (spending.family === 'pocock') return alpha * Math.log(1 + (Math.E - 1) * t);
  return 2 * normalCdf(normalQuantile(alpha / 2) / Math.sqrt(t));
}

export interface CountedLooks extends Level {
  /** Observations at each look, rising. */
  readonly counts: readonly number[];
  readonly plannedTotal: number;
}
/**
 * The nominal level of each look, sides (1 - Phi(z_k)): a p value below it is significant there. Information is
 * count/max(plannedTotal, largest count), so that a run over the plan spends no more than alpha. Throws as {@link groupSequentialBounds}.
 */
export function groupSequentialLevels({ counts, plannedTotal, ...level }: CountedLooks): readonly number[] {
  const total = Math.max(mustCount(plannedTotal, 'the planned total'), ...counts);
  const informationFractions = counts.map((count) => count / total);
  const sides = level.sides ?? 2;
  return groupSequentialBounds({ ...level, informationFractions }).map((z) => sides * normalCdf(-z));
}

/** The part of the motion that crossed no bound so far: points and the probability they stand for. */
interface Mass {
  readonly at: Float64Array;
  readonly mass: Float64Array;
}

/** Beyond so many standard deviations nothing is left of a normal density. */
const REACH = 9;

interface Crossing {
  readonly inside: Mass;
  readonly sd: number;
  readonly scale: number;
}
function boundFor(increment: number, { inside, sd, scale }: Crossing): number {
  if (!(increment > 0)) return Infinity;
  const beyond = (z: number): number =>
    inside.mass.reduce(
      (sum, mass, index) => sum + mass * normalCdf(((inside.at[index] as number) - z * scale) / sd),
      0,
    );
  // The logarithm of a tail is nearly a parabola: a few steps find the root where the tail itself is flat.
  const excess = (z: number): number => Math.log(Math.max(beyond(z), Number.MIN_VALUE) / increment);
  return brentRoot(excess, { from: -REACH, to: 40, tolerance: 1e-10 }) ?? Infinity;
}

/** Where the motion was cut, and when. */
interface Edge {
  readonly at: number;
  readonly time: number;
}
interface Step {
  readonly sd: number;
  readonly bound: number;
  readonly time: number;
  readonly next: number;
  readonly edges: readonly Edge[];
}
/** The mass after a step of the motion, cut at the bound. */
function advance(inside: Mass, step: Step): Mass {
  const { sd } = step;
  const points = pointsOf(meshOf(step));
  const at = Float64Array.from(points, ([x]) => x);
  const mass = new Float64Array(at.length);
  let start = 0;
  for (const [index, [x, weight]] of points.entries()) {
    while (start < inside.at.length && (inside.at[start] as number) < x - REACH * sd) start++;
    mass[index] = weight * densityAt(x, { inside, sd, start });
  }
  return { at, mass };
}

/**
 * Ends of panels, each as narrow as what is integrated over it: the next step's density, and each cut as the motion has blurred it since.
 */
function meshOf({ bound, time, next, edges }: Step): readonly number[] {
  const scale = Math.sqrt(time);
  const high = scale * Math.min(bound, REACH);
  const widest = Math.min(Math.sqrt(Math.max(next - time, LEAST_STEP * time)), scale / 2);
  const mesh = [-REACH * scale];
  for (let x = -REACH * scale; x < high; mesh.push(x)) {
    let width = widest;
    for (const edge of edges) width = Math.min(width, Math.max(Math.sqrt(time - edge.time), Math.abs(x - edge.at) / 2));
    x = Math.min(high, x + width);
  }
  return mesh;
}

function pointsOf(mesh: readonly number[]): readonly (readonly [x: number, weight: number])[] {
  return mesh.slice(1).flatMap((end, index) => {
    const half = (end - (mesh[index] as number)) / 2;
    return NODES.map(([node, weight]) => [end - half + half * node, weight * half] as const);
  });
}

interface Nearby {
  readonly inside: Mass;
  readonly sd: number;
  /** The first point within reach; points rise. */
  readonly start: number;
}
function densityAt(x: number, { inside: { at, mass }, sd, start }: Nearby): number {
  let density = 0;
  for (let index = start; index < at.length; index++) {
    const away = (x - (at[index] as number)) / sd;
    if (away < -REACH) break;
    density += (mass[index] as number) * Math.exp((away * away) / -2);
  }
  return density / (sd * Math.sqrt(2 * Math.PI));
}

/** Nodes and weights of Gauss and Legendre on [-1, 1]: roots of P_8 by Newton's method, weights 2/((1-x^2) P_8'(x)^2). */
const NODES: readonly (readonly [node: number, weight: number])[] = legendreNodes(8);

function legendreNodes(degree: number): readonly (readonly [number, number])[] {
  return Array.from({ length: degree }, (_, index) => {
    let x = -Math.cos((Math.PI * (index + 0.75)) / (degree + 0.5));
    for (let turn = 0; turn < 20; turn++) {
      const { value, slope } = legendre(degree, x);
      x -= value / slope;
    }
    return [x, 2 / ((1 - x * x) * legendre(degree, x).slope ** 2)] as const;
  });
}

function legendre(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let [before, value] = [1, x];
  for (let order = 2; order <= degree; order++)
    [before, value] = [value, ((2 * order - 1) * x * value - (order - 1) * before) / order];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}
