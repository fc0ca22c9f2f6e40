/** Events that were accepted: one NDJSON file an experiment, only ever appended to. */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
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

/** Which file it is, and how long: another one, or a shorter one, has lost what was written before. */
export interface SpoolMark {
  readonly file: string;
  readonly size: number;
}

export interface Spool {
  /**
   * Resolves when the events are on the disk (fdatasync), in the file that bears the experiment's name then. Those of many calls
   * are written together.
   */
  append(key: string, events: readonly ExperimentEvent[]): Promise<SpoolMark>;
  /** As it lies there now; undefined: there is none. */
  mark(key: string): Promise<SpoolMark | undefined>;
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
    mark: (key) => markOf(spoolPath(folder, key)),
    async close() {
      await Promise.all([...files.values()].map((file) => file.close()));
      files.clear();
    },
  };
}

interface Opened {
  readonly handle: FileHandle;
  readonly file: string;
  size: number;
}

/** Somebody may take the file away again while it is written anew: so many times are enough. */
const TRIES = 3;

/** One writer at a time; what arrives meanwhile is written and synced with the next. */
class SpoolFile {
  readonly #path: string;
  readonly #most: number;
  #waiting = '';
  #next: Promise<SpoolMark> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #opened: Opened | undefined;

  constructor(path: string, most: number) {
    this.#path = path;
    this.#most = most;
  }

  append(lines: string): Promise<SpoolMark> {
    this.#waiting += lines;
    this.#next ??= this.#last.then(() => this.#flush());
    return this.#next;
  }

  async close(): Promise<void> {
    await (this.#next ?? this.#last).catch(() => undefined);
    await this.#shut();
  }

  #flush(): Promise<SpoolMark> {
    const lines = this.#waiting;
    this.#waiting = '';
    this.#next = undefined;
    const written = this.#keep(Buffer.from(lines));
    this.#last = written.catch(() => undefined);
    return written;
  }

  /** A file that was moved or deleted while it was written keeps nothing that anybody finds: it is written again. */
  async #keep(bytes: Buffer): Promise<SpoolMark> {
    for (let tries = 1; ; tries++) {
      const opened = await this.#current();
      await this.#write(opened, bytes);
      const mark = await markOf(this.#path);
      if (mark?.file === opened.file) return mark;
      if (tries === TRIES)
        throw experimentDataError('file-unreadable', `${this.#path} is taken away each time it is written`);
    }
  }

  /** The file that bears the name now, opened; as long as it was left, or opened anew. */
  async #current(): Promise<Opened> {
    const mark = await markOf(this.#path);
    if (this.#opened && (mark?.file !== this.#opened.file || mark.size !== this.#opened.size)) await this.#shut();
    this.#opened ??= await openFile(this.#path);
    return this.#opened;
  }

  async #write(opened: Opened, bytes: Buffer): Promise<void> {
    if (opened.size + bytes.length > this.#most)
      throw experimentDataError(
        'disk-full',
        `${this.#path} has reached its limit of ${this.#most} bytes: stop the experiment, or move the file away (events in it then count no longer)`,
      );
    try {
      await opened.handle.appendFile(bytes);
      await opened.handle.datasync();
      opened.size += bytes.length;
    } catch (error) {
      // Part of it may stand there: whoever opens the file next begins on a line of its own.
      await this.#shut();
      throw error;
    }
  }

  async #shut(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.handle.close().catch(() => undefined);
  }
}

async function markOf(path: string): Promise<SpoolMark | undefined> {
  try {
    return markIn(await stat(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** While a file is open its inode is not given to another. */
export function markIn({ dev, ino, size }: Pick<Stats, 'dev' | 'ino' | 'size'>): SpoolMark {
  return { file: `${dev}:${ino}`, size };
}

/** A crash may have torn the last line: the next event begins on a new one. */
async function openFile(path: string): Promise<Opened> {
  await mkdir(dirname(path), { recursive: true });
  // Users' ids are nobody else's business on this machine.
  const handle = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
  const { file, size } = markIn(await handle.stat());
  if (size === 0) {
    await syncFolder(dirname(path));
    return { handle, file, size };
  }
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last[0] === NEWLINE) return { handle, file, size };
  await handle.appendFile('\n');
  return { handle, file, size: size + 1 };
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
