/** `sluice serve`: local platform, router, ticks in one process. */
import { SECOND } from '../core/model/time.ts';
import type { Wiring } from '../engine/wiring.ts';
import { type Ingest, openIngest } from '../compose/experiments.ts';
import { openEngine } from './engine.ts';
import { withFreshConfig } from './fresh-config.ts';
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
  let ingest: Ingest | undefined;
  try {
    ingest = await openIngest({ folder: engine.root, wiring: () => wiring, env: running.env });
    if (ingest) say(`events of experiments: POST ${ingest.address}/api/experiments/events`);
    say('serving; Ctrl-C stops, the next start goes on from here');
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
    await ingest?.close();
    await engine.close(running.env['SLUICE_KEEP_VERSIONS'] === 'true');
    say('stopped');
  }
  return 0;
}
