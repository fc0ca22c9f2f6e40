import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { githubForge } from '../../src/adapters/github/forge/forge.ts';
import type { Config } from '../../src/core/model/config.ts';
import type { Store } from '../../src/ports/store.ts';
import { configOf } from '../engine/wired.ts';
import { githubInTest } from '../support/github/in-test.ts';
import type { FakeGithub } from '../support/github/types.ts';
import { clientOf, storeOf } from '../adapters/github/store/bench.ts';
import { type Given, given } from '../adapters/github/store/given.ts';

const BRANCH = 'sluice-state';
const CONFIG = (allow = '{}'): Config =>
  configOf(`
version: 1
services:
  web: { deploy: ./deploy.sh, strategy: all-at-once }
environments:
  production: { allow: ${allow} }
`);
const FREEZE = 'freeze --environment production -m x --until 2030-01-01T00:00Z';
const ENABLE = 'flag enable f 25% --environment production';

/** A process with a forge, as a job has it. */
function job(fake: FakeGithub, config = CONFIG()): Given {
  return given(fake, { wiring: { config, forge: githubForge(clientOf(fake)) } });
}

async function textOf(store: Store, path: string): Promise<string | undefined> {
  return (await store.read([path])).files.get(path)?.text;
}

function gitIn(fake: FakeGithub): (...args: string[]) => string {
  const who = { NAME: 'M', EMAIL: 'm@example.com', DATE: `${Math.floor(fake.now() / 1_000)} +0000` };
  const names = Object.entries(who).flatMap(([name, value]) => [
    [`GIT_AUTHOR_${name}`, value],
    [`GIT_COMMITTER_${name}`, value],
  ]);
  const env = { ...process.env, ...(Object.fromEntries(names) as Record<string, string>) };
  return (...args) => execFileSync('git', ['-C', fake.folder, ...args], { encoding: 'utf8', env }).trim();
}

