/** Events of the spool, read back as an experiment's numbers. */
import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { Recent } from '../../core/external/recent.ts';
import { eventReader, type EventReader } from '../../core/experiment/numbers/events.ts';
import type { Experiment } from '../../core/model/experiment.ts';
import { toInstant } from '../../core/model/time.ts';
import { experimentDataError, type ExperimentSource } from '../../ports/experiment-source.ts';
import { markIn, spoolPath } from './spool.ts';

const PIECE = 256 * 1_024;
/** So many bytes of spools are remembered as users and sums; who reads more than that reads it again. */
const MOST_KNOWN = 1_024 ** 3;

/** How far a file was read, and what it came to. */
interface Reading {
  readonly file: string;
  readonly reader: EventReader;
  readonly decoder: StringDecoder;
  offset: number;
  rest: string;
}

/**
 * Answers undefined where no user of the experiment's present assignment was exposed. `now` in ms. Who asks again has read only what
 * is new; a file that was moved, deleted or cut is read from its beginning.
 */
export function spoolSource(folder: string, now: () => number): ExperimentSource {
  const known = new Recent<string, Reading>(MOST_KNOWN);
  let turn: Promise<unknown> = Promise.resolve();
  const read = async (experiment: Experiment, signal: AbortSignal): Promise<EventReader | undefined> => {
    const key = keyOf(experiment);
    const handle = await openSpool(spoolPath(folder, experiment.key));
    if (!handle) return undefined;
    try {
      const { file, size } = markIn(await handle.stat());
      const before = known.get(key);
      const goesOn = before?.file === file && before.offset <= size;
      const reading = goesOn ? before : begin(file, experiment);
      await readOn(handle, reading, signal);
      known.set(key, reading, reading.offset);
      return reading.reader;
    } finally {
      await handle.close();
    }
  };
  // One after another: what is remembered of a file has one reader.
  const inTurn = (experiment: Experiment, signal: AbortSignal): Promise<EventReader | undefined> => {
    const mine = turn.then(() => read(experiment, signal)).catch((error: unknown) => unreadable(experiment, error));
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    async read(experiment, signal) {
      const reader = await inTurn(experiment, signal);
      const { stopped } = experiment;
      const until = toInstant(now());
      return reader?.end(stopped !== undefined && stopped < until ? stopped : until);
    },
    async days(experiment, signal) {
      return (await inTurn(experiment, signal))?.days() ?? [];
    },
  };
}

function unreadable({ key }: Experiment, error: unknown): never {
  throw experimentDataError(
    'file-unreadable',
    `events of ${key}: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** All that what is read depends on. */
function keyOf({ key, generation, stopped, metrics, variants }: Experiment): string {
  return JSON.stringify([key, generation, stopped ?? null, metrics, variants]);
}

async function openSpool(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function begin(file: string, experiment: Experiment): Reading {
  return { file, reader: eventReader(experiment), decoder: new StringDecoder('utf8'), offset: 0, rest: '' };
}

/** What has no end is being written just now, or was torn off by a crash: nobody was told that it is kept. */
async function readOn(handle: FileHandle, reading: Reading, signal: AbortSignal): Promise<void> {
  const piece = Buffer.alloc(PIECE);
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(piece, 0, PIECE, reading.offset);
    if (bytesRead === 0) return;
    reading.offset += bytesRead;
    const lines = (reading.rest + reading.decoder.write(piece.subarray(0, bytesRead))).split('\n');
    reading.rest = lines.pop() ?? '';
    for (const line of lines) reading.reader.line(line);
  }
}
