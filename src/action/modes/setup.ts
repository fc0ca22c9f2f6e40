/** `actions/setup`: the steps behind this one have `sluice` on their path. Nothing is fetched: the program comes with the action. */
import { chmod, mkdir, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../proceed.ts';
import type { Step } from '../step.ts';

export async function setup({ env, log }: Step): Promise<Answer> {
  const program = fileURLToPath(new URL('cli.js', import.meta.url));
  const folder = join(env['RUNNER_TEMP'] ?? tmpdir(), 'sluice-bin');
  await mkdir(folder, { recursive: true });
  const link = join(folder, 'sluice');
  await unlink(link).catch(() => undefined);
  await symlink(program, link);
  await chmod(program, 0o755);
  log(`${link} -> ${program}`);
  return {
    outcome: { schemaVersion: 1, ok: true, code: 'done', summary: 'sluice is on the path', details: { folder } },
    path: folder,
  };
}
