/** Events that were accepted: one NDJSON file an experiment, only ever appended to. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExperimentEvent } from '../../core/experiment/numbers/event.ts';
import { experimentDataError } from '../../ports/experiment-source.ts';

/** A file grows no further: 1 GiB, some eight million events. */
const MOST_BYTES = 1_024 ** 3;
const NEWLINE = 10;

/** Where an experiment's events lie. Keys are names that may stand in a path (`Name`). */
export function spoolPath(folder: string, key: string): string {
  return join(folder, `${key}.ndjson`);
}

export interface Spool {
  /** Resolves when the events are on the disk (fdatasync). Those of many calls are written together. */
  append(key: string, events: readonly ExperimentEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** Rejects with `disk-full` where the file has reached its limit or the disk its own. */
export function eventSpool(folder: string, most: number = MOST_BYTES): Spool {
  const files = new Map<string, SpoolFile>();
  return {
    append(key, events) {
      const file = files.get(key) ?? new SpoolFile(spoolPath(folder, key), most);
      files.set(key, file);
      return file.append(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    },
    async close() {
      await Promise.all([...files.values()].map((file) => file.close()));
      files.clear();
    },
  };
}

/** One writer at a time; what arrives meanwhile is written and synced with the next. */
class SpoolFile {
  readonly #path: string;
  readonly #most: number;
  #waiting = '';
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();
  #opened: Promise<{ readonly handle: FileHandle; size: number }> | undefined;

  constructor(path: string, most: number) {
    this.#path = path;
    this.#most = most;
  }

  append(lines: string): Promise<void> {
    this.#waiting += lines;
    this.#next ??= this.#last.then(() => this.#flush());
    return this.#next;
  }

  async close(): Promise<void> {
    await (this.#next ?? this.#last).catch(() => undefined);
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await opened?.handle.close();
  }

  #flush(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = '';
    this.#next = undefined;
    const written = this.#write(Buffer.from(lines));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#opened ??= openFile(this.#path);
    const opened = await this.#opened.catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    if (opened.size + bytes.length > this.#most)
      throw experimentDataError(
        'disk-full',
        `${this.#path} has reached its limit of ${this.#most} bytes: stop the experiment or move the file`,
      );
    try {
      await opened.handle.appendFile(bytes);
      await opened.handle.datasync();
      opened.size += bytes.length;
    } catch (error) {
      // Part of it may stand there: whoever opens the file next begins on a line of its own.
      this.#opened = undefined;
      await opened.handle.close().catch(() => undefined);
      throw error;
    }
  }
}

/** A crash may have torn the last line: the next event begins on a new one. */
async function openFile(path: string): Promise<{ readonly handle: FileHandle; size: number }> {
  await mkdir(dirname(path), { recursive: true });
  // Users' ids are nobody else's business on this machine.
  const handle = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
  const { size } = await handle.stat();
  if (size === 0) {
    await syncFolder(dirname(path));
    return { handle, size };
  }
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last[0] === NEWLINE) return { handle, size };
  await handle.appendFile('\n');
  return { handle, size: size + 1 };
}

/** A new file's name is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
