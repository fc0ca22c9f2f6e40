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
// A reader that has seen enough (`sluice history | head`) is no fault, and ends nothing that was begun; what only shows ends with it.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    if (process.argv[2] === 'watch') stop.abort();
  });
}

process.exitCode = await main({
  argv: process.argv.slice(2),
  folder: process.cwd(),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
});
