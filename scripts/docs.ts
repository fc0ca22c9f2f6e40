/** `npm run docs`: runs every generator (scripts/generate-*.ts), each in its own process; `--check` only says what is stale. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';

function run(generator: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const args = ['scripts/run-ts.js', `scripts/${generator}`, ...process.argv.slice(2)];
    spawn(process.execPath, args, { stdio: 'inherit' })
      .on('error', reject)
      .on('close', (code) => resolve(code ?? 1));
  });
}

const generators = readdirSync('scripts').filter((name) => /^generate-.*\.ts$/.test(name));
const codes = await Promise.all(generators.map(run));
if (codes.some((code) => code !== 0)) {
  console.error('docs: stale or failed; run npm run docs and commit what it writes');
  process.exitCode = 1;
}
