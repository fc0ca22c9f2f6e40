/** Many simulated canaries, looked at once a window by several judges at the same time. */
import { randomFrom } from './random.ts';
import type { Traffic, Window } from './traffic.ts';

/** One judge at one canary: sees each window once, in order, and says whether it calls the candidate bad now. */
export type Watcher = (window: Window, look: number) => boolean;

export interface Contestant {
  readonly name: string;
  readonly begin: () => Watcher;
}

export interface Race {
  readonly traffic: Traffic;
  readonly canaries: number;
  readonly looks: number;
  readonly seed: number;
  readonly contestants: readonly Contestant[];
}

/** What became of one judge's canaries. */
export interface Finish {
  readonly name: string;
  readonly canaries: number;
  /** At which look each alarm came, counted from 1; canaries without one are not in it. */
  readonly alarms: readonly number[];
}

export function race({ traffic, canaries, looks, seed, contestants }: Race): readonly Finish[] {
  const alarms = contestants.map((): number[] => []);
  for (let canary = 0; canary < canaries; canary++) {
    const random = randomFrom(seed + canary);
    const watching = contestants.map(({ begin }, index) => ({ index, watcher: begin() }));
    for (let look = 1; look <= looks && watching.length > 0; look++) {
      const window = traffic(random, look / looks);
      for (let at = watching.length - 1; at >= 0; at--) {
        const one = watching[at];
        if (!one?.watcher(window, look)) continue;
        alarms[one.index]?.push(look);
        watching.splice(at, 1);
      }
    }
  }
  return contestants.map(({ name }, index) => ({ name, canaries, alarms: alarms[index] ?? [] }));
}

/** Wilson's interval of a share at 95 % (Wilson 1927): what the number of simulated canaries leaves open. */
export function wilson(hits: number, n: number): readonly [number, number] {
  const z = 1.959963984540054;
  const share = hits / n;
  const middle = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
