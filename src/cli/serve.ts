/** `sluice serve`: local platform, router, ticks in one process. */
import { SECOND } from '../core/model/time.ts';
import type { Wiring } from '../engine/wiring.ts';
import { openEngine } from './engine.ts';
import { runLoop } from './loop.ts';
import type { Running } from './running.ts';
import { readConfig } from './session.ts';
import { styleOf } from './terminal.ts';

/** Longest time between two ticks; a configuration that looks more often is followed. */
const PERIOD = 15 * SECOND;

export async function serve(running: Running): Promise<number> {
  const { terminal, command, signal } = running;
  const style = styleOf(terminal);
  const say = (line: string): void => {
    terminal.stdout.write(
      terminal.json
        ? `${JSON.stringify({ at: new Date().toISOString(), line })}\n`
        : `${style('dim', new Date().toISOString().slice(11, 19))} ${line}\n`,
    );
  };
  const port = command.options['port'];
  const engine = await openEngine(running, { serves: true, log: say, ...(typeof port === 'number' ? { port } : {}) });
  let wiring: Wiring = engine.wiring;
  for (const [pair, { service, admin }] of engine.addresses) say(`${pair}: ${service}  (metrics ${admin}/metrics)`);
  if (engine.addresses.size === 0) say('no service runs on the local platform; ticking only');
  say('serving; Ctrl-C stops, the next start goes on from here');
  try {
    await runLoop({
      wiring: () => wiring,
      period: Math.min(PERIOD, engine.config.analysis.interval),
      signal,
      after: async () => {
        wiring = await withFreshConfig(wiring, () => readConfig(engine.root, terminal));
        return false;
      },
    });
  } finally {
    await engine.close(running.env['SLUICE_KEEP_VERSIONS'] === 'true');
    say('stopped');
  }
  return 0;
}

/** A changed configuration counts from the next tick on; one with errors is told and the last good one stays. */
async function withFreshConfig(wiring: Wiring, read: () => Promise<Wiring['config']>): Promise<Wiring> {
  try {
    const config = await read();
    if (config.digest === wiring.config.digest) return wiring;
    wiring.log('the configuration changed: it counts from now on (platforms keep theirs until the next start)');
    return { ...wiring, config };
  } catch (error) {
    wiring.log(
      `the configuration has errors, the last good one stays: ${error instanceof Error ? error.message : String(error)}`,
    );
    return wiring;
  }
}
