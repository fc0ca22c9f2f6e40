/** An experiment's numbers from a text: a file or standard input, read in pieces and never kept. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { dataReader } from '../../core/experiment/numbers/read.ts';
import { toInstant } from '../../core/model/time.ts';
import { experimentDataError, type ExperimentSource } from '../../ports/experiment-source.ts';

const PIECE = 256 * 1_024;

export interface FileOptions {
  /** As the user wrote it: it stands in messages and in the data. */
  readonly name: string;
  readonly path: string;
  /** Milliseconds: the file speaks of what was before. */
  readonly now: () => number;
  /** Bytes read so far, and of how many. */
  readonly onProgress?: (read: number, size: number) => void;
}

/** Rejects with `file-unreadable`, or `data-invalid` with line and column. */
export function fileSource({ name, path, now, onProgress }: FileOptions): ExperimentSource {
  return {
    async read(experiment, signal) {
      const size = await stat(path).then(
        (found) => found.size,
        (error: unknown) => Promise.reject(unreadable(name, error)),
      );
      const stream = createReadStream(path, { highWaterMark: PIECE, signal });
      const onPiece = (): void => onProgress?.(stream.bytesRead, size);
      return readStream({ name, stream, now, experiment, onPiece });
    },
  };
}

/** The same of a stream that is open already, such as standard input. It can be read once. */
export function streamSource({
  name,
  stream,
  now,
}: Pick<FileOptions, 'name' | 'now'> & { readonly stream: Readable }): ExperimentSource {
  return {
    read: (experiment, signal) => readStream({ name, stream: addAbortSignal(signal, stream), now, experiment }),
  };
}

interface Reading extends Pick<FileOptions, 'name' | 'now'> {
  readonly stream: Readable;
  readonly experiment: Parameters<ExperimentSource['read']>[0];
  readonly onPiece?: () => void;
}

async function readStream({ name, stream, now, experiment, onPiece }: Reading): ReturnType<ExperimentSource['read']> {
  const reader = dataReader(experiment);
  stream.setEncoding('utf8');
  try {
    for await (const piece of stream) {
      const problem = reader.push(piece as string);
      if (problem) throw invalid(name, problem);
      onPiece?.();
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'data-invalid' ? error : unreadable(name, error);
  }
  const stopped = experiment.stopped ?? '';
  const until = toInstant(now());
  const found = reader.end({ from: `file ${name}`, until: stopped !== '' && stopped < until ? stopped : until });
  if (!found.ok) throw invalid(name, found.problem);
  return found.data;
}

function invalid(
  name: string,
  { line, column, message }: { readonly line: number; readonly column: number; readonly message: string },
): Error {
  return experimentDataError('data-invalid', `${name}:${line}:${column} ${message}`);
}

function unreadable(name: string, error: unknown): Error {
  return experimentDataError('file-unreadable', `${name}: ${error instanceof Error ? error.message : String(error)}`);
}
