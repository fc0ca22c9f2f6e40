/** What people decide beside rollouts, decided again: votes, alerts, experiments, imports. */
import { expect, describe, it } from 'vitest';
import type { Actor } from '../../../src/core/model/actor.ts';
import type { ExperimentData } from '../../../src/core/model/experiment.ts';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { execute } from '../../../src/engine/execute.ts';
import { inspect } from '../../../src/engine/inspect.ts';
import type { Wiring } from '../../../src/engine/wiring.ts';
import { configOf } from '../../support/world/config.ts';
import { tickOn, type World, world } from '../../support/world/world.ts';
import { commandOf, wired } from '../wired.ts';

const person = (name: string): Actor => ({ kind: 'github', id: name, name, verified: true });

/** Every commit of ours again; their titles. */
async function replayed(w: World, wiring: Wiring): Promise<readonly string[]> {
  const titles: string[] = [];
  for (const { title, revision, sealed } of w.commits()) {
    if (!sealed) continue;
    const { outcome } = await inspect(wiring, commandOf(`replay ${revision}`));
    expect(outcome, title).toMatchObject({ ok: true, code: 'done' });
    expect(outcome.summary, title).toContain('bit for bit');
    titles.push(title);
  }
  return titles;
}

describe('replay of what people decide', () => {
  it('R-403 R-803 makes votes again: a quorum of two, one against, and who may not', async () => {
    const w = world({
      config: configOf({ environment: ' approvals: { before: [beta, all], count: 2, expires: 4h } ' }),
    });
    const runner = w.runner('one');
    await w.live('1.3.2');
    await w.run('deploy web@1.4.0');
    await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
    expect(await w.run('approve', person('bob'))).toMatchObject({ ok: true, code: 'waits-for-approval' });
    expect(await w.run('approve', person('bob'))).toMatchObject({ ok: false, code: 'already-voted' });
    expect(await w.run('approve', person('carol'))).toMatchObject({ ok: true });
    await tickOn(w, runner, { every: MINUTE, until: 30 * MINUTE });
    expect(await w.run('reject --reason "not tonight"', person('bob'))).toMatchObject({ ok: true });
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    const titles = (await replayed(w, runner.wiring)).join('\n');
    for (const words of ['approved by bob', 'approved by carol', 'rejected by bob']) expect(titles).toContain(words);
  });

  it('R-403 R-304 makes an alert, its acknowledgement and its end again', async () => {
    const w = world({ config: configOf() });
    const runner = w.runner('one');
    await w.live('1.3.2');
    w.write('services/web/production.json', '{"live": "me"}');
    await runner.tick();
    const alert = [...(w.branch.head?.files.keys() ?? [])].find((path) => path.startsWith('alerts/'));
    const id = alert?.slice('alerts/'.length, -'.json'.length) ?? '';
    expect(await w.run(`alert ack ${id}`)).toMatchObject({ ok: true });
    await w.run(`alert resolve ${id} --reason "it was me"`);
    const events = w.commits().map(({ trailers }) => trailers.get('Sluice-Event'));
    expect(events).toContain('alert.acknowledged');
    expect(events).toContain('alert.resolved');
    await replayed(w, runner.wiring);
  });

  it('R-403 R-605 makes an experiment again from its creation to what was shipped', async () => {
    const more = 'experiments:\n  metrics: { conversion: { usual: 5% } }\n';
    const w = world({ config: configOf({ more }) });
    const runner = w.runner('one');
    const arm = (users: number, successes: number): ExperimentData['variants'][string] => ({
      users,
      metrics: { conversion: { kind: 'proportion', n: users, successes } },
    });
    let data: ExperimentData | undefined;
    const wiring = { ...runner.wiring, experimentSources: [{ read: () => Promise.resolve(data) }] };
    const until = (): string => new Date(w.now()).toISOString();
    await w.run('experiment create checkout --goal conversion');
    await w.run('experiment start checkout');
    w.pass(3 * 24 * HOUR);
    data = {
      from: 'events',
      until: until(),
      variants: { control: arm(5_000, 500), treatment: arm(5_000, 505) },
      crossed: 0,
    };
    await runner.tickWith(wiring);
    w.pass(24 * HOUR);
    data = {
      from: 'events',
      until: until(),
      variants: { control: arm(9_000, 900), treatment: arm(9_000, 1_600) },
      crossed: 3,
    };
    await runner.tickWith(wiring);
    w.pass(HOUR);
    const shipped = await execute(wiring, {
      command: commandOf('experiment ship checkout'),
      actor: person('bob'),
      rights: { role: 'admin', teams: [] },
      id: 'ship',
    });
    expect(shipped).toMatchObject({ ok: true });
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    const titles = (await replayed(w, runner.wiring)).join('\n');
    expect(titles).toMatch(/experiment checkout: started/);
    expect(titles).toMatch(/-> won/);
  });

  it('R-403 R-805 makes again what a git revert meant: the commit that reads it so, and the rollback that follows', async () => {
    const w = world({ config: configOf({ keepOld: '0s' }) });
    const runner = w.runner('one');
    await w.live('1.3.2');
    await w.run('deploy web@1.4.0');
    await tickOn(w, runner, { every: MINUTE, until: 90 * MINUTE });
    const [before, last] = w.branch.nodes.slice(-2);
    const changes = (last?.commit.changes ?? []).map(({ path }) => ({
      path,
      text: before?.files.get(path)?.text ?? null,
    }));
    const message = `Revert "x"\n\nThis reverts commit ${last?.commit.revision ?? ''}.\n`;
    w.branch.append({ changes, message, author: { name: 'Ann', email: 'ann@example.com' }, at: w.now() });
    await tickOn(w, runner, { every: MINUTE, until: 30 * MINUTE });
    expect(w.place().live?.label).toBe('1.3.2');
    expect((await replayed(w, runner.wiring)).join('\n')).toContain('read as rollback');
  });

  it('says of an import what it wrote, and that nothing keeps the file itself', async () => {
    const one = wired();
    const command = commandOf('flag import flags.json');
    const flag = (on: boolean) => ({
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: on ? 'on' : 'off',
    });
    const document = JSON.stringify({ flags: { dash: flag(true), menu: flag(false) } });
    const outcome = await execute(one.wiring, {
      command: { ...command, options: { ...command.options, document } },
      printed: command,
      actor: person('bob'),
      rights: { role: 'admin', teams: [] },
      id: 'import',
    });
    expect(outcome).toMatchObject({ ok: true, code: 'done' });
    expect(await one.run('replay HEAD')).toMatchObject({
      ok: false,
      code: 'nothing-to-replay',
      summary: expect.stringContaining(
        'the file that was imported is not in the commit; of it there is what it changed: flags/dash.json, flags/menu.json',
      ),
    });
  });
});
