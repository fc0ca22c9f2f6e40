import { describe, expect, it } from 'vitest';
import { OWES } from '../../src/core/external/owed.ts';
import { MINUTE } from '../../src/core/model/time.ts';
import { settle } from '../../src/engine/settle.ts';
import { configOf } from '../support/world/config.ts';
import { tickOn, type Runner, type World, world } from '../support/world/world.ts';

/** 1.4.0 is live and its rollout ended; 1.3.2 was before it. */
async function completed(): Promise<{ readonly w: World; readonly one: Runner }> {
  const w = world({ config: configOf({ keepOld: '0s' }) });
  await w.live('1.3.2');
  const one = w.runner('one');
  await w.run('deploy web@1.4.0');
  expect(await tickOn(w, one, { every: MINUTE, until: 90 * MINUTE })).toBe(true);
  expect(w.place().live?.label).toBe('1.4.0');
  return { w, one };
}

/** `git revert` of the newest commit, as git writes it. */
function revert({ branch }: World, at: number): void {
  const [last, before] = [branch.nodes.at(-1), branch.nodes.at(-2)];
  const changes = (last?.commit.changes ?? []).map(({ path }) => ({
    path,
    text: before?.files.get(path)?.text ?? null,
  }));
  const ann = { name: 'Ann', email: 'ann@example.com' };
  const message = `Revert "x"\n\nThis reverts commit ${last?.commit.revision ?? ''}.\n`;
  branch.append({ changes, message, author: ann, at });
}

describe('git revert of a commit that completed a rollout', () => {
  it('R-805 takes what it brought back, as everybody is told', async () => {
    const { w, one } = await completed();
    revert(w, w.now());
    expect(await tickOn(w, one, { every: MINUTE, until: 30 * MINUTE })).toBe(true);
    expect(w.place().live?.label).toBe('1.3.2');
    const back = w.commits().find(({ trailers }) => trailers.get('Sluice-Request')?.startsWith('revert-'));
    expect(back?.trailers.get('Sluice-Actor')).toBe('git:ann@example.com (Ann) unverified');
  });

  it('is owed by the commit that sealed it: a process that ended before it could is followed by one that does', async () => {
    const { w } = await completed();
    revert(w, w.now());
    await settle(w.runner('dies').wiring);
    expect(w.commits().at(-1)?.trailers.has(OWES)).toBe(true);
    w.alive.delete('dies');
    expect(await tickOn(w, w.runner('next'), { every: MINUTE, until: 30 * MINUTE })).toBe(true);
    expect(w.place().live?.label).toBe('1.3.2');
  });

  it('is carried out once, also by two processes and by one that starts later', async () => {
    const { w, one } = await completed();
    revert(w, w.now());
    await Promise.all([one.tick(), w.runner('two').tick()]);
    await tickOn(w, one, { every: MINUTE, until: 30 * MINUTE });
    const before = w.commits().length;
    await w.runner('late').tick();
    expect(w.commits()).toHaveLength(before);
    expect(w.commits().filter(({ trailers }) => trailers.get('Sluice-Request')?.startsWith('revert-'))).toHaveLength(1);
  });

  it('is decided once where policy says no: the refusal is a commit of its own, and no later process asks again', async () => {
    const w = world({
      config: configOf({ keepOld: '0s', environment: ' allow: { rollback: ["user:alice"] } ' }),
    });
    await w.live('1.3.2');
    const one = w.runner('one');
    await w.run('deploy web@1.4.0');
    await tickOn(w, one, { every: MINUTE, until: 90 * MINUTE });
    revert(w, w.now());
    await one.tick();
    const last = w.commits().at(-1);
    expect(last).toMatchObject({ sealed: true, title: expect.stringContaining('not done: rollback') });
    expect(last?.body).toContain('nobody vouches');
    await w.runner('late').tick();
    expect(w.commits().at(-1)?.revision).toBe(last?.revision);
    expect(w.place().live?.label).toBe('1.4.0');
  });
});

describe('a commit by hand that comes in while a tick writes', () => {
  it('R-805 is decided before a queue turn or an alert is sealed over it', async () => {
    const w = world({ config: configOf({ keepOld: '0s', stages: ['{ name: all, weight: 100%, bake: 1m }'] }) });
    await w.live('1.3.2');
    await w.run('deploy web@1.4.0');
    await w.run('deploy web@1.5.0');
    expect(w.place().queue).toHaveLength(1);
    const one = w.runner('one');
    const { store } = one.wiring;
    let forged = false;
    const crossed = {
      ...one.wiring,
      store: {
        ...store,
        commit: async (...given: Parameters<typeof store.commit>) => {
          const title = given[2].title;
          if (!forged && title.includes('1.5.0')) {
            forged = true;
            w.write('services/web/production.json', JSON.stringify({ ...w.place(), generation: 99 }));
          }
          return store.commit(...given);
        },
      },
    };
    for (let minutes = 0; minutes < 20; minutes++) {
      await one.tickWith(crossed);
      w.pass(MINUTE);
    }
    expect(forged).toBe(true);
    expect(w.place().generation).toBeLessThan(99);
    expect(w.place().live?.label).toBe('1.5.0');
    expect(w.commits().some(({ sealed, title }) => sealed && title.includes('put back'))).toBe(true);
  });
});
