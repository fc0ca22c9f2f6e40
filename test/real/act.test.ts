import { expect, it } from 'vitest';
import { act, type ActEnd, needsAct } from '../support/act.ts';
import { type ActShop, actShop } from '../support/act-shop.ts';
import { runAction } from '../support/github/run-action.ts';
import { dispatchEvent, type FakeEvent } from '../support/github/payload.ts';

const LONG = 180_000;
const BY_JOB = '{ type: job, workflow: deploy-job.yml, set-traffic: bash traffic.sh, remove: bash remove.sh }';

async function deploy({ fake, env }: ActShop, event: FakeEvent): Promise<ActEnd> {
  return (await act({ fake, env, workflow: 'deploy.yml', event })).end;
}

/** As GitHub starts a workflow that was asked for. */
async function dispatched({ fake, env }: ActShop, workflow: string, inputs: object = {}): Promise<ActEnd> {
  const event = await dispatchEvent(fake, { workflow, inputs: inputs as Record<string, string> });
  return (await act({ fake, env, workflow, event })).end;
}

it(
  'R-702 R-101 a version that is well goes through three jobs and three stages; one that is not goes back from the first',
  async (context) => {
    needsAct(context);
    const shop = await actShop();

    const first = await deploy(shop, await shop.release('v1.3.2', 'well'));
    // A first release has no stages to go through: their jobs find it with everybody.
    expect(first.jobs, first.log).toEqual({ canary: 'success', beta: 'success', production: 'success' });
    expect(await shop.notes()).toEqual(['deploy v1.3.2', 'traffic {"v1.3.2":100}']);

    const well = await deploy(shop, await shop.release('v1.4.0', 'well'));
    expect(well.jobs, well.log).toEqual({ canary: 'success', beta: 'success', production: 'success' });
    expect((await shop.notes()).slice(2, 6)).toEqual([
      'deploy v1.4.0',
      'traffic {"v1.3.2":95,"v1.4.0":5}',
      'traffic {"v1.3.2":75,"v1.4.0":25}',
      'traffic {"v1.4.0":100}',
    ]);
    for (const stage of ['canary', 'beta', 'production']) {
      const states = shop.deployments(stage).at(-1) ?? [];
      expect([states[0], states.at(-1)]).toEqual(['in_progress', 'success']);
      expect(states.join(' ')).toMatch(/^(in_progress )+(success ?)+$/);
      expect(well.said[stage]).toMatch(/Summary - ### .* web v1\.4\.0 → production/);
    }
    const titles = (await shop.titles()).join('\n');
    expect(titles).toMatch(
      /beta 25% \w+, production 100% begins in production$[^]*canary 5% \w+, beta 25% begins in production$[^]*canary 5% begins/m,
    );
    expect(titles).toContain('web v1.4.0: production 100% passed, has all traffic');

    const sick = await deploy(shop, await shop.release('v1.5.0', 'sick'));
    expect(sick.jobs, sick.log).toEqual({ canary: 'failure', settle: 'success' });
    const notes = await shop.notes();
    expect(notes.filter((one) => one.includes('v1.5.0')).slice(0, 2)).toEqual([
      'deploy v1.5.0',
      'traffic {"v1.4.0":95,"v1.5.0":5}',
    ]);
    expect(notes.findLast((one) => one.startsWith('traffic'))).toBe('traffic {"v1.4.0":100}');
    expect(sick.said['canary']).toMatch(
      /Summary - ### 🔴 web v1\.5\.0 was rolled back from .*; v1\.4\.0 serves 100% again/,
    );
    expect(shop.deployments('canary').at(-1)).toEqual(['in_progress', 'failure']);
    expect([shop.deployments('canary'), shop.deployments('beta')].map(({ length }) => length)).toEqual([2, 1]);
    expect(await shop.git('fsck', '--strict', '--no-dangling')).toBe('');
  },
  LONG,
);

it(
  'R-702 a run that is cancelled in its bake is taken back by the next ticks, and no later stage is called for',
  async (context) => {
    needsAct(context);
    const shop = await actShop({ bake: '4s' });
    await deploy(shop, await shop.release('v1.3.2', 'well'));

    const { fake, env } = shop;
    const run = await act({ fake, env, workflow: 'deploy.yml', event: await shop.release('v1.4.0', 'well') });
    await run.says('canary 5% bakes');
    run.cancel();
    const cancelled = await run.end;
    expect(cancelled.jobs['canary'], cancelled.log).not.toBe('success');
    expect(cancelled.said['beta']).toBeUndefined();

    const isBack = async (): Promise<boolean> => (await shop.titles()).join('\n').includes('web v1.4.0: rolled back');
    for (let ticks = 0; ticks < 6 && !(await isBack()); ticks++) {
      const tick = await dispatched(shop, 'sluice-tick.yml');
      expect(tick.jobs, tick.log).toEqual({ tick: 'success' });
    }
    expect((await shop.titles()).join('\n')).toMatch(/^web v1\.4\.0: rolled back from canary/m);
    expect((await shop.notes()).findLast((one) => one.startsWith('traffic'))).toBe('traffic {"v1.3.2":100}');
    expect(fake.dispatches).toEqual([]);
    expect(shop.deployments('canary').at(-1)?.at(-1)).toBe('failure');
  },
  LONG,
);

it(
  "R-902 the user's own steps deploy, and are heard",
  async (context) => {
    needsAct(context);
    const shop = await actShop({ platform: BY_JOB, bake: '2s' });
    const { fake, env } = shop;
    const go = async (event: FakeEvent) => (await act({ fake, env, workflow: 'deploy-job.yml', event })).end;

    const well = await go(await shop.release('v1.3.2', 'well'));
    expect(well.jobs, well.log).toEqual({ deploy: 'success' });
    expect((await shop.titles())[0]).toMatch(/^web v1\.3\.2: /);
    expect(shop.deployments('production').at(-1)?.at(-1)).toBe('success');

    const broken = await go(await shop.release('v1.4.0', 'broken'));
    expect(broken.jobs, broken.log).toEqual({ deploy: 'failure', settle: 'success' });
    expect(broken.said['deploy']).toContain('no room left');
    expect((await shop.titles()).join('\n')).toMatch(
      /^web v1\.4\.0: rolled back from before its first stage to v1\.3\.2/m,
    );
    expect(await shop.notes()).not.toContain('traffic {"v1.3.2":95,"v1.4.0":5}');
  },
  LONG,
);

it(
  'R-701 flags by hand: a change in the protected environment, a look in the other, each with its answer as a file',
  async (context) => {
    needsAct(context);
    const shop = await actShop();
    const manage = (inputs: Readonly<Record<string, string>>) =>
      dispatched(shop, 'sluice-manage.yml', { environment: 'production', ...inputs });

    const { fake } = shop;
    const create = { action: 'create', flag: 'new-dashboard' };
    const created = await runAction({ fake, action: 'flag', inputs: create, event: await dispatchEvent(fake) });
    expect(created.exit, created.log).toBe(0);

    const changed = await manage({ action: 'set_rollout_percentage', flag: 'new-dashboard', percent: '25%' });
    expect(changed.jobs, changed.log).toEqual({ change: 'success' });
    expect((await shop.titles())[0]).toMatch(/^flag new-dashboard: .*25%.* production/);
    const looked = await manage({ action: 'get_all_flags' });
    expect(looked.jobs, looked.log).toEqual({ operate: 'success' });
    expect(looked.said['operate']).toMatch(
      /^artifact sluice-get_all_flags-production \{"schemaVersion":1,"ok":true,.*new-dashboard/m,
    );
    expect(looked.said['operate']).toContain('Summary - ');

    const hostile = await manage({ action: 'enable_flag', flag: 'a"; $(touch pwned) `x`', reason: "it's\nfine" });
    expect(hostile.jobs, hostile.log).toEqual({ change: 'failure' });
    expect(hostile.said['change']).toMatch(/^artifact sluice-enable_flag-production \{.*"code":"value-invalid"/m);
  },
  LONG,
);
