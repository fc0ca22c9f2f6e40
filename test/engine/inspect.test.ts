import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/core/model/time.ts';
import { paths } from '../../src/core/model/state.ts';
import { predeploy } from '../../src/engine/predeploy.ts';
import { monthsBetween } from '../../src/engine/inspect/ended.ts';
import { at, inBeta, ms, rolledBack } from '../support/rollout.ts';
import { placeOf } from '../support/state.ts';
import { commandOf, configOf, SHORT, wired } from './wired.ts';

const moving = inBeta();
const back = { ...rolledBack(), id: 'web-production-20261121-aaaa0001', ended: at('09:30:00'), began: at('09:00:00') };
const NOON = ms('12:00:00');

/** The pair web in production with one rollout that moves and one that ended. */
async function withRollouts() {
  const one = wired({ now: NOON });
  await one.put({
    [paths.place('web', 'production')]: placeOf({ active: moving.id }),
    [paths.rollout(moving.id)]: moving,
    [paths.history('rollout', back.id, back.ended)]: back,
  });
  return one;
}

describe('report', () => {
  it('R-315 of a period counts what ended and what moves, of the service that is named', async () => {
    const one = await withRollouts();
    const { summary, details } = await one.run('report web --since 7d');
    expect(summary).toBe('2 rollouts in the last 7d, 1 rolled back');
    expect(details).toMatchObject({ rollouts: 2, rolledBack: 1, active: 1 });
    expect((await one.run('report flag/dash')).details).toMatchObject({ rollouts: 0 });
    expect((await one.run('report --since 2h')).details).toMatchObject({ rollouts: 1, active: 1 });
  });

  it('R-111 R-315 of one rollout is its record, also after its end', async () => {
    const one = await withRollouts();
    expect((await one.run('report r-aaaa')).details).toMatchObject({ rollout: back.id, phase: 'rolled-back' });
    expect((await one.run(`report ${moving.id}`)).details).toMatchObject({ rollout: moving.id, phase: 'exposing' });
    expect(await one.run('report r-ffff')).toMatchObject({ ok: false, code: 'target-unknown' });
  });

  it('reads the months that the period touches and no others', () => {
    expect(monthsBetween(Date.UTC(2026, 10, 30, 23), Date.UTC(2027, 0, 1))).toEqual([
      'history/2026-11/',
      'history/2026-12/',
      'history/2027-01/',
    ]);
    expect(monthsBetween(Date.UTC(2026, 0, 31), Date.UTC(2026, 0, 31))).toEqual(['history/2026-01/']);
  });
});

describe('releases', () => {
  it('R-115 lists versions with commits, where each is live, and how its last rollout stands', async () => {
    const one = await withRollouts();
    const { summary, details } = await one.run('release list web');
    expect(summary).toBe('2 releases of web');
    expect(details).toMatchObject({
      releases: [
        { label: '1.4.0', live: [], rollouts: [{ id: moving.id }, { id: back.id }] },
        { label: '1.3.2', live: ['production'], rollouts: [] },
      ],
    });
    expect(await one.run('release list shop')).toMatchObject({ ok: false, code: 'service-unknown' });
  });

  it('shows one by its label or its commit', async () => {
    const one = await withRollouts();
    expect((await one.run('release show web 1.3.2')).summary).toBe('web 1.3.2: live in production; 0 rollouts');
    expect((await one.run('release show web 8f2c1d9')).summary).toBe('web 1.4.0: live nowhere; 2 rollouts');
    expect(await one.run('release show web 9.9.9')).toMatchObject({
      ok: false,
      code: 'version-unknown',
      summary: expect.stringContaining('known: 1.4.0, 1.3.2'),
    });
  });
});

describe('flags as they were', () => {
  it('R-501 check --at a commit or a time answers by the flag as it stood then', async () => {
    const one = wired({ now: NOON });
    const off = (await one.run('flag create dash')).commit ?? '';
    one.pass(MINUTE);
    await one.run('flag enable dash 100% in production');
    one.pass(MINUTE);
    expect((await one.run('flag check dash ann')).details).toMatchObject({ variant: 'on' });
    const then = await one.run(`flag check dash ann --at ${off}`);
    expect(then.details).toMatchObject({ variant: 'off' });
    expect(then.summary).toContain(`as of ${off.slice(0, 7)}`);
    const byTime = (time: string) => one.run(`flag check dash ann --at ${time}`);
    expect((await byTime('2026-11-21T12:00:30Z')).details).toMatchObject({ variant: 'off' });
    expect((await byTime('2026-11-21T13:01:30+01:00')).details).toMatchObject({ variant: 'on' });
    expect(await byTime('2026-11-20')).toMatchObject({ ok: false, code: 'commit-unknown' });
    expect(await one.run('flag check dash ann --at abcdef1')).toMatchObject({ ok: false, code: 'commit-unknown' });
  });

  it('R-508 show ends with who changed it and when', async () => {
    const one = wired();
    await one.run('flag create dash');
    await one.run('flag enable dash 25% in production');
    await one.run('flag create other');
    expect((await one.run('flag show dash')).details).toMatchObject({
      history: [
        { what: 'flag dash: off -> 25% in production', who: 'Ann (unverified)' },
        { what: expect.stringContaining('flag dash') },
      ],
    });
  });
});

