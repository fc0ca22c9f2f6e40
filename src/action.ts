/** The program of every action: a step of a job on a runner. */
import process from 'node:process';
import { systemClock } from './compose/clock.ts';
import { runAction } from './action/main.ts';
import { openRunner } from './action/runner.ts';

const stop = new AbortController();
let asked = 0;
// A cancelled job: SIGINT, SIGTERM after 7.5 s, then the end after 2.5 s more (docs.github.com: workflow cancellation reference).
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    asked += 1;
    if (asked === 1) stop.abort();
    else process.exit(130);
  });
}

process.exitCode = await runAction({
  env: process.env,
  write: (line) => void process.stdout.write(line),
  runner: openRunner,
  signal: stop.signal,
  clock: systemClock(),
});
// What goes on by itself (an operation of a cancelled job) is the next tick's; nothing here waits for it.
if (stop.signal.aborted) process.exit();
