import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/model/time.ts';
import type { Flag, Serve } from '../../src/core/model/flag.ts';
import { wired, type Wired } from './wired.ts';

const serveOf = async (one: Wired): Promise<Serve | undefined> =>
  (JSON.parse((await one.text('flags/dash.json')) ?? '{}') as Flag).environments['production']?.serve;

/** Ticks until `length` has gone by, a tick each half minute. */
async function live(one: Wired, length: number): Promise<void> {
  for (let passed = 0; passed <= length; passed += MINUTE / 2) {
    await one.tick();
    one.pass(MINUTE / 2);
  }
}

describe('a rollout of a flag', () => {
  it('R-506 goes through its stages by itself and ends with the candidate alone', async () => {
    const one = wired();
    await one.run('flag create dash');
    await one.run('flag rollout dash --strategy short');
    await one.tick();
    expect(await serveOf(one)).toEqual({ ramp: { candidate: 'on', stable: 'off', percent: 50_000 } });
    await live(one, 3 * MINUTE);
    expect(await serveOf(one)).toBe('on');
  });

  it('R-507 begins above what is served already, and going back returns to that', async () => {
    const one = wired();
    await one.run('flag create dash');
    await one.run('flag enable dash 60%');
    const started = await one.run('flag rollout dash --strategy short');
    expect(started).toMatchObject({ ok: true, details: { stages: [100_000] } });
    await one.tick();
    expect(await serveOf(one)).toBe('on');
    expect(await one.run('rollback flag/dash')).toMatchObject({ ok: true });
    expect(await serveOf(one)).toEqual({ ramp: { candidate: 'on', stable: 'off', percent: 60_000 } });
  });

  it('R-507 is not begun where the share is reached already', async () => {
    const one = wired();
    await one.run('flag create dash');
    await one.run('flag enable dash 60%');
    expect(await one.run('flag rollout dash 50% --strategy short')).toMatchObject({ ok: true, code: 'unchanged' });
  });

  it('R-401 is what `rollback` without a target takes back when nothing else moves', async () => {
    const one = wired();
    await one.run('adopt web 1.0.0');
    await one.run('flag create dash');
    await one.run('flag rollout dash --strategy short');
    await one.tick();
    expect(await one.run('rollback')).toMatchObject({ ok: true, details: { phase: 'rolled-back' } });
    expect((JSON.parse((await one.text('flags/dash.json')) ?? '{}') as Flag).environments).toEqual({});
  });

  it('ends when the flag is disabled by hand: no later stage turns it on again', async () => {
    const one = wired();
    await one.run('flag create dash');
    await one.run('flag rollout dash --strategy short');
    await one.tick();
    expect(await one.run('flag disable dash')).toMatchObject({ ok: true });
    await live(one, 3 * MINUTE);
    const flag = JSON.parse((await one.text('flags/dash.json')) ?? '{}') as Flag;
    expect(flag.environments['production']?.enabled).toBe(false);
    expect(await one.run('explain flag/dash')).toMatchObject({
      summary: expect.stringContaining('set by hand') as string,
    });
  });
});
