/** Objects written as git writes them, without a process for each. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

/** Bytes from which squeezing costs more than it saves here. */
const LARGE = 16_384;

let written = 0;

/** The id of an object: SHA-1 of its header and content (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects). */
function objectId(type: ObjectType, content: Buffer): string {
  return createHash('sha1')
    .update(`${type} ${String(content.length)}\0`)
    .update(content)
    .digest('hex');
}

/** Writes a loose object into a bare repository, and returns its id. */
export function writeLoose(folder: string, type: ObjectType, content: Buffer): string {
  const oid = objectId(type, content);
  const directory = join(folder, 'objects', oid.slice(0, 2));
  const path = join(directory, oid.slice(2));
  if (existsSync(path)) return oid;
  mkdirSync(directory, { recursive: true });
  const whole = Buffer.concat([Buffer.from(`${type} ${String(content.length)}\0`), content]);
  const temporary = join(directory, `tmp_obj_${String(process.pid)}_${String((written += 1))}`);
  writeFileSync(temporary, deflateSync(whole, { level: whole.length > LARGE ? 0 : 1 }), { mode: 0o444 });
  renameSync(temporary, path);
  return oid;
}
