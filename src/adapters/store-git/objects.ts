import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ObjectFormat } from '../../core/external/oid.ts';
import type { Git } from './git.ts';

export type ObjectType = 'commit' | 'tree' | 'blob';
export interface NewObject {
  readonly type: ObjectType;
  readonly oid: string;
  readonly content: Buffer;
}

const NUMBER: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3 };

/** Above it compression costs more time than it is worth: a folder's tree is mostly hashes. */
const LARGE = 64 * 1_024;

export function newObject(type: ObjectType, content: Buffer, format: ObjectFormat): NewObject {
  const oid = createHash(format).update(`${type} ${content.length}\0`).update(content).digest('hex');
  return { type, oid, content };
}

/** Writes all objects with one process, as loose objects of the repository; those that are there already are left alone. */
export async function writeObjects(git: Git, objects: readonly NewObject[], format: ObjectFormat): Promise<void> {
  const large = objects.some(({ content }) => content.length > LARGE);
  const settings = large ? ['-c', 'core.looseCompression=0'] : [];
  await git.run([...settings, 'unpack-objects', '-q'], { input: packOf(objects, format) });
}

/** The objects as a pack (gitformat-pack, "pack-*.pack files have the following format"), none of them as a delta. */
function packOf(objects: readonly NewObject[], format: ObjectFormat): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const packed = objects.flatMap(({ type, content }) => [
    entryHeader(NUMBER[type], content.length),
    deflateSync(content, { level: 0 }),
  ]);
  const pack = Buffer.concat([header, ...packed]);
  return Buffer.concat([pack, createHash(format).update(pack).digest()]);
}

/** Type and size: 4 bits of size beside the type, then 7 at a time, lowest first. */
function entryHeader(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); ; rest = Math.floor(rest / 128)) {
    bytes.push(rest > 0 ? byte | 128 : byte);
    if (rest === 0) return Buffer.from(bytes);
    byte = rest & 127;
  }
}