describe('doctor', () => {
  const findings = async (one: ReturnType<typeof wired>) =>
    (await one.run('doctor')).details as readonly { weight: string; about: string; what: string; remedy: string }[];

  it('R-903 names a pair that no platform moves, and changes nothing', async () => {
    const one = wired();
    await one.put({ [paths.place('web', 'production')]: placeOf({ live: null, weights: {} }) });
    const head = await one.head();
    const found = await findings(one);
    expect(found.map(({ about }) => about)).toEqual(['web/production']);
    expect(found[0]?.what).toContain('no platform');
    expect(await one.head()).toBe(head);
  });

  it('R-903 tells a bake that ended long ago apart from one that goes on: nobody ticks', async () => {
    const free = inBeta({ step: 'baking', exposedAt: at('10:25:00') });
    const one = wired({ now: ms('10:30:00') });
    await one.put({ [paths.rollout(free.id)]: free });
    const late = async () => (await findings(one)).filter(({ what }) => what.includes('nobody ticks'));
    expect(await late()).toEqual([]);
    one.pass(2 * DAY);
    expect(await late()).toMatchObject([{ weight: 'wrong', remedy: expect.stringContaining('sluice reconcile') }]);
  });

  it('R-903 names broken files, commits by hand, open alerts and locks that ended, each with what mends it', async () => {
    const one = wired({ now: NOON });
    const lock = {
      by: { kind: 'git', id: 'ann', name: 'Ann', verified: false },
      since: at('08:00:00'),
      until: at('09:00:00'),
    } as const;
    await one.put({
      [paths.place('web', 'production')]: placeOf({ lock }),
      'alerts/a-1.json': {
        schemaVersion: 1,
        id: 'a-1',
        severity: 'high',
        subject: 'web/production',
        rule: 'x',
        title: 'errors',
        detail: 'x',
        opened: at('11:00:00'),
      },
      'rollouts/web-x.json': { nonsense: true },
    });
    const outcome = await one.run('doctor');
    expect(outcome).toMatchObject({ ok: false, code: 'failed' });
    expect(await findings(one)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ weight: 'note', about: 'web/production', remedy: 'sluice unlock web in production' }),
        expect.objectContaining({ weight: 'wrong', remedy: 'sluice alert ack a-1' }),
        expect.objectContaining({
          weight: 'wrong',
          about: 'rollouts/web-x.json',
          remedy: expect.stringContaining('revert'),
        }),
      ]),
    );
  });

  it('R-903 says since when a rollout is held and what then happens', async () => {
    const by = { kind: 'git', id: 'ann', name: 'Ann', verified: false } as const;
    const hold = {
      kind: 'paused',
      since: at('11:00:00'),
      until: at('23:00:00'),
      onTimeout: 'rollback',
      by,
      reason: 'lunch',
    } as const;
    const one = wired({ now: NOON });
    await one.put({ [paths.rollout(moving.id)]: { ...moving, hold } });
    expect(await findings(one)).toContainEqual({
      weight: 'note',
      about: expect.stringContaining('web 1.4.0'),
      what: expect.stringMatching(/1 h.*lunch.*23:00/),
      remedy: expect.stringContaining('sluice resume r-'),
    });
  });
});

describe('check --predeploy', () => {
  const checks = `
    checks:
      - { name: lint, run: "echo tidy" }
      - { name: slow, run: "sleep 30", timeout: 100ms, allow-failure: true }
      - { name: audit, run: "echo one hole >&2; exit 3" }
      - { name: sha, run: "test $SLUICE_SERVICE = web" }
`;
  const run = async (config: string) => {
    const one = wired({ config: configOf(config) });
    return (await predeploy(one.wiring, commandOf('check --predeploy web'), new AbortController().signal)).outcome;
  };

  it('R-107 runs every check with its time-out and shows what each came to', async () => {
    const outcome = await run(SHORT.replace('    deploy: ./deploy.sh\n', `    deploy: ./deploy.sh${checks}`));
    expect(outcome).toMatchObject({
      ok: false,
      code: 'failed',
      summary: '4 checks of web in production: failed: audit',
    });
    expect(outcome.details).toMatchObject([
      { name: 'lint', ok: true },
      { name: 'slow', ok: false, allowed: true, detail: 'still running after 100ms' },
      { name: 'audit', ok: false, allowed: false, detail: 'exit 3: one hole' },
      { name: 'sha', ok: true },
    ]);
  });

  it('R-107 is well where none fails that may not, and says so where there are none', async () => {
    const fine = SHORT.replace(
      '    deploy: ./deploy.sh\n',
      '    deploy: ./deploy.sh\n    checks: [{ name: lint, run: "true" }]\n',
    );
    expect(await run(fine)).toMatchObject({ ok: true, summary: '1 check of web in production: all passed' });
    expect(await run(SHORT)).toMatchObject({ ok: true, summary: expect.stringContaining('has no checks') });
  });
});
