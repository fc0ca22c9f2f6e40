/** What platforms say runs now. */
import type { RunningVersion } from '../ports/platform.ts';
import type { Wiring } from './wiring.ts';

/** A platform that has not answered by then cannot tell, in ms: a look never waits for it. */
const QUESTION_TIME = 10_000;

/** The longest a question to a platform may take, ended earlier where `signal` fires. */
export function questionTime(signal?: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(QUESTION_TIME);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}

/** Versions of a pair; undefined where the platform cannot tell or does not answer. */
export async function runningVersions(
  wiring: Wiring,
  pair: string,
  signal?: AbortSignal,
): Promise<readonly RunningVersion[] | undefined> {
  const placed = wiring.platforms.get(pair);
  const [service = '', environment = ''] = pair.split('/');
  return placed?.platform.observe({ service, environment, signal: questionTime(signal) }).catch(() => undefined);
}

/** Weights measured, by pair and label; of every pair where none are named. */
export async function observeTraffic(
  wiring: Wiring,
  pairs: readonly string[] = [...wiring.platforms.keys()],
): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  const seen = await Promise.all(pairs.map(async (pair) => [pair, await runningVersions(wiring, pair)] as const));
  return Object.fromEntries(
    seen.flatMap(([pair, versions]) =>
      versions ? [[pair, Object.fromEntries(versions.map((one) => [one.label, one.weight]))]] : [],
    ),
  );
}
