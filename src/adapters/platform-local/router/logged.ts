import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricSource } from '../../../ports/metric-source.ts';
import type { PairName } from '../../../ports/platform.ts';
import { openPast } from './past.ts';
import { TrafficRecord } from './record.ts';
import { routerSource } from './source.ts';

interface LoggedSetup {
  /** The platform's runtime folder, found only when somebody asks. */
  readonly folder: () => Promise<string>;
  readonly pair: PairName;
  readonly now: () => number;
}

/**
 * What another process's router wrote down so far, for whoever only looks: of the last seconds something may still be missing.
 * Rejects where no router ever measured the pair on this machine.
 */
export function loggedTraffic(setup: LoggedSetup): MetricSource {
  let opened: Promise<MetricSource> | undefined;
  return {
    past: true,
    read: async (query) => (await (opened ??= open(setup))).read(query),
  };
}

async function open({ folder: runtimeFolder, pair, now }: LoggedSetup): Promise<MetricSource> {
  const folder = join(await runtimeFolder(), 'traffic');
  const since = Number(await readFile(join(folder, 'since'), 'utf8').catch(() => Number.NaN));
  if (!(since > 0)) throw new Error(`no router has measured ${pair.service} in ${pair.environment} on this machine`);
  const nothing = new TrafficRecord(now(), () => undefined);
  const past = await openPast(folder);
  return routerSource({ pair, record: nothing, past, now, since, inMemoryFrom: Number.MAX_SAFE_INTEGER });
}
