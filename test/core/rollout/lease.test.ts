import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, toMilliseconds } from '../../../src/core/model/time.ts';
import type { Operation, Rollout } from '../../../src/core/model/rollout.ts';
import { at, operationOf, rolloutOf } from '../../support/rollout.ts';
import { configOf } from '../../support/world/config.ts';
import { only, world } from '../../support/world/world.ts';
import { seen } from './given.ts';

const LEASE = 20 * MINUTE;

/** How long the first claim of a rollout's last operation lives. */
function leaseOf({ operations }: Rollout): number {
  const { claim } = operations.at(-1) as Operation;
  return claim ? toMilliseconds(claim.until) - toMilliseconds(claim.since) : 0;
}

describe("a claim's lease", () => {
  it('of a run is longer than all its checks together may take', () => {
    const check = { name: 'migrate', run: './migrate', env: [], allowFailure: false };
    const { plan } = rolloutOf();
    const before = [
      { ...check, timeout: HOUR },
      { ...check, name: 'test', timeout: 30 * MINUTE },
    ];
    const lease = leaseOf(seen(rolloutOf({ plan: { ...plan, before } }), {}));
    expect(lease).toBeGreaterThan(90 * MINUTE);
    expect(lease).toBeLessThan(2 * HOUR);
  });

  it('of a deploy is longer than its platform may take, and never shorter than the usual', () => {
    expect(leaseOf(seen(rolloutOf(), {}, { platformTimeout: HOUR }))).toBeGreaterThan(HOUR);
    expect(leaseOf(seen(rolloutOf(), {}, { platformTimeout: MINUTE }))).toBe(LEASE);
    expect(leaseOf(seen(rolloutOf(), {}))).toBe(LEASE);
  });

  it('is taken anew as long by whoever takes the operation over', () => {
    const claim = { by: 'gone', attempt: 1, since: at('10:20:00'), until: at('10:21:00') };
    const deploy = operationOf({ id: 'o/1', kind: 'deploy', purpose: 'deploy', state: 'running', claim });
    const over = seen(
      rolloutOf({ phase: 'deploying', operations: [deploy] }),
      { dead: { 'o/1': 1 } },
      {
        platformTimeout: 2 * HOUR,
      },
    );
    expect(over.operations.at(-1)?.claim?.attempt).toBe(2);
    expect(leaseOf(over)).toBeGreaterThan(2 * HOUR);
  });

  it("knows the service's own time-out from the configuration", async () => {
    const { web, ...services } = configOf().services;
    if (!web) throw new Error('no web');
    const slow = { ...web, platform: { ...web.platform, timeout: 90 * MINUTE } };
    const w = world({ config: { ...configOf(), services: { ...services, web: slow }, servicesByEnvironment: {} } });
    const runner = w.runner('one');
    w.platform.takes = HOUR;
    await w.live('1.3.2');
    await w.run('deploy web@1.4.0');
    await runner.tick();
    expect(leaseOf(only(w))).toBeGreaterThan(90 * MINUTE);
  });
});