describe('what people push to the state branch of GitHub', () => {
  it('R-805 hides no request behind a commit that is dated back', async () => {
    const fake = await githubInTest();
    const process = given(fake);
    await process.run('flag create f "F" Text');
    const born = fake.now();
    expect((await process.run(ENABLE, 'request', born)).code).toBe('done');
    const now = fake.now();
    fake.setClock(now - 1_200_000);
    await fake.push({ branch: BRANCH, files: { 'flags/note.txt': 'x' }, message: 'from a late clock' });
    fake.setClock(now + 1_000);
    await given(fake).run('flag disable f --environment production');
    const again = await given(fake).run(ENABLE, 'request', born);
    expect(again).toMatchObject({ code: 'unchanged', summary: expect.stringContaining('already done') as string });
  });

  it('R-804 lifts a freeze and archives a flag only for who might do so by command', async () => {
    const fake = await githubInTest();
    fake.person({ login: 'bob', role: 'write' });
    fake.person({ login: 'mia', role: 'maintain' });
    const process = job(fake);
    await process.run('flag create f "F" Text');
    await process.run(FREEZE);
    const gone = { 'environments/production.json': null, 'flags/f.json': null };
    await fake.push({ branch: BRANCH, files: gone, message: 'lift', by: 'bob' });
    await job(fake).run('flag create g "G" Text');
    const store = storeOf(fake);
    expect(await textOf(store, 'environments/production.json')).toContain('2030');
    expect(await textOf(store, 'flags/f.json')).toBeDefined();
    await fake.push({ branch: BRANCH, files: gone, message: 'lift', by: 'mia' });
    await job(fake).run('flag create h "H" Text');
    expect(await textOf(store, 'environments/production.json')).toBeUndefined();
    expect(await textOf(store, 'flags/f.json')).toBeUndefined();
  });

  it('R-804 is by whom GitHub saw pushing it: a name in the commit vouches for nothing', async () => {
    const fake = await githubInTest();
    const config = CONFIG('{ flag: [user:ann] }');
    fake.person({ login: 'ann', role: 'write' });
    fake.person({ login: 'bob', role: 'admin' });
    const process = given(fake);
    await process.run('flag create f "F" Text');
    await process.run(ENABLE);
    const before = (await textOf(process.store, 'flags/f.json')) ?? '';
    const files = { 'flags/f.json': before.replace('25', '30').replace('75', '70') };
    const author = { name: 'ann', email: '7+ann@users.noreply.github.com' };
    await fake.push({ branch: BRANCH, files, message: 'as ann', author, by: 'bob' });
    await job(fake, config).run('freeze --environment production -m x --until 2030-01-01T00:00Z');
    expect(await textOf(storeOf(fake), 'flags/f.json')).toBe(before);
    await job(fake, config).run('unfreeze --environment production');
    await fake.push({ branch: BRANCH, files, message: 'by ann', by: 'ann' });
    await job(fake, config).run('freeze --environment production -m x --until 2030-01-01T00:00Z');
    expect(await textOf(storeOf(fake), 'flags/f.json')).toBe(files['flags/f.json']);
    const adopting = (await storeOf(fake).history({ lean: true, limit: 3 })).find(({ title }) => /adopt/.test(title));
    expect(adopting?.trailers.get('Sluice-Actor')).toMatch(/^github:\d+ \(ann\)$/);
  });

  it('R-804 of which GitHub does not say who pushed is decided as by somebody who may write and no more', async () => {
    const fake = await githubInTest();
    const process = job(fake);
    await process.run('flag create f "F" Text');
    await process.run(FREEZE);
    await process.run(ENABLE.replace('25%', '0%'));
    const files = { 'environments/production.json': null, 'flags/note.txt': 'x' };
    await fake.push({ branch: BRANCH, files, message: 'lift', by: null });
    fake.fault({ route: 'GET /repos/{owner}/{repo}/activity', status: 403, body: { message: 'Forbidden' } });
    await job(fake).run('flag create g "G" Text');
    expect(await textOf(storeOf(fake), 'environments/production.json')).toContain('2030');
    expect(await textOf(storeOf(fake), 'flags/note.txt')).toBeUndefined();
  });

  it('R-805 is put back whole, however many files GitHub names in one answer', async () => {
    const fake = await githubInTest();
    await given(fake).run('flag create f "F" Text');
    const names = Array.from(
      { length: 150 },
      (_, index) => `services/s${String(index).padStart(3, '0')}/production.json`,
    );
    const files = Object.fromEntries(names.map((name) => [name, '{"schemaVersion":1}']));
    const pushed = await fake.push({ branch: BRANCH, files, message: 'by hand' });
    expect((await storeOf(fake).history({ from: pushed, limit: 1 }))[0]?.changes).toHaveLength(150);
    expect((await given(fake).run(ENABLE)).code).toBe('done');
    expect((await storeOf(fake).read(['services/'])).files.size).toBe(0);
  });

  it('R-805 locks nobody out, however many commits there are: two states are compared', async () => {
    const fake = await githubInTest();
    await given(fake).run('flag create f "F" Text');
    const git = gitIn(fake);
    let head = git('rev-parse', BRANCH);
    const tree = git('rev-parse', `${BRANCH}^{tree}`);
    for (let index = 0; index < 120; index += 1) head = git('commit-tree', tree, '-p', head, '-m', `flood ${index}`);
    await fake.state.git.move([{ name: `refs/heads/${BRANCH}`, after: head }]);
    await fake.push({ branch: BRANCH, files: { 'notes.txt': 'x' }, message: 'the last of them' });
    const calls = fake.calls.length;
    expect((await given(fake).run(ENABLE)).code).toBe('done');
    expect(fake.calls.length - calls).toBeLessThan(60);
    expect(await textOf(storeOf(fake), 'notes.txt')).toBeUndefined();
  });

  it('R-805 deletes nothing where the whole history was written anew: it asks a person', async () => {
    const fake = await githubInTest();
    const process = given(fake);
    for (const key of ['f', 'g']) await process.run(`flag create ${key} "F" Text`);
    const place = { 'services/web/production.json': '{"schemaVersion":1}\n' };
    const snapshot = await process.store.read([]);
    const [change] = Object.entries(place).map(([path, text]) => ({ path, text }));
    await process.store.commit(snapshot, change ? [change] : [], { title: 'x', trailers: [] });
    const git = gitIn(fake);
    let parent: string | undefined;
    for (const commit of git('rev-list', '--reverse', BRANCH).split('\n')) {
      const message = git('log', '-1', '--format=%B', commit);
      parent = git('commit-tree', `${commit}^{tree}`, ...(parent ? ['-p', parent] : []), '-m', `${message}\n`);
    }
    await fake.state.git.move([{ name: `refs/heads/${BRANCH}`, after: parent ?? '' }]);
    expect((await given(fake).run('flag create h "H" Text')).code).toBe('done');
    const files = (await storeOf(fake).read(['/'])).files;
    expect([...files.keys()]).toEqual(expect.arrayContaining(['flags/f.json', 'services/web/production.json']));
    expect([...files.values()].map(({ text }) => text).join('')).toContain('was written anew');
  });

  it('R-805 is not taken for the state where it is another branch that was pushed over it', async () => {
    const fake = await githubInTest();
    await given(fake).run('flag create f "F" Text');
    const main = await fake.push({ branch: 'main', files: { 'src/a.ts': '1' }, message: 'code' });
    await fake.state.git.move([{ name: `refs/heads/${BRANCH}`, after: main }]);
    await expect(given(fake).run('flag create g "G" Text')).rejects.toMatchObject({ code: 'store-damaged' });
    expect(gitIn(fake)('rev-parse', BRANCH)).toBe(main);
  });
});

describe('a state branch that is gone', () => {
  const gone = [{ name: `refs/heads/${BRANCH}`, after: '0'.repeat(40) }];

  it('R-805 is said as what it is, and begun anew by nobody who saw it or its marks', async () => {
    const fake = await githubInTest();
    const process = given(fake);
    await process.run('flag create f "F" Text');
    const head = (await process.store.read([])).revision ?? '';
    await process.store.moveMark('refs/sluice/sent/slack', head, undefined);
    const snapshot = await process.store.read(['flags/f.json']);
    await fake.state.git.move(gone);
    const change = [{ path: 'flags/f.json', text: '{}' }];
    const writing = process.store.commit(snapshot, change, { title: 'x', trailers: [] });
    await expect(writing).rejects.toMatchObject({ code: 'store-damaged' });
    await expect(given(fake).run('flag create g "G" Text')).rejects.toMatchObject({
      code: 'store-damaged',
      message: expect.stringContaining('refs/sluice') as string,
    });
    await fake.state.git.move([{ name: 'refs/sluice/sent/slack', after: '0'.repeat(40) }]);
    expect((await given(fake).run('flag create g "G" Text')).code).toBe('done');
  });
});
