import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/core/model/config.ts';
import { project } from '../../src/engine/project.ts';
import { configOf } from '../support/world/config.ts';
import {
  live,
  type ProcessOptions,
  run,
  type Setting,
  shop,
  STAGES,
  statesOf,
  ticks,
} from '../adapters/github/channel/shop.ts';

const ONE_STAGE = { stages: ['{ name: all, weight: 100%, bake: 1m }'], keepOld: '1m' } as const;

const service = (name: string): string => `  ${name}: { deploy: ./deploy, set-traffic: ./weights, strategy: steps }\n`;

/** The newest status of each deployment, as `environment commit state`. */
function newest({ github, shas }: Setting): readonly string[] {
  return github.deployments().map(({ environment, sha, statuses }) => {
    const commit = sha === shas.old ? 'old' : 'new';
    return `${environment} ${commit} ${String(statuses.at(-1)?.state)}`;
  });
}

function deployedOf({ github }: Setting, sha: string, name = 'sluice / deployed'): readonly (string | null)[] {
  return github
    .checkRuns(sha)
    .filter((one) => one.name === name)
    .map(({ conclusion, status }) => conclusion ?? status);
}

function gate() {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => void (open = resolve));
  return { passed, open: () => open() };
}

/** A gate that opens by hand, in front of the first status that fits. */
function slowAt(state: string) {
  let armed = false;
  const [reached, opened] = [gate(), gate()];
  const over: ProcessOptions['over'] = (forge) => ({
    ...forge,
    deployments: {
      ...forge.deployments,
      setStatus: async (id, status) => {
        if (armed && status.state === state) {
          armed = false;
          reached.open();
          await opened.passed;
        }
        return forge.deployments.setStatus(id, status);
      },
    },
  });
  return { over, arm: () => void (armed = true), reached: reached.passed, open: opened.open };
}

describe('the check `sluice / deployed`', () => {
  it('R-703 is taken back from the commit that is not live any more: replaced, or rolled back after all was over', async () => {
    const s = await shop();
    const one = s.process();
    await run(s, one, 'deploy web@1.3.2');
    await ticks(s, one, { count: 8 });
    expect(deployedOf(s, s.shas.old)).toEqual(['success']);
    await run(s, one, 'deploy web@1.4.0');
    await ticks(s, one, { count: 10 });
    expect([deployedOf(s, s.shas.old), deployedOf(s, s.shas.new)], 'replaced').toEqual([
      ['action_required'],
      ['success'],
    ]);
    await run(s, one, 'rollback web -m "late errors"');
    await ticks(s, one, { count: 10 });
    expect([deployedOf(s, s.shas.old), deployedOf(s, s.shas.new)], 'back').toEqual([['success'], ['action_required']]);
  });

  it('is written for the environment of the order that is last; of another only where somebody asked for it', async () => {
    const s = await shop(pipeline(), ['web/staging']);
    const one = s.process();
    const other = 'sluice / deployed (staging)';
    await run(s, one, 'deploy web@1.3.2 in staging');
    await ticks(s, one, { count: 8 });
    expect([deployedOf(s, s.shas.old), deployedOf(s, s.shas.old, other)]).toEqual([[], []]);
    const { sha, name } = { sha: s.shas.new, name: other };
    await s.forge.checks.put({
      sha,
      name,
      state: 'action_required',
      title: 'not live in staging: web',
      summary: '',
      annotations: [],
      buttons: [],
    });
    await run(s, one, 'deploy web@1.4.0 in staging');
    await ticks(s, one, { count: 8 });
    expect([deployedOf(s, sha), deployedOf(s, sha, other)]).toEqual([[], ['success']]);
    await run(s, one, 'rollback web in staging -m "late errors"');
    await ticks(s, one, { count: 8 });
    expect(deployedOf(s, sha, other), 'and is taken back').toEqual(['action_required']);
  });

  it('R-703 counts only the services whose files the pull request of the commit touches', async () => {
    const s = await shop(monorepo());
    const one = s.process();
    await live(s, one);
    await run(s, one, 'deploy web@1.4.0');
    await ticks(s, one, { count: 8 });
    const [check] = s.github.checkRuns(s.shas.new).filter(({ name }) => name === 'sluice / deployed');
    expect(check).toMatchObject({ conclusion: 'success', title: 'live in production: web' });
  });
});

