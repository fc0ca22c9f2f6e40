/** The program `sluice`. */
import process from 'node:process';
import { main } from './cli/main.ts';

const stop = new AbortController();
let asked = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    asked += 1;
    if (asked === 1) stop.abort();
    else process.exit(130);
  });
}
// A reader that has seen enough (`sluice history | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main({
  argv: process.argv.slice(2),
  folder: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
});
