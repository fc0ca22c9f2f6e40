/** Every commit of a day's story is decided again, bit for bit; what was changed since is caught. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { commandOf, configOf, wired } from './wired.ts';
import type { Outcome } from '../../src/core/decision.ts';
import type { Config } from '../../src/core/model/config.ts';
import type { Json } from '../../src/core/model/document.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/model/time.ts';
import { execute } from '../../src/engine/execute.ts';
import { inspect } from '../../src/engine/inspect.ts';
import type { Wiring } from '../../src/engine/wiring.ts';
import { type Runner, type Series, tickOn, type World, world } from '../support/world/world.ts';

const config = (rule = 'below: 1%', more = ''): Config =>
  configOf(`
version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy, set-traffic: ./weights, status: ./status, remove: ./remove }
    strategy: two
    consistency:
      - { name: orders-add-up, run: ./orders-add-up, expect: '0' }
strategies:
  two:
    keep-old: 1m
    stages:
      - { name: tenth, weight: 10%, bake: 5m, promote: manual }
      - { name: all, weight: 100%, bake: 5m }
sources: { prometheus: { type: prometheus, url: 'http://127.0.0.1:9' } }
metrics:
  error-rate: { source: prometheus, kind: proportion, bad: 'bad{version="{{version}}"}', total: 'all{version="{{version}}"}' }
analysis:
  judges: [{ metric: error-rate, ${rule}, min-samples: 10 }]
environments: { production: {} }
${more}
`);

/** A tenth of the traffic is the version's own; a fifth of that fails from a moment on. */
const sick =
  (version: string, since: number): Series =>
  (label, at) =>
    label === version
      ? { kind: 'proportion', bad: at >= since ? 20 : 0, total: 100 }
      : { kind: 'proportion', bad: 0, total: 900 };

const replayOn = async (wiring: Wiring, revision: string): Promise<Outcome> =>
  (await inspect(wiring, commandOf(`replay ${revision}`))).outcome;

/** Every commit with what its replay answers, oldest first. */
async function replays(w: World, wiring: Wiring): Promise<readonly (readonly [title: string, outcome: Outcome])[]> {
  const all: (readonly [string, Outcome])[] = [];
  for (const { title, revision } of w.commits()) all.push([title, await replayOn(wiring, revision)]);
  return all;
}

/** A good release, one that fails, a way back by hand, locks, freezes, flags, an undo. */
async function day(w: World, runner: Runner): Promise<void> {
  w.series = sick('1.2.0', Number.POSITIVE_INFINITY);
  await w.live('1.0.0');
  await w.run('deploy web@1.1.0');
  await tickOn(w, runner, { every: MINUTE, until: 10 * MINUTE });
  await w.run('approve', { kind: 'github', id: '7', name: 'bob', verified: true });
  await tickOn(w, runner, { every: MINUTE, until: HOUR });
  await w.run('deploy web@1.2.0');
  w.series = sick('1.2.0', w.now() + 2 * MINUTE);
  await tickOn(w, runner, { every: MINUTE, until: HOUR });
  w.pass(HOUR);
  await w.run('deploy web@1.3.0 --reason "once  more"');
  await runner.tick();
  w.pass(MINUTE);
  await w.run('pause --for 1h --reason lunch');
  await w.run('resume');
  await w.run('rollback web --reason "it looks odd"');
  await tickOn(w, runner, { every: MINUTE, until: HOUR });
  await w.run('lock web --for 2h --reason "I am on it"');
  await w.run('unlock web');
  await w.run('freeze in production --for 1h --reason "black friday"');
  await w.run('unfreeze in production');
  await w.run('flag create dash "New dashboard"');
  await w.run('flag enable dash 25% in production');
  await w.run('flag target dash on --when "country in DE,FR"');
  await w.run(`undo ${w.commits().at(-1)?.revision ?? ''} --reason "not yet"`);
  await w.run('flag disable dash in production');
}