describe('deployments', () => {
  it('R-704 law 6 end as the newest commit has them, though a slower process writes an older one last', async () => {
    const s = await shop();
    const slow = slowAt('in_progress');
    const [a, b] = [s.process({ over: slow.over }), s.process()];
    await live(s, b);
    await run(s, b, 'deploy web@1.4.0');
    await ticks(s, b, { count: 2 });
    await ticks(s, b, { count: 2, wiring: b.quiet });
    slow.arm();
    const late = project(a.wiring, { last: true });
    await slow.reached;
    await ticks(s, b, { count: 6, wiring: b.quiet });
    await project(b.wiring, { last: true });
    expect(s.w.ended()[0]?.phase).toBe('completed');
    slow.open();
    await late;
    expect(newest(s)).toEqual(['canary new success', 'production new success']);
  });

  it('R-704 law 6 end as the newest commit has them, though the slower process moved the mark first', async () => {
    const s = await shop();
    const slow = slowAt('success');
    const [a, b] = [s.process(), s.process({ over: slow.over })];
    await live(s, a);
    await run(s, a, 'deploy web@1.4.0');
    await ticks(s, a, { count: 2 });
    await ticks(s, a, { count: 8, wiring: a.quiet });
    slow.arm();
    const first = project(b.wiring, { last: true });
    await slow.reached;
    await run(s, { ...a, wiring: a.quiet }, 'rollback web -m "late errors"');
    await ticks(s, a, { count: 8, wiring: a.quiet });
    await project(a.wiring, { last: true });
    slow.open();
    await first;
    expect(newest(s)).toEqual(['canary new inactive', 'production new inactive', 'production old success']);
    expect([deployedOf(s, s.shas.old), deployedOf(s, s.shas.new)]).toEqual([['success'], ['action_required']]);
  });

  it('law 6 are one for each rollout and environment: of those that two processes make at once all but the first are inactive', async () => {
    const s = await shop();
    const [a, b] = [s.process(), s.process()];
    await live(s, { ...a, wiring: a.quiet });
    await run(s, { ...a, wiring: a.quiet }, 'deploy web@1.4.0');
    await Promise.all([project(a.wiring, { last: true }), project(b.wiring, { last: true })]);
    await ticks(s, a, { count: 9 });
    const made = s.github.deployments().filter(({ environment }) => environment === 'canary');
    expect(made.map(({ statuses }) => statuses.at(-1)?.state)).toEqual([
      'success',
      ...made.slice(1).map(() => 'inactive'),
    ]);
  });

  it('of one service are left alone by another one in the same environment', async () => {
    const s = await shop(pipeline(service('api')), ['web/staging', 'api/staging', 'api/production']);
    const one = s.process();
    for (const name of ['web', 'api']) {
      await run(s, one, `deploy ${name}@1.3.2 in staging`);
      await ticks(s, one, { count: 8 });
    }
    expect(newest(s)).toEqual(['staging old success', 'staging old success']);
  });

  it('R-704 of a version that is replaced are inactive, however many others were deployed there since', async () => {
    const names = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'];
    const config = configOf({ ...ONE_STAGE, services: names.map(service).join('') });
    const s = await shop(
      config,
      names.map((name) => `${name}/production`),
    );
    const one = s.process();
    for (const name of ['web', ...names]) {
      await run(s, one, `deploy ${name}@1.3.2 in production`);
      await ticks(s, one, { count: 6 });
    }
    await run(s, one, 'deploy web@1.4.0 in production');
    await ticks(s, one, { count: 8 });
    expect(newest(s)[0]).toBe('production old inactive');
    expect(
      statesOf(s)
        .slice(1)
        .map(([, states]) => states.at(-1)),
    ).toEqual(['success', ...names.map(() => 'success')]);
  });

  it('R-404 of a version that is taken back later are inactive in every environment that it reached', async () => {
    const s = await shop(STAGES);
    const one = s.process();
    for (const text of ['deploy web@1.3.2', 'deploy web@1.4.0', 'rollback web -m "late errors"']) {
      await run(s, one, text);
      await ticks(s, one, { count: 10 });
    }
    expect(newest(s).filter((line) => line.includes(' new '))).toEqual([
      'canary new inactive',
      'production new inactive',
    ]);
    expect(newest(s).at(-1)).toBe('production old success');
  });
});

/** Staging before production. */
function pipeline(services = ''): Config {
  const config = configOf({ ...ONE_STAGE, services, environment: '} \n  staging: {' });
  const production = { ...config.environments['production'], order: ['staging'] } as Config['environments'][string];
  return { ...config, environments: { ...config.environments, production } };
}

/** The pull request touches `a.txt`, which is web's. */
function monorepo(): Config {
  return configOf({ ...ONE_STAGE, service: 'paths: [a.txt]', services: '  api: { deploy: ./d, paths: ["api/**"] }\n' });
}
