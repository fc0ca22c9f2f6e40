/** `sluice reconcile [--watch]`: one tick, or ticks until it is stopped. */
import { SECOND } from '../core/model/time.ts';
import { emptyMemory } from '../engine/step.ts';
import { tick } from '../engine/tick.ts';
import { openEngine } from './engine.ts';
import { withFreshConfig } from './fresh-config.ts';
import { runLoop } from './loop.ts';
import type { Running } from './running.ts';
import { readConfig } from './session.ts';
import { showOutcome } from './terminal.ts';

const PERIOD = 15 * SECOND;

export async function reconcile(running: Running): Promise<number> {
  const lines: string[] = [];
  const { terminal, signal } = running;
  const watching = running.command.options['watch'] === true;
  const say = (line: string): void => {
    lines.push(line);
    if (watching || !terminal.json) terminal.stderr.write(`${line}\n`);
  };
  const engine = await openEngine(running, { serves: false, log: say });
  try {
    if (watching) {
      let { wiring } = engine;
      await runLoop({
        wiring: () => wiring,
        period: Math.min(PERIOD, engine.config.analysis.interval),
        signal,
        after: async () => {
          wiring = await withFreshConfig(wiring, () => readConfig(engine.root, terminal));
          return false;
        },
      });
      return 0;
    }
    const before = (await engine.wiring.store.read([])).revision;
    const ticked = await tick({
      wiring: engine.wiring,
      memory: emptyMemory(),
      signal,
      patience: Number.MAX_SAFE_INTEGER,
    });
    const changed = ticked.revision !== before;
    const summary = `${changed ? 'changed' : 'nothing changed'}; ${ticked.unfinished} unfinished rollouts`;
    return showOutcome(terminal, {
      schemaVersion: 1,
      ok: true,
      code: changed ? 'done' : 'unchanged',
      summary,
      details: { unfinished: ticked.unfinished, lines },
    });
  } finally {
    await engine.close();
  }
}
