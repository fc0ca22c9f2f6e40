import { describe, expect, it } from 'vitest';
import { githubOpening } from '../../../../src/adapters/github/store/opening.ts';
import { githubStore } from '../../../../src/adapters/github/store/store.ts';
import { needsOf, TICK_NEEDS } from '../../../../src/core/needs.ts';
import { commandOf } from '../../../engine/wired.ts';
import { githubInTest } from '../../../support/github/in-test.ts';
import type { FakeGithub } from '../../../support/github/types.ts';
import { byHand, clientOf, standing, storeOf } from './bench.ts';
import { asked, given } from './given.ts';

const CONFIG = { '.github/sluice.yml': 'version: 1\n' };

async function opened(): Promise<FakeGithub> {
  const fake = await githubInTest({ files: CONFIG });
  const process = given(fake);
  for (const key of ['a', 'b']) await process.run(`flag create ${key} "Flag ${key}" Text`);
  await process.run('flag enable b --environment production');
  return fake;
}

async function opening(fake: FakeGithub, text: string, actor?: { readonly id: string; readonly login: string }) {
  const clock = standing(fake.now());
  const client = clientOf(fake, { clock });
  const command = commandOf(text);
  const paths = ['.github/sluice.yml', '.github/sluice.yaml'];
  const first = await githubOpening({ client, clock, needs: needsOf(command), paths, ...(actor ? { actor } : {}) });
  return { clock, client, first };
}

describe('calls to GitHub', () => {
  it.each(['flag enable a 25% --environment production', 'flag disable b --environment production'])(
    'are one query and one mutation for %s in a process of its own, configuration included',
    async (text) => {
      const fake = await opened();
      const since = fake.calls.length;
      const { clock, client, first } = await opening(fake, text);
      const store = githubStore({ client, clock, opened: first });
      const outcome = await given(fake, { store, clock }).run(text);
      expect(outcome.ok).toBe(true);
      expect(first.config?.text).toBe(CONFIG['.github/sluice.yml']);
      expect(asked(fake, since)).toHaveLength(2);
      expect(fake.calls.slice(since).every(({ route }) => route.startsWith('POST /graphql'))).toBe(true);
    },
  );

  it('are one conditional read and one mutation for a flag in a process that goes on', async () => {
    const fake = await opened();
    const process = given(fake);
    await process.run('flag enable a 10% --environment production');
    const since = fake.calls.length;
    expect((await process.run('flag enable a 20% --environment production')).code).toBe('done');
    expect(asked(fake, since)).toHaveLength(2);
    expect(asked(fake, since)[0]).toMatch(/^GET git\/ref/);
  });

  it('are one conditional read of the head while nothing has happened', async () => {
    const fake = await opened();
    const store = storeOf(fake);
    await store.read(TICK_NEEDS);
    await store.read(TICK_NEEDS);
    const since = fake.calls.length;
    const { revision } = await store.read(TICK_NEEDS);
    await store.history({ from: revision ?? '', limit: 1, lean: true });
    await store.read(TICK_NEEDS, revision ?? '');
    expect(asked(fake, since)).toEqual(['GET git/ref/{ref} 304']);
  });

  it('are one query more where somebody else has written', async () => {
    const fake = await opened();
    const store = storeOf(fake);
    await store.read(TICK_NEEDS);
    await given(fake).run('flag enable a 10% --environment production');
    const since = fake.calls.length;
    await store.read(TICK_NEEDS);
    expect(asked(fake, since)).toHaveLength(2);
  });

  it('ask for no text twice, however many revisions it stands in', async () => {
    const fake = await opened();
    const store = storeOf(fake);
    const first = await store.read(['flags/']);
    await byHand(fake, [{ path: 'flags/new.json', text: 'new' }], 'by hand');
    const since = fake.calls.length;
    expect((await store.read(['flags/'])).files.size).toBe(first.files.size + 1);
    for (const { oid } of first.files.values()) {
      expect(await store.blob(oid)).toBeDefined();
    }
    expect(asked(fake, since).filter((route) => route !== 'GET git/ref/{ref}').length).toBeLessThanOrEqual(2);
  });
});

describe('what a process reads as it begins', () => {
  it('serves the first read of the head, once, and not when it is ten seconds old', async () => {
    const fake = await opened();
    const { clock, client, first } = await opening(fake, 'flag enable a 25%');
    const needs = needsOf(commandOf('flag enable a 25%'));
    const since = fake.calls.length;
    const store = githubStore({ client, clock, opened: first });
    expect((await store.read(needs)).revision).toBe(first.revision);
    expect(fake.calls).toHaveLength(since);
    await store.read(needs);
    expect(fake.calls).toHaveLength(since + 1);
    await byHand(fake, [{ path: 'flags/a.json', text: '{}' }], 'by hand');
    const late = githubStore({ client, clock, opened: first });
    await clock.sleep(11_000);
    expect((await late.read(needs)).revision).not.toBe(first.revision);
  });

  it('is of no use to a store of another branch or repository', async () => {
    const fake = await opened();
    const { clock, client, first } = await opening(fake, 'flag enable a 25%');
    expect((await githubStore({ client, clock, opened: first, branch: 'other' }).read([])).revision).toBeNull();
    const elsewhere = githubStore({ client, clock, opened: first, repository: { owner: 'acme', repo: 'none' } });
    await expect(elsewhere.read([])).rejects.toMatchObject({ code: 'token-lacks-permission' });
  });

  it('says who asks by the numeric id, and no role where GitHub does not say it', async () => {
    const fake = await opened();
    const { id } = fake.person({ login: 'ann', role: 'maintain' });
    fake.person({ login: 'ann-two', role: 'admin' });
    expect((await opening(fake, 'status', { id: String(id), login: 'ann' })).first.role).toBe('maintain');
    expect((await opening(fake, 'status', { id: '1', login: 'ann' })).first.role).toBeUndefined();
    expect((await opening(fake, 'status')).first.role).toBeUndefined();
  });

  it('is complete on a repository without configuration and without a state branch', async () => {
    const fake = await githubInTest();
    const { first } = await opening(fake, 'status');
    expect(first).toMatchObject({ config: undefined, revision: null, defaultBranch: { name: 'main' } });
  });

  it('reads a configuration that GitHub cuts, and the second path where the first is not there', async () => {
    const large = `# ${'x'.repeat(600_000)}\n`;
    const fake = await githubInTest({ files: { '.github/sluice.yaml': large } });
    const { first } = await opening(fake, 'status');
    expect(first.config?.path).toBe('.github/sluice.yaml');
    expect(first.config?.text).toBe(large);
  });
});
