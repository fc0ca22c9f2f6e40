import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BOUNDS, type Slot } from './slots.ts';

/** The log of closed slots: a file an hour, oldest hours dropped beyond these bounds. */
export interface PastBounds {
  readonly hours: number;
  readonly bytes: number;
}

const PAST_BOUNDS: PastBounds = { hours: 24 * 7, bytes: 64 * 1_048_576 };

const HOUR = 3_600;

/** Closed slots on disk, one line each, so that a later process can be asked about the past. */
export interface Past {
  append(slots: readonly Slot[]): void;
  /** Slots that begin in [from, to) seconds, of one version or of all. */
  between(from: number, to: number, label?: string): Promise<readonly Slot[]>;
  /** Resolves when all that was appended is written; rejects with what went wrong since it was last asked. */
  flushed(): Promise<void>;
}

/** Opens the log in `folder`, making the folder. A line torn by a crash is passed over, never guessed at. */
export async function openPast(folder: string, bounds: PastBounds = PAST_BOUNDS): Promise<Past> {
  await mkdir(folder, { recursive: true });
  let writing: Promise<void> = Promise.resolve();
  let problem: Error | undefined;
  let pruned = 0;

  async function write(slots: readonly Slot[]): Promise<void> {
    const hour = hourOf(slots[0]?.at ?? 0);
    // The newline before: what a crash tore then stands on a line of its own.
    await appendFile(join(folder, `${hour}.jsonl`), `\n${slots.map(printSlot).join('\n')}`);
    if (hour !== pruned) await prune(folder, hour, bounds);
    pruned = hour;
  }

  return {
    append(slots) {
      writing = writing
        .then(() => write(slots))
        .catch((error: unknown) => void (problem = error instanceof Error ? error : new Error(String(error))));
    },
    async between(from, to, label) {
      await writing;
      const found: Slot[] = [];
      for (const hour of (await hoursIn(folder)).filter((each) => each >= hourOf(from) && each * HOUR < to))
        for (const line of (await readFile(join(folder, `${hour}.jsonl`), 'utf8')).split('\n')) {
          const slot = parseSlot(line);
          if (slot && slot.at >= from && slot.at < to && (label === undefined || slot.label === label))
            found.push(slot);
        }
      return found;
    },
    async flushed() {
      await writing;
      if (problem === undefined) return;
      const error = problem;
      problem = undefined;
      throw error;
    },
  };
}

function hourOf(second: number): number {
  return Math.floor(second / HOUR);
}

async function hoursIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  const hours = names.filter((name) => /^\d+\.jsonl$/.test(name)).map((name) => Number.parseInt(name, 10));
  return hours.toSorted((one, other) => one - other);
}

async function prune(folder: string, now: number, bounds: PastBounds): Promise<void> {
  let bytes = 0;
  for (const hour of (await hoursIn(folder)).toReversed()) {
    const path = join(folder, `${hour}.jsonl`);
    bytes += (await stat(path)).size;
    if (hour <= now - bounds.hours || (bytes > bounds.bytes && hour !== now)) await rm(path, { force: true });
  }
}

function printSlot({ at, label, errors, statuses, buckets, sum }: Slot): string {
  return JSON.stringify([at, label, errors, statuses, buckets, Math.round(sum * 1e6) / 1e6]);
}

function parseSlot(line: string): Slot | undefined {
  if (line === '') return undefined;
  try {
    const [at, label, errors, statuses, buckets, sum] = JSON.parse(line) as unknown[];
    if (typeof at !== 'number' || typeof label !== 'string' || typeof errors !== 'number') return undefined;
    if (typeof sum !== 'number' || !isCounts(statuses, 5) || !isCounts(buckets, BOUNDS.length + 1)) return undefined;
    return { at, label, errors, statuses, buckets, sum, requests: buckets.reduce((all, n) => all + n, 0) };
  } catch {
    return undefined;
  }
}

function isCounts(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((n) => typeof n === 'number');
}
