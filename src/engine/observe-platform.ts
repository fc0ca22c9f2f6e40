/** What platforms say runs now. */
import type { RunningVersion } from '../ports/platform.ts';
import type { Wiring } from './wiring.ts';

/** Versions of a pair; undefined where the platform cannot tell or does not answer. */
export async function runningVersions(wiring: Wiring, pair: string): Promise<readonly RunningVersion[] | undefined> {
  const placed = wiring.platforms.get(pair);
  const [service = '', environment = ''] = pair.split('/');
  return placed?.platform.observe({ service, environment }).catch(() => undefined);
}

/** Weights measured, by pair and label. */
export async function observeTraffic(
  wiring: Wiring,
): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  const pairs = [...wiring.platforms.keys()];
  const seen = await Promise.all(pairs.map(async (pair) => [pair, await runningVersions(wiring, pair)] as const));
  return Object.fromEntries(
    seen.flatMap(([pair, versions]) =>
      versions ? [[pair, Object.fromEntries(versions.map((one) => [one.label, one.weight]))]] : [],
    ),
  );
}
