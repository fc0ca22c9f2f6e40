import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/model/time.ts';
import { configOf, SHORT, wired, type Wired } from './wired.ts';

async function withFlag(): Promise<Wired> {
  const one = wired();
  await one.run('flag create dash');
  await one.run('flag enable dash 10% in production');
  return one;
}
const commitOf = async (one: Wired, text: string): Promise<string> => {
  const outcome = await one.run(text);
  expect(outcome).toMatchObject({ ok: true });
  return outcome.commit ?? '';
};

describe('undo of a commit', () => {
  it('restores what a flag was, in a sealed commit that says so', async () => {
    const one = await withFlag();
    const before = await one.text('flags/dash.json');
    const commit = await commitOf(one, 'flag enable dash 25% in production');
    const undone = await one.run(`undo ${commit.slice(0, 8)} -m "too early"`);
    expect(undone).toMatchObject({ ok: true, code: 'done', summary: 'dash: 25% -> 10% in production' });
    expect(await one.text('flags/dash.json')).toBe(before);
    const [head] = await one.store.history({ limit: 1 });
    expect(head).toMatchObject({ revision: undone.commit, sealed: true });
    expect(head?.title).toBe(`undo ${commit.slice(0, 7)}: dash: 25% -> 10% in production`);
    expect(Object.fromEntries(head?.trailers ?? [])).toMatchObject({
      'Sluice-Command': `undo ${commit.slice(0, 8)} --reason "too early"`,
      'Sluice-Event': 'flag.undone',
      'Sluice-Subject': 'flag/dash',
    });
  });

  it('may itself be undone', async () => {
    const one = await withFlag();
    const commit = await commitOf(one, 'flag enable dash 25% in production');
    const after = await one.text('flags/dash.json');
    const undone = await commitOf(one, `undo ${commit}`);
    await commitOf(one, `undo ${undone}`);
    expect(await one.text('flags/dash.json')).toBe(after);
  });

  it('of a creation takes the flag away, unless another flag requires it', async () => {
    const one = wired();
    const created = await commitOf(one, 'flag create dash');
    const child = JSON.parse((await one.text('flags/dash.json')) ?? '') as object;
    await one.put({ 'flags/child.json': { ...child, key: 'child', requires: [{ flag: 'dash', variant: 'on' }] } });
    expect(await one.run(`undo ${created}`)).toMatchObject({
      ok: false,
      code: 'refused',
      summary: expect.stringContaining('child requires it'),
    });
    await one.put({ 'flags/child.json': null });
    expect(await one.run(`undo ${created}`)).toMatchObject({ ok: true, summary: 'flag/dash is gone again' });
    expect(await one.text('flags/dash.json')).toBeUndefined();
  });

  it('is refused where something newer changed the same file, and says so', async () => {
    const one = await withFlag();
    const commit = await commitOf(one, 'flag enable dash 25% in production');
    await one.run('flag enable dash 50% in production');
    const after = await one.text('flags/dash.json');
    expect(await one.run(`undo ${commit}`)).toMatchObject({
      ok: false,
      code: 'refused',
      summary: expect.stringMatching(/flags\/dash\.json was changed since/),
    });
    expect(await one.text('flags/dash.json')).toBe(after);
  });

  it('done twice changes nothing the second time', async () => {
    const one = await withFlag();
    const commit = await commitOf(one, 'flag enable dash 25% in production');
    await one.run(`undo ${commit}`);
    const head = await one.head();
    expect(await one.run(`undo ${commit}`)).toMatchObject({ ok: true, code: 'unchanged' });
    expect(await one.head()).toBe(head);
  });

  it('as a dry run says what would happen and commits nothing', async () => {
    const one = await withFlag();
    const commit = await commitOf(one, 'flag enable dash 25% in production');
    expect(await one.run(`undo ${commit} --dry-run`)).toMatchObject({ code: 'planned' });
    expect(await one.head()).toBe(commit);
  });

  it('of segments and freezes restores them too', async () => {
    const one = wired();
    await one.run('segment set staff --when "email ends-with @acme.com"');
    const before = await one.text('segments/staff.json');
    const wider = await commitOf(one, 'segment set staff --when "email ends-with @acme.org"');
    expect(await one.run(`undo ${wider}`)).toMatchObject({ ok: true });
    expect(await one.text('segments/staff.json')).toBe(before);
    const frozen = await commitOf(one, 'freeze in production --for 1h -m sale');
    expect(await one.run(`undo ${frozen}`)).toMatchObject({ ok: true });
    expect((await one.run('status')).summary).not.toContain('frozen');
  });

  it('of a rollout is rollback: the flag serves what it did before', async () => {
    const one = wired();
    await one.run('flag create dash');
    const begun = await commitOf(one, 'flag rollout dash 100% --strategy short in production');
    one.pass(MINUTE);
    await one.tick();
    expect(await one.run(`undo ${begun}`)).toMatchObject({ ok: true });
    one.pass(MINUTE);
    await one.tick();
    expect((await one.store.read(['rollouts/'])).files.size).toBe(0);
    expect((await one.run('flag show dash')).summary).toBe('flag dash: production off');
    expect(await one.run(`undo ${begun}`)).toMatchObject({ ok: false, code: 'rollout-ended' });
  });

  it('of progress is refused: locks and the like have a command of their own', async () => {
    const one = wired();
    const locked = await commitOf(one, 'lock web in production');
    expect(await one.run(`undo ${locked}`)).toMatchObject({
      ok: false,
      code: 'refused',
      summary: expect.stringContaining('services/web/production.json'),
    });
  });

  it('names a commit that is not there', async () => {
    const one = await withFlag();
    expect(await one.run('undo 0000000')).toMatchObject({ ok: false, code: 'commit-unknown' });
  });

  it('R-804 asks the policy of the reverse change', async () => {
    const config = configOf(SHORT.replace('production: {}', 'production: { allow: { flag: ["user:alice"] } }'));
    const one = wired({ config });
    const on = { schemaVersion: 1, key: 'dash', variants: { on: true, off: false }, off: 'off' };
    await one.put({ 'flags/dash.json': on });
    const commit = await one.put({
      'flags/dash.json': {
        ...on,
        environments: { production: { enabled: true, serve: 'on', rules: [], targets: [] } },
      },
    });
    const alice = { kind: 'github', id: '1', name: 'alice', verified: true } as const;
    const bob = { ...alice, id: '2', name: 'bob' };
    expect(await one.run(`undo ${commit}`, bob)).toMatchObject({ ok: false, code: 'not-permitted' });
    expect(await one.run(`undo ${commit}`, alice)).toMatchObject({ ok: true });
  });
});
