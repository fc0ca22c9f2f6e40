import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/core/model/time.ts';
import { configOf } from '../../support/world/config.ts';
import { type JobForge, jobForge, onForge } from '../../support/world/jobs.ts';
import { only, type World, world } from '../../support/world/world.ts';

const SHA = '140'.padEnd(40, '0');

async function atRest(): Promise<{
  readonly w: World;
  readonly f: JobForge;
  readonly say: World['run'];
  readonly tick: () => Promise<void>;
}> {
  const w = world({ config: configOf() });
  const f = jobForge();
  const ticker = w.runner('ticker');
  const wiring = onForge(ticker, f);
  await w.live('1.3.2');
  return {
    w,
    f,
    say: (text) => w.run(text, undefined, { ...ticker, wiring }),
    tick: async () => void (await ticker.tickWith(wiring)),
  };
}

describe('the gate `checks`, where a forge knows them', () => {
  it('R-104 refuses a commit whose checks are red, and says what is red', async () => {
    const s = await atRest();
    s.f.checks.set(SHA, { state: 'red', detail: 'lint failed' });
    expect(await s.say('deploy web@1.4.0')).toMatchObject({ code: 'checks-failed', summary: 'lint failed' });
    expect(s.w.rollouts()).toEqual([]);
  });

  it('R-104 is closed while nobody can say, with the reason; an emergency does not ask', async () => {
    const s = await atRest();
    s.f.failing.add('checksOf');
    const refused = await s.say('deploy web@1.4.0');
    expect(refused).toMatchObject({ ok: false, code: 'checks-failed' });
    expect(refused.summary).toMatch(/the checks of 1400000 could not be asked: checksOf: 502/);
    s.f.failing.add('resolve');
    expect(await s.say('deploy web@1.4.0 --emergency --reason "all is down"')).toMatchObject({ ok: true });
  });

  it('R-104 --when-green waits for checks that run, and begins when they are green', async () => {
    const s = await atRest();
    s.f.checks.set(SHA, { state: 'running', detail: '3 of 14 run' });
    expect(await s.say('deploy web@1.4.0')).toMatchObject({ code: 'checks-failed' });
    expect(await s.say('deploy web@1.4.0 --when-green')).toMatchObject({ ok: true });
    await s.tick();
    expect(only(s.w)).toMatchObject({ phase: 'preparing', hold: { kind: 'gate', reason: '3 of 14 run' } });
    s.f.checks.set(SHA, { state: 'green', detail: '14 of 14' });
    s.w.pass(MINUTE);
    await s.tick();
    expect(only(s.w).stages.length).toBeGreaterThan(0);
  });

  it('R-104 is asked anew before each stage, and holds one whose checks became red', async () => {
    const s = await atRest();
    await s.say('deploy web@1.4.0');
    await s.tick();
    s.f.checks.set(SHA, { state: 'red', detail: 'e2e failed' });
    for (let minute = 0; minute < 10; minute++) {
      s.w.pass(MINUTE);
      await s.tick();
    }
    expect(only(s.w)).toMatchObject({ stage: 0, hold: { kind: 'gate', reason: 'e2e failed' } });
    s.f.checks.delete(SHA);
    s.w.pass(MINUTE);
    await s.tick();
    expect(only(s.w).stage).toBe(1);
  });

  it('a stage that bakes asks nobody: a look costs no call', async () => {
    const s = await atRest();
    await s.say('deploy web@1.4.0');
    await s.tick();
    expect(only(s.w)).toMatchObject({ step: 'baking' });
    const asked = s.f.asked.length;
    for (let round = 0; round < 3; round++) {
      s.w.pass(MINUTE);
      await s.tick();
    }
    expect(s.f.asked.slice(asked)).toEqual([]);
  });

  it('R-804 who wrote a commit must be known before it is deployed', async () => {
    const s = await atRest();
    s.f.failing.add('resolve');
    const refused = await s.say('deploy web@1.4.0');
    expect(refused).toMatchObject({ ok: false, code: 'unreachable' });
    expect(refused.summary).toMatch(/who wrote it could not be asked/);
  });
});
