import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../src/core/model/time.ts';
import { project } from '../../../../src/engine/project.ts';
import { live, run, shop, STAGES, statesOf, ticks } from './shop.ts';

describe('deployments on GitHub', () => {
  it('R-701 R-704 have one object for each GitHub environment, by full SHA, with statuses in order', async () => {
    const s = await shop();
    const one = s.process();
    await live(s, one);
    await run(s, one, 'deploy web@1.4.0');
    await ticks(s, one, { count: 8 });
    expect(s.w.ended()[0]?.phase).toBe('completed');
    const all = s.github.deployments();
    expect(all.map(({ environment, sha, production }) => ({ environment, sha, production }))).toEqual([
      { environment: 'canary', sha: s.shas.new, production: true },
      { environment: 'production', sha: s.shas.new, production: true },
    ]);
    for (const [, states] of statesOf(s)) {
      expect(states.at(-1)).toBe('success');
      expect(states.indexOf('success')).toBeGreaterThan(states.lastIndexOf('in_progress'));
    }
    const last = all[1]?.statuses.at(-1);
    expect(last).toMatchObject({
      environmentUrl: expect.stringMatching(/^https:\/\/shop\.example\.com\/?$/),
      description: 'live, all stages passed',
    });
    expect(last?.logUrl).toMatch(/\/commit\/[0-9a-f]{40}$/);
    const check = s.github.checkRuns(s.shas.new).filter(({ name }) => name === 'sluice / deployed');
    expect(check, 'the check says that it is live').toMatchObject([{ conclusion: 'success' }]);
    const asked = s.github.calls.length;
    await ticks(s, one, { count: 3 });
    expect(s.github.calls, 'a look without news asks nothing').toHaveLength(asked);
  });

  it('R-404 of a version that went back have failed, and the one before serves again', async () => {
    const s = await shop();
    const one = s.process();
    await run(s, one, 'deploy web@1.3.2');
    await ticks(s, one, { count: 8 });
    const before = s.github.deployments().length;
    await run(s, one, 'deploy web@1.4.0');
    await ticks(s, one, { count: 2 });
    await run(s, one, 'rollback web -m "errors"');
    await ticks(s, one, { count: 4 });
    expect(s.w.rollouts()).toEqual([]);
    const mine = s.github.deployments().slice(before);
    expect(mine.length).toBeGreaterThan(0);
    for (const { statuses } of mine) expect(statuses.at(-1)?.state).toBe('failure');
    expect(mine[0]?.statuses.at(-1)?.description).toMatch(/^rolled back from .* to 1\.3\.2: errors$/);
    const old = (): readonly (string | undefined)[] =>
      s.github
        .deployments()
        .slice(0, before)
        .map(({ statuses }) => statuses.at(-1)?.description ?? undefined);
    for (const [, states] of statesOf(s).slice(0, before)) expect(states.at(-1)).toBe('success');
    await run(s, one, 'deploy web@1.4.0 --reason "mended by configuration"');
    await ticks(s, one, { count: 8 });
    expect(old(), 'once it is replaced').toEqual(['replaced by web 1.4.0']);
    for (const [, states] of statesOf(s).slice(0, before)) expect(states.at(-1)).toBe('inactive');
  });

  it('law 6 are found again by a process that knows nothing: each is there once, none is left in progress', async () => {
    const s = await shop();
    await live(s, s.process());
    await run(s, s.process(), 'deploy web@1.4.0');
    for (let i = 0; i < 7; i++) {
      const one = s.process();
      if (i % 3 === 0)
        s.github.fault({
          route: 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
          status: 502,
          times: 1,
        });
      await one.tick();
      s.w.pass(MINUTE);
    }
    await s.process().tick();
    expect(s.w.ended()[0]?.phase).toBe('completed');
    expect(s.github.deployments().map(({ environment }) => environment)).toEqual(['canary', 'production']);
    expect(statesOf(s).map(([, states]) => states.at(-1))).toEqual(['success', 'success']);
  });

  it('that the token may not make stop no rollout: it is said once, with the permission that is missing', async () => {
    const s = await shop();
    const one = s.process({}, { permissions: { contents: 'write' } });
    await live(s, one);
    await run(s, one, 'deploy web@1.4.0');
    await ticks(s, one, { count: 8 });
    expect(s.w.ended()[0]?.phase).toBe('completed');
    expect(s.lines.filter((line) => line.includes('deployments of')).length).toBe(1);
    expect(s.lines.join('\n')).toMatch(/deployments: (read|write)/);
  });
});

describe('comments on the pull request of a release', () => {
  it('R-312 are one that is edited, and a new one for what needs a person', async () => {
    const s = await shop({
      ...STAGES,
      environment: ' approvals: { before: [all], count: 1, from: ["team:web-leads"], expires: 4h } ',
    });
    const one = s.process();
    await live(s, one);
    await run(s, one, 'deploy web@1.4.0');
    await ticks(s, one, { count: 8 });
    const [progress, question, ...more] = s.github.comments(s.pull);
    expect(more).toEqual([]);
    expect(progress?.body).toMatch(/### .*web 1\.4\.0/);
    expect(question?.body).toMatch(/May it go to 100%/);
    expect(question?.body).toContain('@acme/web-leads');
    await s.process().tick();
    expect(s.github.comments(s.pull), 'another process asks nothing twice').toHaveLength(2);
    await run(s, one, 'rollback web -m "no"');
    await ticks(s, one, { count: 4 });
    const all = s.github.comments(s.pull);
    expect(all).toHaveLength(3);
    expect(all[2]?.body).toMatch(/was rolled back from canary; 1\.3\.2 serves 100% again/);
    expect(all[0]?.body).toMatch(/rolled back/);
  });

  it('the progress comment is edited at most once a minute, and says the last of it before the process ends', async () => {
    const s = await shop();
    const one = s.process({ progress: 30 * MINUTE });
    await live(s, one);
    await run(s, one, 'deploy web@1.4.0');
    await one.tick();
    const first = s.github.comments(s.pull)[0]?.body;
    s.w.pass(30_000);
    await run(s, one, 'pause web');
    await run(s, one, 'resume web');
    await project(one.wiring, { last: true });
    expect(s.github.comments(s.pull)).toHaveLength(1);
    expect(s.github.comments(s.pull)[0]?.body).not.toBe(first);
  });
});
