import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** A version that shall run, and the process that runs it. Written before the process may begin its work. */
export interface VersionRecord {
  readonly label: string;
  readonly commit: string;
  readonly artifact?: string;
  /** The version that it is a copy of. */
  readonly copyOf?: string;
  /** The operation that made it. */
  readonly operation: string;
  readonly sequence: number;
  readonly port: number;
  /** `ready`: it has answered once, and shall run from then on. */
  readonly state: 'starting' | 'ready';
  readonly process?: { readonly pid: number; readonly identity: string };
}
export const VersionRecord: z.ZodType<VersionRecord> = z.object({
  label: z.string(),
  commit: z.string(),
  artifact: z.string().exactOptional(),
  copyOf: z.string().exactOptional(),
  operation: z.string(),
  sequence: z.int(),
  port: z.int(),
  state: z.enum(['starting', 'ready']),
  process: z.object({ pid: z.int(), identity: z.string() }).exactOptional(),
});

/** What became of an operation. */
export interface OperationRecord {
  readonly operation: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly label?: string;
  readonly url?: string;
  readonly detail?: string;
  readonly at: number;
}
export const OperationRecord: z.ZodType<OperationRecord> = z.object({
  operation: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  label: z.string().exactOptional(),
  url: z.string().exactOptional(),
  detail: z.string().exactOptional(),
  at: z.number(),
});

/** A name for any text, safe as a file's name. */
export function fileNameOf(text: string): string {
  return `${createHash('sha256').update(text).digest('hex').slice(0, 40)}.json`;
}

/** Two writers of one file must not share the text beside it. */
let written = 0;

/** Writes a file so that a reader, or a crash at any moment, finds the old text or the new one. */
export async function writeAtomically(path: string, document: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.${++written}.tmp`;
  const file = await open(beside, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(document)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

/** A document, undefined where there is none; one that does not parse is set aside as `.broken`, never guessed at. */
export async function readDocument<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const result = schema.safeParse(parsed(text));
  if (result.success) return result.data;
  await rename(path, `${path}.broken`);
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function readAll<T>(folder: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const names = await readdir(folder).catch(() => []);
  const documents: T[] = [];
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const document = await readDocument(join(folder, name), schema);
    if (document !== undefined) documents.push(document);
  }
  return documents;
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}