interface Amended {
  readonly title?: string;
  readonly body?: string;
  readonly trailers?: Readonly<Record<string, string>>;
}

const told = (outcome: Outcome): Readonly<Record<string, Json>> => outcome.details as Readonly<Record<string, Json>>;

describe('replay', () => {
  it('R-403 makes every decision of a day again, bit for bit, and the evidence from its source', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await day(w, runner);
    const { head } = w.branch;
    const all = await replays(w, runner.wiring);
    for (const [title, outcome] of all) expect(outcome, title).toMatchObject({ ok: true, code: 'done' });
    expect(all.length).toBeGreaterThan(30);
    const evidence = all.flatMap(([, outcome]) => told(outcome)['evidence'] as readonly { answer: string }[]);
    expect(evidence.length).toBeGreaterThan(2);
    expect(new Set(evidence.map(({ answer }) => answer))).toEqual(new Set(['same']));
    expect(w.branch.head).toBe(head);
  });

  it('makes a comparison, a place in the queue, a silent source and what triggers did again too', async () => {
    const w = world({ config: config('compare: stable') });
    const runner = w.runner('one');
    await w.live('1.0.0');
    await w.run('deploy web@1.1.0');
    await runner.tick();
    await w.run('deploy web@1.2.0');
    w.series = sick('1.1.0', w.now() + MINUTE);
    await tickOn(w, runner, { every: 20 * SECOND, until: 15 * MINUTE });
    w.series = () => null;
    await tickOn(w, runner, { every: MINUTE, until: 15 * MINUTE });
    w.pass(HOUR);
    await runner.tick();
    await tickOn(w, runner, { every: MINUTE, until: 12 * MINUTE });
    const all = await replays(w, runner.wiring);
    for (const [title, outcome] of all) expect(outcome, title).toMatchObject({ ok: true, code: 'done' });
    const kinds = new Set(w.commits().map(({ trailers }) => JSON.parse(trailers.get('Sluice-Observed') ?? '{}').as));
    expect(kinds).toEqual(new Set(['command', 'step', 'turn', 'alerts']));
    const titles = w.commits().map(({ title }) => title);
    expect(titles.filter((title) => /rolled back|says no-data/.test(title)).length).toBeGreaterThan(1);
  });

  it('makes every commit of any day again', async () => {
    const words = [
      'deploy web@1.1.0',
      'deploy web@1.2.0',
      'pause',
      'resume',
      'promote',
      'approve',
      'reduce',
      'rollback web',
      'cancel',
    ]
      .concat(['lock web --for 1h', 'unlock web', 'auto off web --for 1h --reason "we look"', 'auto on web'])
      .concat([
        'flag enable dash 25% in production',
        'flag disable dash in production',
        'flag rollout dash in production',
      ])
      .map((say) => ({ say }));
    const looks = [
      { pass: 20 * SECOND },
      { pass: 3 * MINUTE },
      { pass: 2 * HOUR },
      { sick: '1.1.0' },
      { sick: '' },
    ] as const;
    const happens = fc.oneof({ arbitrary: fc.constantFrom(...words), weight: 2 }, fc.constantFrom(...looks));
    await fc.assert(
      fc.asyncProperty(fc.array(happens, { minLength: 12, maxLength: 24 }), async (all) => {
        const w = world({ config: config('compare: stable') });
        const runner = w.runner('one');
        await w.live('1.0.0');
        await w.run('flag create dash');
        for (const one of all) {
          if ('say' in one) await w.run(one.say);
          else if ('pass' in one) w.pass(one.pass);
          else w.series = one.sick === '' ? () => null : sick(one.sick, w.now());
          await runner.tick();
        }
        for (const [title, outcome] of await replays(w, runner.wiring))
          expect(outcome, title).toMatchObject({ ok: true, code: 'done' });
      }),
      // The last found a commit without files, titled `progress`: the same words twice in one millisecond.
      { numRuns: 6, seed: 20261121, examples: [[[{ say: 'deploy web@1.1.0' }, { say: 'pause' }, { say: 'pause' }]]] },
    );
  });

  it('a pause that changes nothing is unchanged, and makes no commit', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await w.live('1.0.0');
    await w.run('deploy web@1.1.0');
    await runner.tick();
    await w.run('pause');
    const { head } = w.branch;
    expect(await w.run('pause')).toMatchObject({ ok: true, code: 'unchanged' });
    expect(w.branch.head).toBe(head);
    w.pass(MINUTE);
    expect(await w.run('pause --for 1h')).toMatchObject({ ok: true, code: 'done' });
    expect(w.commits().map(({ title }) => title)).not.toContain('web 1.1.0: progress in production');
  });

  it('makes again what triggers, sources that cannot be asked and an unhealthy stable version led to', async () => {
    const triggers = 'triggers: { storm: { metric: error-rate, above: 15%, for: 30s, then: pause } }';
    const w = world({ config: config('compare: stable', triggers) });
    const runner = w.runner('one');
    await w.live('1.0.0');
    await w.run('deploy web@1.1.0');
    await runner.tick();
    const since = w.now() + MINUTE;
    // Both versions fail as often: the judge has nothing to say, the trigger has.
    w.series = (label, at) => {
      const total = label === '1.1.0' ? 100 : 900;
      return { kind: 'proportion', bad: at >= since ? total / 5 : 0, total };
    };
    const broken = (): never => {
      throw new Error('connection refused');
    };
    // A pause ends at a look that cannot ask: windows are open, and say nothing of the source.
    await w.run('pause --for 1m');
    w.pass(3 * MINUTE);
    const { series } = w;
    w.series = broken;
    await runner.tick();
    w.series = series;
    for (let look = 0; look < 12; look++) {
      await runner.tick();
      w.pass(20 * SECOND);
      if (look === 2) await w.run('reduce');
      if (look === 8) w.platform.unhealthy.add('1.0.0');
    }
    await w.run('rollback web --reason "it hurts"');
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    for (const [title, outcome] of await replays(w, runner.wiring))
      expect(outcome, title).toMatchObject({ ok: true, code: 'done' });
    const seen = w.commits().map(({ trailers }) => trailers.get('Sluice-Observed') ?? '');
    for (const word of ['"fired":', '"unasked":', '"stableHealthy":false'])
      expect(
        seen.some((one) => one.includes(word)),
        word,
      ).toBe(true);
  });

  it('R-315 catches verdict code that says otherwise, and names the judge', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await w.live('1.0.0');
    await w.run('deploy web@1.2.0');
    w.series = sick('1.2.0', w.now() + 2 * MINUTE);
    await tickOn(w, runner, { every: MINUTE, until: HOUR });
    const failed = w.commits().find(({ title }) => title.includes('rolling back'));
    const { threshold } = await import('../../src/core/judge/threshold.ts');
    // A planted fault, as a careless change of that function would be one.
    const said = vi.spyOn(threshold, 'verdict');
    said.mockImplementation((evidence) => ({
      seen: 0,
      baseline: null,
      enough: evidence.folded > 0,
      because: 'all is well',
    }));
    const outcome = await replayOn(runner.wiring, failed?.revision ?? '');
    said.mockRestore();
    expect(outcome).toMatchObject({ ok: false, code: 'replay-differs' });
    expect(outcome.summary).toContain('first the judge error-rate below 0.01: committed fail: errors ');
    expect(outcome.summary).toContain('now fail: all is well');
    expect(outcome.report?.blocks.filter(({ type }) => type === 'diff')).not.toHaveLength(0);
    expect(await replayOn(runner.wiring, failed?.revision ?? '')).toMatchObject({ ok: true });
  });

  it('catches a commit whose files were edited after Sluice wrote it, sealed again or not', async () => {
    const one = wired();
    await one.run('flag create dash');
    await one.run('flag enable dash 25% in production');
    const original = (await one.store.history({ limit: 1 }))[0];
    const text = (await one.text('flags/dash.json')) ?? '';
    // The same words on the same parent, with another file: what an amend that seals again would make of it.
    const trailers = [...(original?.trailers ?? [])].filter(([name]) => name !== 'Sluice-Seal');
    await one.run('undo --reason "again" ' + (original?.revision ?? ''));
    await one.store.commit(
      await one.store.read([]),
      [{ path: 'flags/dash.json', text: text.replaceAll('25000', '95000') }],
      {
        title: original?.title ?? '',
        trailers,
      },
    );
    const outcome = await replayOn(one.wiring, await one.head());
    expect(outcome).toMatchObject({ ok: false, code: 'replay-differs' });
    expect(outcome.summary).toContain('flags/dash.json would come out otherwise');
  });

  it('R-403 catches a message that was amended: its title, what explains it, what machines read of it', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await w.live('1.0.0');
    await w.run('deploy web@1.1.0');
    await tickOn(w, runner, { every: MINUTE, until: 3 * MINUTE });
    const node = w.branch.nodes.pop();
    const original = node?.commit;
    if (!original) throw new Error('no commit');
    const amended = async (change: Amended): Promise<Outcome> => {
      const trailers = new Map([...original.trailers, ...Object.entries(change.trailers ?? {})]);
      const lines = [...trailers].map(([name, value]) => `${name}: ${value}`);
      const message = [change.title ?? original.title, change.body ?? original.body, '[skip ci]', lines.join('\n')];
      const { author, at } = original;
      const changes = original.changes.map(({ path }) => ({ path, text: node?.files.get(path)?.text ?? null }));
      const { revision, sealed } = w.branch.append({ changes, message: message.join('\n\n'), author, at });
      const outcome = await replayOn(runner.wiring, revision);
      w.branch.nodes.pop();
      expect(sealed).toBe(true);
      return outcome;
    };
    expect(await amended({})).toMatchObject({ ok: true, code: 'done' });
    const title = await amended({ title: 'web 1.1.0: rolled back in production' });
    expect(title).toMatchObject({ ok: false, code: 'replay-differs', details: { same: false } });
    expect(title.summary).toContain(
      'its message says "web 1.1.0: rolled back in production", now it would be "web 1.1.0: ',
    );
    expect(title.report?.blocks.filter(({ type }) => type === 'diff')).toHaveLength(1);
    expect((await amended({ body: 'all is well' })).summary).toMatch(
      /its message explains it otherwise.*\(the files are the same: the message was amended, or another version words it so\)$/,
    );
    for (const [name, value] of [
      ['Sluice-Event', 'rollout.completed'],
      ['Sluice-Subject', 'api/production'],
      ['Sluice-Actor', 'github:7 (bob)'],
      ['Sluice-Command', 'reconcile something-else'],
    ] as const)
      expect((await amended({ trailers: { [name]: value } })).summary).toContain(
        `its message says "${name}: ${value}"`,
      );
  });

  it('refuses what holds no decision: commits by hand, notes, and ticks of which nothing was kept', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await w.live('1.0.0');
    w.write('flags/x.json', '{}');
    const [byHand] = w.commits().slice(-1);
    const outcome = await replayOn(runner.wiring, byHand?.revision ?? '');
    expect(outcome).toMatchObject({
      code: 'nothing-to-replay',
      summary: expect.stringContaining('not written by Sluice'),
    });
    expect(await replayOn(runner.wiring, 'abcdef0123')).toMatchObject({ code: 'commit-unknown' });
  });

  it('replays the answer to a commit by hand too', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await w.live('1.0.0');
    w.write('services/web/production.json', '{"live": "me"}');
    await runner.tick();
    const answer = w.commits().find(({ title, sealed }) => sealed && /put back/.test(title));
    expect(await replayOn(runner.wiring, answer?.revision ?? '')).toMatchObject({ ok: true, code: 'done' });
  });

  it('replays an edit by hand that was adopted as it stood: the commit that says so changes no file', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await w.run('flag create a1');
    w.write('flags/a1.json', (w.branch.head?.files.get('flags/a1.json')?.text ?? '').replace('"a1"', '"a1"') + '\n');
    await runner.tick();
    const adopted = w.commits().at(-1);
    expect(adopted).toMatchObject({ title: 'adopt flag/a1 (edited by hand)', changes: [], sealed: true });
    expect(await replayOn(runner.wiring, adopted?.revision ?? '')).toMatchObject({
      ok: true,
      summary: 'same decision, bit for bit: adopt flag/a1 (edited by hand) (no file)',
    });
    // Under a configuration by which it would have been put back it is another decision.
    const strict = config('below: 1%', 'state: { external-commits: refuse }');
    const policies = { find: () => Promise.resolve({ config: strict, by: 'time' as const }) };
    const under = await replayOn({ ...runner.wiring, config: strict, policies }, adopted?.revision ?? '');
    expect(under).toMatchObject({ ok: false, code: 'replay-differs' });
  });

  it('says of a decision made under an uncommitted configuration that it was, and never that it is the same bit for bit', async () => {
    const one = wired();
    await one.run('flag create dash');
    const { digest } = one.wiring.config;
    const edited = { ...one.wiring, uncommitted: digest };
    await execute(edited, {
      command: commandOf('flag enable dash 25% in production'),
      actor: { kind: 'git', id: 'ann@example.com', name: 'Ann', verified: false },
      rights: { teams: [] },
      id: 'edited',
    });
    const [commit] = await one.store.history({ limit: 1 });
    expect(commit?.trailers.get('Sluice-Policy')).toBe(`${digest} uncommitted`);
    expect((await replayOn(one.wiring, await one.head())).summary).toContain('same decision, bit for bit');
    const committed = config();
    const policies = { find: () => Promise.resolve({ config: committed, by: 'time' as const }) };
    const outcome = await replayOn({ ...one.wiring, config: committed, policies }, await one.head());
    expect(outcome).toMatchObject({ ok: true, details: { policy: { by: 'time', digest } } });
    expect(outcome.summary).not.toContain('bit for bit');
    expect(outcome.summary).toContain(
      `but it was decided under configuration ${digest.slice(0, 12)}, which is in no commit (it was edited in the folder); compared with the one committed at that time`,
    );
  });

  it('says so where the configuration of that time is not found, and finds it by its digest', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await w.live('1.0.0');
    await w.run('deploy web@1.1.0');
    const revision = w.commits().at(-1)?.revision ?? '';
    const later = { ...runner.wiring, config: config('below: 2%') };
    const under = await replayOn(later, revision);
    expect(under).toMatchObject({ code: 'replay-differs', details: { policy: { by: 'today' } } });
    const policies = { find: () => Promise.resolve({ config: config(), by: 'digest' as const }) };
    expect(await replayOn({ ...later, policies }, revision)).toMatchObject({
      ok: true,
      details: { policy: { by: 'digest' } },
    });
  });

  it('says where a source no longer knows the time, and keeps to the committed evidence', async () => {
    const w = world({ config: config() });
    const runner = w.runner('one');
    await day(w, runner);
    w.series = () => null;
    const all = await replays(w, runner.wiring);
    for (const [title, outcome] of all) expect(outcome, title).toMatchObject({ ok: true });
    const answers = all.flatMap(([, outcome]) => told(outcome)['evidence'] as readonly { answer: string }[]);
    expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(['forgotten']));
    const blind = { ...runner.wiring, sources: new Map() };
    const unasked = (await replays(w, blind)).flatMap(([, o]) => told(o)['evidence'] as readonly { answer: string }[]);
    expect(new Set(unasked.map(({ answer }) => answer))).toEqual(new Set(['unreachable']));
  });
});
