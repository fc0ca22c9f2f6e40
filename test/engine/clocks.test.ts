import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { gitStore } from '../../src/adapters/store-git/git-store.ts';
import type { Outcome } from '../../src/core/decision.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/model/time.ts';
import { execute } from '../../src/engine/execute.ts';
import { tick } from '../../src/engine/tick.ts';
import type { Wiring } from '../../src/engine/wiring.ts';
import { plainEnvironment, Workplace } from '../adapters/store-git/bench.ts';
import { alice } from '../support/rollout.ts';
import { configOf } from '../support/world/config.ts';
import { type World, world } from '../support/world/world.ts';
import { commandOf } from './wired.ts';

interface Machine {
  readonly run: (text: string, born?: number) => Promise<Outcome>;
  readonly tick: () => Promise<unknown>;
  /** What moves, as the branch has it. */
  readonly rollout: () => Promise<Readonly<Record<string, unknown>> | undefined>;
}

interface Shop {
  readonly w: World;
  /** A machine that works on the same branch; its clock is so far ahead of the others'. */
  readonly machine: (ahead?: number) => Promise<Machine>;
  /** The README edited by hand, in a commit that says it was made then. */
  readonly editReadme: (date: number) => void;
}

/** State in real git, traffic that is only remembered; 1.3.2 is live. */
async function shop(environment = ''): Promise<Shop> {
  const place = new Workplace();
  onTestFinished(() => place.close());
  const repository = place.repository();
  const w = world({ config: configOf({ environment }), start: Date.UTC(2026, 10, 21, 10) });
  let machines = 0;
  const machine: Shop['machine'] = async (ahead = 0) => {
    const { id, wiring: given, memory } = w.runner(`machine-${machines++}`);
    const clock = { ...given.clock, now: () => given.clock.now() + ahead };
    const store = await gitStore({ repository, clock });
    onTestFinished(() => store.close());
    const wiring: Wiring = { ...given, clock, store };
    let requests = 0;
    return {
      run: (text, born) =>
        execute(wiring, {
          command: commandOf(text),
          actor: alice,
          rights: { role: 'admin', teams: [] },
          id: `${id}-${requests++}`,
          ...(born === undefined ? {} : { born }),
        }),
      tick: () => tick({ wiring, memory, signal: new AbortController().signal, patience: MINUTE }),
      rollout: async () => {
        const [file] = (await store.read(['rollouts/'])).files.values();
        return file && (JSON.parse(file.text) as Readonly<Record<string, unknown>>);
      },
    };
  };
  const editReadme = (date: number): void => {
    const worktree = place.worktree(repository);
    const when = `@${Math.floor(date / 1_000)} +0000`;
    const env = { ...plainEnvironment, GIT_AUTHOR_DATE: when, GIT_COMMITTER_DATE: when };
    const ann = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
    execFileSync('sh', ['-c', 'echo hello >> README.md'], { cwd: worktree });
    execFileSync('git', ['-C', worktree, ...ann, 'commit', '-qam', 'tidy up'], { env });
    place.publish(repository);
  };
  const first = await machine();
  w.platform.running.set('1.3.2', 100_000);
  await first.run('adopt web 1.3.2');
  return { w, machine, editReadme };
}

/** 1.4.0 in its first stage, with a lock and a pause that have ends. */
async function inCanary(): Promise<Shop & { readonly one: Machine }> {
  const all = await shop();
  const one = await all.machine();
  await one.run('deploy web@1.4.0');
  await one.tick();
  expect(await one.rollout()).toMatchObject({ phase: 'exposing', stage: 0 });
  return { ...all, one };
}

describe('a commit dated in the future', () => {
  it('R-805 by hand says nothing about the time: a rollback works at once, and so does everything else', async () => {
    const { w, one, editReadme } = await inCanary();
    editReadme(w.now() + 3 * DAY);
    expect(await one.run('rollback web')).toMatchObject({ ok: true });
    await one.tick();
    expect(Object.fromEntries(w.platform.running)).toEqual({ '1.3.2': 100_000 });
    expect(await one.run('deploy web@1.5.0')).toMatchObject({ ok: true, code: 'started' });
    await one.tick();
    expect(await one.rollout()).toMatchObject({ phase: 'exposing', stage: 0 });
  });

  it('R-904 by hand ends no wait: a pause of a day is still a pause', async () => {
    const { w, one, editReadme } = await inCanary();
    await one.run('pause web --for 24h --reason "waiting for news"');
    editReadme(w.now() + 3 * DAY);
    await one.tick();
    await one.tick();
    expect(await one.rollout()).toMatchObject({ phase: 'exposing', stage: 0, hold: { kind: 'paused' } });
  });

  it('R-904 of a machine whose clock is wrong promotes nothing and ends no wait elsewhere, and going back works at once', async () => {
    const { w, one, machine } = await inCanary();
    await one.run('pause web --for 24h --reason "waiting for news"');
    const ahead = await machine(3 * DAY);
    await ahead.run('flag create dash');
    for (let minutes = 0; minutes < 30; minutes += 10) {
      w.pass(10 * MINUTE);
      await one.tick();
    }
    expect(await one.rollout()).toMatchObject({ phase: 'exposing', stage: 0, hold: { kind: 'paused' } });
    expect(await one.run('promote web --full')).toMatchObject({ ok: false });
    expect(await one.run('rollback web')).toMatchObject({ ok: true });
    await one.tick();
    expect(Object.fromEntries(w.platform.running)).toEqual({ '1.3.2': 100_000 });
  });

  it('makes no request too old: only one that says when it was born can be', async () => {
    const { w, one, machine } = await inCanary();
    await (await machine(3 * DAY)).run('flag create dash');
    expect(await one.run('rollback web', w.now() - HOUR)).toMatchObject({ ok: true });
    expect(await one.run('rollback web', w.now() - 25 * HOUR)).toMatchObject({ ok: false, code: 'request-too-old' });
  });
});
