import { copyFile, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** A version's log grows to this, then begins again; the part before is kept as `.1`. */
const LOG_BYTES = 5 * 1_048_576;

/** Logs of versions that are gone, kept for whoever asks why. */
const LOGS_KEPT = 10;

const TAIL_BYTES = 8_192;

/** The end of a log as text; empty where there is none. */
export async function tailOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Keeps a log within its bound while its process writes on: it appends, so it goes on at the new end. */
export async function bound(path: string, limit: number = LOG_BYTES): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= limit) return;
  await copyFile(path, `${path}.1`);
  await truncate(path, 0);
}

/** Removes the oldest logs of versions that are gone. */
export async function dropOldLogs(folder: string, running: readonly string[]): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.log'));
  const gone = names.filter((name) => !running.includes(name));
  const aged = await Promise.all(gone.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
  for (const { name } of aged.toSorted((one, other) => other.at - one.at).slice(LOGS_KEPT)) {
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${name}.1`), { force: true });
  }
}
