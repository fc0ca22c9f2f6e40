/**
 * `npm run bench [NAME]`: runs every test/bench/*.bench.ts (or those whose name contains NAME), each in a fresh process, one after another,
 * prints one table and writes bench/results/latest.md. A target that is missed is shown and never fails the run; a bench that breaks does.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { BenchRow } from './row.ts';
import { benchTable } from './table.ts';

const FOLDER = 'test/bench';

function rowsOf(file: string): readonly BenchRow[] {
  const args = ['--expose-gc', 'scripts/run-ts.js', '--call', 'run', `${FOLDER}/${file}`];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${file} ended with ${String(status)}`);
  // The last line is the result; a bench may print before it.
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '[]') as readonly BenchRow[];
}

function machine(): string {
  const [cpu] = cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${String(cpus().length)} x ${cpu?.model ?? 'unknown'}, ${memory} GiB, commit ${commit}`;
}

const [, , wanted = ''] = process.argv;
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.bench.ts') && name.includes(wanted));
const rows: BenchRow[] = [];
for (const file of files) {
  try {
    rows.push(...rowsOf(file));
  } catch (error) {
    console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
const report = `${benchTable(rows)}\n\n${machine()}\n`;
console.log(report);
if (wanted === '' && rows.length > 0) {
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(
    'bench/results/latest.md',
    `# Last measured\n\nWritten by \`npm run bench\`; medians of interleaved rounds.\n\n${report}`,
  );
}
