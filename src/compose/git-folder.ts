import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** The folder that all worktrees of a repository share: what is kept there is in no commit. */
export async function gitFolder(folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['rev-parse', '--git-common-dir'], { cwd: folder });
  return resolve(folder, stdout.trim());
}
