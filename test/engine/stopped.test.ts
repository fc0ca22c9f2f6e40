import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/model/time.ts';
import { tick } from '../../src/engine/tick.ts';
import type { PlacedPlatform, Wiring } from '../../src/engine/wiring.ts';
import { configOf } from '../support/world/config.ts';
import { only, type Runner, type World, world } from '../support/world/world.ts';

/** The same pair, with some of its platform's members replaced. */
function withPlatform({ wiring }: Runner, changed: Partial<PlacedPlatform['platform']>): Wiring {
  const placed = wiring.platforms.get('web/production');
  if (!placed) throw new Error('no platform');
  const platform = { ...placed.platform, ...changed };
  return { ...wiring, platforms: new Map([['web/production', { ...placed, platform }]]) };
}

async function deploying(): Promise<{ readonly w: World; readonly one: Runner }> {
  const w = world({ config: configOf() });
  await w.live('1.3.2');
  await w.run('deploy web@1.4.0');
  return { w, one: w.runner('one') };
}

describe('a process that is stopped while it performs', () => {
  it('says nothing of what its own end cut short: the next tick takes over, and nothing goes back', async () => {
    const { w, one } = await deploying();
    const stop = new AbortController();
    const wiring = withPlatform(one, {
      deploy: ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ state: 'failed', detail: 'deploy was stopped' }));
          stop.abort();
        }),
    });
    await tick({ wiring, memory: one.memory, signal: stop.signal, patience: MINUTE });
    expect(only(w)).toMatchObject({ phase: 'deploying', operations: [{ kind: 'deploy', state: 'running' }] });

    w.alive.delete('one');
    await w.runner('two').tick();
    expect(only(w)).toMatchObject({ phase: 'exposing', stage: 0 });
    expect(w.platform.calls.filter(({ kind }) => kind === 'deploy')).toHaveLength(1);
  });

  it('still records what was done before it ended', async () => {
    const { w, one } = await deploying();
    const stop = new AbortController();
    const wiring = withPlatform(one, {
      deploy: (request) => {
        stop.abort();
        return w.platform.deploy(request);
      },
    });
    const { memory } = one;
    await tick({ wiring, memory, signal: stop.signal, patience: MINUTE });
    await Promise.all(memory.performing.values());
    expect(only(w).operations[0]).toMatchObject({ kind: 'deploy', state: 'done' });
  });
});

describe('a platform that hangs when it is asked', () => {
  it('is let go by a look when the process is stopped', async () => {
    const w = world({ config: configOf() });
    await w.live('1.3.2');
    const one = w.runner('one');
    const stop = new AbortController();
    let asked = 0;
    const wiring = withPlatform(one, {
      observe: ({ signal }) =>
        new Promise((_, reject) => {
          asked += 1;
          signal?.addEventListener('abort', () => reject(new Error('stopped')));
          stop.abort();
        }),
    });
    await tick({ wiring, memory: one.memory, signal: stop.signal, patience: MINUTE });
    expect(asked).toBeGreaterThan(0);
  });
});
