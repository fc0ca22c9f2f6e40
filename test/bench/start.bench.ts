/** How long until a command's first useful line: the built CLI against an empty Node program. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type BenchRow, interleave, median, spread } from './row.ts';

const CLI = 'dist/cli.js';
const TARGET = 3;

function milliseconds(args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return performance.now() - began;
}

/** @throws Error when the CLI is not built */
export async function run(): Promise<readonly BenchRow[]> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is not built: npm run build`);
  const { ours, empty } = await interleave(
    { ours: () => milliseconds([CLI, 'help']), empty: () => milliseconds(['-e', '0']) },
    15,
  );
  const ratio = median(ours) / median(empty);
  return [
    {
      name: 'start of the CLI (help)',
      figure: `${median(ours).toFixed(0)} ms ± ${spread(ours).toFixed(0)}`,
      against: `node -e 0, ${median(empty).toFixed(0)} ms ± ${spread(empty).toFixed(0)}`,
      ratio,
      target: `<= ${String(TARGET)} x`,
      ok: ratio <= TARGET,
    },
  ];
}
