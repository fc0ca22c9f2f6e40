import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricSource } from '../../../ports/metric-source.ts';
import type { PairName } from '../../../ports/platform.ts';
import { openPast } from './past.ts';
import { IN_MEMORY, TrafficRecord } from './record.ts';
import { routerSource } from './source.ts';

export interface MeterSetup {
  readonly folder: string;
  readonly pair: PairName;
  readonly now: () => number;
}

/** What is measured: the last hour in memory, more of it on disk. */
export interface Meter {
  readonly record: TrafficRecord;
  readonly source: MetricSource;
  close(): Promise<void>;
}

/** Opens the measurements of a pair, with what earlier processes wrote down. */
export async function openMeter({ folder, pair, now }: MeterSetup): Promise<Meter> {
  const past = await openPast(folder);
  const began = now();
  const since = await firstTime(join(folder, 'since'), began);
  const record = new TrafficRecord(began, (slots) => past.append(slots));
  const inMemoryFrom = Math.floor(began / 1_000) - IN_MEMORY;
  for (const slot of await past.between(inMemoryFrom, Number.MAX_SAFE_INTEGER)) record.restore(slot);
  const timer = setInterval(() => record.closeUntil(now()), 1_000).unref();
  return {
    record,
    source: routerSource({ pair, record, past, now, since, inMemoryFrom }),
    async close() {
      clearInterval(timer);
      record.closeUntil(Number.MAX_SAFE_INTEGER); // the open second too, or it would be lost
      await past.flushed();
    },
  };
}

/** When the folder was first opened, in ms. */
async function firstTime(path: string, now: number): Promise<number> {
  const known = Number(await readFile(path, 'utf8').catch(() => Number.NaN));
  if (Number.isFinite(known) && known > 0) return known;
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, String(now));
  return now;
}
