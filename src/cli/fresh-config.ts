/** The configuration anew for a process that goes on for long. */
import type { Wiring } from '../engine/wiring.ts';

/** A changed configuration counts from the next tick on; one with errors is told and the last good one stays. */
export async function withFreshConfig(wiring: Wiring, read: () => Promise<Wiring['config']>): Promise<Wiring> {
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
