import { link, mkdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { platformError } from '../../ports/platform.ts';
import { readDocument, removeFile } from './folder.ts';
import { identityOf, isAlive } from './identity.ts';

interface Owner {
  readonly pid: number;
  readonly identity: string;
}
const Owner: z.ZodType<Owner> = z.object({ pid: z.int(), identity: z.string() });

/**
 * Makes this process the one that runs the folder's versions; a dead owner's place is taken.
 * Throws `busy` while another one lives. The function returned gives the place back.
 */
export async function takeOwnership(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'owner.json');
  const own: Owner = { pid: process.pid, identity: identityOf(process.pid) ?? '' };
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await claim(path, own)) return () => removeFile(path);
    const other = await readDocument(path, Owner);
    if (other && isAlive(other))
      throw platformError('busy', `${folder}: process ${other.pid} runs these versions; stop it first`);
    await unlinkIfStill(path, other);
  }
  throw platformError('busy', `${folder}: others take it at the same time`);
}

/** A link is made or not, and its content is whole from the first moment. */
async function claim(path: string, own: Owner): Promise<boolean> {
  const beside = `${path}.${own.pid}.${Math.trunc(performance.now() * 1_000)}`;
  await writeFile(beside, JSON.stringify(own));
  try {
    await link(beside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(beside);
  }
}

/** Two that find the same dead owner may both remove it; the second must not remove the first one's new claim. */
async function unlinkIfStill(path: string, dead: Owner | undefined): Promise<void> {
  const now = await readDocument(path, Owner);
  if (now === undefined || (now.pid === dead?.pid && now.identity === dead.identity)) await removeFile(path);
}
