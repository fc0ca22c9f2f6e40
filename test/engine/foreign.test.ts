import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitStore } from '../../src/adapters/store-git/git-store.ts';
import type { Actor } from '../../src/core/model/actor.ts';
import { printDocument } from '../../src/core/model/document.ts';
import { Flag } from '../../src/core/model/flag.ts';
import { Alert } from '../../src/core/model/place.ts';
import { Rollout } from '../../src/core/model/rollout.ts';
import { paths } from '../../src/core/model/state.ts';
import { settleForeign, type Settled } from '../../src/engine/foreign.ts';
import { isConflict } from '../../src/ports/store.ts';
import { BRANCH, git, Workplace } from '../adapters/store-git/bench.ts';
import { inBeta, rolledBack } from '../support/rollout.ts';
import { config, placeOf } from '../support/state.ts';

const flag = (changed: object = {}) =>
  Flag.parse({
    schemaVersion: 1,
    key: 'dash',
    variants: { on: true, off: false },
    off: 'off',
    environments: { production: { enabled: true, serve: 'off' } },
    ...changed,
  });
const enabled = flag({ environments: { production: { enabled: true, serve: 'on' } } });
const moving = inBeta();
const file = paths.rollout(moving.id);
const pair = paths.place('web', 'production');
const ann = { kind: 'git', id: 'ann@example.com', name: 'Ann', verified: false };

describe('commits that are not ours, made with real git', () => {
  let place: Workplace;
  let repository: string;
  let store: GitStore;
  const ours = async (documents: Readonly<Record<string, object | null>>, title = 'ours') => {
    const changes = Object.entries(documents).map(([name, document]) => {
      return { path: name, text: document === null ? null : printDocument(document) };
    });
    const result = await store.commit(await store.read([]), changes, { title, trailers: [] });
    if (isConflict(result)) throw new Error('conflict');
    return result.revision ?? '';
  };
  const settle = (
    changed: { policy?: 'accept' | 'hold' | 'refuse'; permit?: (actor: Actor, verb: string) => boolean } = {},
  ) => {
    const { policy = 'hold', permit = () => true } = changed;
    const state = { ...config.state, externalCommits: policy };
    return settleForeign({ store, config: { ...config, state }, permit });
  };
  const settled = async (...options: Parameters<typeof settle>): Promise<Settled> => {
    const result = await settle(...options);
    if (!result) throw new Error('nothing was settled');
    return result;
  };
  const text = async (name: string) => (await store.read([name])).files.get(name)?.text;
  const edit = (documents: Readonly<Record<string, object | string | null>>, message = 'edit by hand') => {
    const changes = Object.entries(documents).map(([name, document]) => {
      const content = document === null || typeof document === 'string' ? document : printDocument(document);
      return { path: name, text: content };
    });
    place.byHand(repository, changes, message);
  };
  const byGit = (...args: readonly string[]) => {
    git(place.worktree(repository), ...args);
    place.publish(repository);
  };

  beforeEach(async () => {
    place = new Workplace();
    repository = place.repository();
    store = await place.store(repository);
    await ours({ 'flags/dash.json': flag(), [pair]: placeOf(), [file]: moving });
  });
  afterEach(() => place.close());

  it('leaves a head alone that is ours, and one it has sealed once', async () => {
    expect(await settle()).toBeUndefined();
    edit({ 'flags/dash.json': enabled });
    const { commit } = await settled();
    expect(await settle()).toBeUndefined();
    expect((await store.read([])).revision).toBe(commit);
  });

  it('adopts a hand edit of a flag, with its committer as the actor', async () => {
    edit({ 'flags/dash.json': enabled });
    const { decision, commit } = await settled();
    expect(decision).toMatchObject({ changes: [], alerts: [], commands: [], actor: ann });
    const [newest] = await store.history({ limit: 1 });
    expect(newest).toMatchObject({ revision: commit, sealed: true, title: 'adopt flag/dash (edited by hand)' });
    expect(Object.fromEntries(newest?.trailers ?? [])).toMatchObject({
      'Sluice-Event': 'external.adopted',
      'Sluice-Subject': 'flag/dash',
      'Sluice-Actor': 'git:ann@example.com (Ann) unverified',
    });
    expect(await text('flags/dash.json')).toBe(printDocument(enabled));
  });

  it('R-804 asks policy by the command that would make the same change and by environment, and puts back with an alert what it does not allow', async () => {
    const asked: unknown[] = [];
    edit({ 'flags/dash.json': enabled });
    const permit = (...question: readonly unknown[]) => {
      asked.push(question.slice(1));
      return false;
    };
    const { decision } = await settled({ permit });
    expect(asked).toContainEqual(['flag enable', 'production']);
    expect(decision.verdicts[0]).toMatchObject({ verdict: 'not-permitted', because: 'Ann may not flag in production' });
    expect(await text('flags/dash.json')).toBe(printDocument(flag()));
    expect(decision.alerts).toHaveLength(1);
    const alert = Alert.parse(JSON.parse((await text(paths.alert(decision.alerts[0]?.id ?? ''))) ?? ''));
    expect(alert).toMatchObject({ rule: 'foreign-commit', severity: 'medium', subject: 'flag/dash' });
  });

  it('accept adopts without asking policy; refuse puts everything back', async () => {
    edit({ 'flags/dash.json': enabled });
    await settled({ policy: 'accept', permit: () => false });
    expect(await text('flags/dash.json')).toBe(printDocument(enabled));
    edit({ 'flags/dash.json': flag() });
    await settled({ policy: 'refuse' });
    expect(await text('flags/dash.json')).toBe(printDocument(enabled));
  });

  it('puts a hand-made approval or weight back with an alert, and holds the rollout', async () => {
    const approval = {
      by: ann,
      stage: 'beta',
      label: '1.4.0',
      digest: '4f2c9a',
      at: moving.began,
      until: moving.began,
    };
    edit({ [file]: { ...moving, weight: 100_000, approvals: [approval] } });
    const { decision } = await settled();
    expect(decision.alerts).toMatchObject([{ rule: 'foreign-commit', severity: 'high', subject: moving.id }]);
    const now = Rollout.parse(JSON.parse((await text(file)) ?? ''));
    expect(now).toMatchObject({ weight: moving.weight, approvals: [], hold: { kind: 'edited-by-hand', by: ann } });
  });

  it('holds the rollout of a pair whose file was edited, under hold only', async () => {
    edit({ [pair]: placeOf({ weights: { '1.4.0': 100_000 } }) });
    await settled({ policy: 'accept' });
    expect(await text(pair)).toBe(printDocument(placeOf()));
    expect(await text(file)).toBe(printDocument(moving));
    edit({ [pair]: placeOf({ generation: 99 }) });
    await settled({ policy: 'hold' });
    expect(await text(pair)).toBe(printDocument(placeOf()));
    expect(JSON.parse((await text(file)) ?? '')).toMatchObject({ hold: { kind: 'edited-by-hand' } });
  });

  it('brings back progress that somebody removed, and removes what somebody made up', async () => {
    edit({ [file]: null, 'alerts/made-up.json': '{}', 'history/2026-11/rollout-x.json': '{}', 'notes.txt': 'hello' });
    await settled();
    expect(await text(file)).toContain(moving.id);
    const files = (await store.read(['alerts/made-up.json', 'history/', 'notes.txt'])).files;
    expect([...files.keys()]).toEqual([]);
  });

  it('removes links and other repositories with an alert, also where a file or folder of ours stood', async () => {
    const worktree = place.worktree(repository);
    const inside = (name: string) => path.join(worktree, name);
    writeFileSync(path.join(place.root, 'outside.json'), printDocument(enabled));
    rmSync(inside('flags/dash.json'));
    symlinkSync(path.join(place.root, 'outside.json'), inside('flags/dash.json'));
    rmSync(inside('services'), { recursive: true });
    symlinkSync('flags', inside('services'));
    git(worktree, 'add', '--all');
    const head = git(worktree, 'rev-parse', 'HEAD');
    git(worktree, 'update-index', '--add', '--cacheinfo', `160000,${head},flags/sub`);
    git(worktree, 'commit', '-q', '-m', 'links');
    place.publish(repository);

    const { decision } = await settled({ policy: 'accept' });
    expect(decision.verdicts.filter(({ verdict }) => verdict === 'adopted')).toEqual([]);
    expect(decision.alerts).toHaveLength(1);
    expect(decision.alerts[0]?.detail).toContain('flags/sub by Ann: a link or another repository');
    expect(await text('flags/dash.json')).toBe(printDocument(flag()));
    expect(await text(pair)).toBe(printDocument(placeOf()));
    expect(git(repository, 'ls-tree', '-r', BRANCH)).not.toMatch(/^1[26]0000/m);
    expect(await settle()).toBeUndefined();
  });

  it('puts a corrupt file back with an alert, and adopts the rest of the same commit', async () => {
    edit({ 'flags/dash.json': '{"half', 'flags/new.json': { ...flag(), key: 'new' } });
    const { decision } = await settled();
    expect(decision.alerts.map(({ rule, subject }) => [rule, subject])).toEqual([['document-invalid', 'flag/dash']]);
    expect(await text('flags/dash.json')).toBe(printDocument(flag()));
    expect(await text('flags/new.json')).toBeDefined();
  });

  it('puts a flag back that breaks the rules of flags or that another flag needs', async () => {
    await ours({ 'flags/child.json': { ...flag(), key: 'child', requires: [{ flag: 'dash', variant: 'on' }] } });
    edit({ 'flags/dash.json': null });
    expect((await settled()).decision.verdicts[0]?.because).toContain('flag-required');
    edit({ 'flags/dash.json': flag({ off: 'nowhere' }) });
    expect((await settled()).decision.verdicts[0]).toMatchObject({ verdict: 'invalid' });
    expect(await text('flags/dash.json')).toBe(printDocument(flag()));
  });

  it('puts a flag back that a rollout moves in the environment edited', async () => {
    const subject = {
      type: 'flag',
      flag: 'dash',
      environment: 'production',
      rule: 'default',
      candidate: 'on',
      stable: 'off',
      services: [],
    } as const;
    const ramp = inBeta({ id: 'dash-production-20261121-00000001', kind: 'flag', subject });
    await ours({ [paths.rollout(ramp.id)]: ramp });
    edit({ 'flags/dash.json': enabled });
    expect((await settled()).decision.verdicts[0]?.because).toContain('flag-in-rollout');
  });

  describe('git revert', () => {
    it('of a flag commit is adopted with the default setting: the old serve is back', async () => {
      await ours({ 'flags/dash.json': enabled });
      byGit('revert', '--no-edit', 'HEAD');
      const { decision } = await settled();
      expect(decision).toMatchObject({ alerts: [], changes: [], message: { event: 'external.adopted' } });
      expect(await text('flags/dash.json')).toBe(printDocument(flag()));
    });

    it('of a rollout commit is read as the command rollback; the files stay as they were, held until it runs', async () => {
      const later = { ...moving, weight: 50_000 };
      const reverted = await ours({ [file]: later, [pair]: placeOf({ generation: 4 }) });
      byGit('revert', '--no-edit', 'HEAD');
      const { decision } = await settled();
      expect(decision.alerts).toEqual([]);
      expect(decision.commands).toMatchObject([
        { command: { name: 'rollback', args: { target: moving.id }, environment: 'production' }, actor: ann, reverted },
      ]);
      expect(JSON.parse((await text(file)) ?? '')).toMatchObject({ weight: 50_000, hold: { kind: 'edited-by-hand' } });
      expect(await text(pair)).toBe(printDocument(placeOf({ generation: 4 })));
    });

    it('of a rollout commit without the words of git, but exactly its inverse, is the same', async () => {
      await ours({ [file]: { ...moving, weight: 50_000 } });
      edit({ [file]: moving }, 'back, please');
      expect((await settled()).decision.commands).toHaveLength(1);
    });

    it('with its words on another edit is not believed', async () => {
      const head = await ours({ 'flags/dash.json': enabled });
      edit({ [file]: { ...moving, weight: 100_000 } }, `Revert\n\nThis reverts commit ${head}.\n`);
      const { decision } = await settled();
      expect(decision.commands).toEqual([]);
      expect(decision.alerts).toHaveLength(1);
    });

    it('taken back by another revert before anybody looked means nothing', async () => {
      await ours({ [file]: { ...moving, weight: 50_000 } });
      byGit('revert', '--no-edit', 'HEAD');
      byGit('revert', '--no-edit', 'HEAD');
      expect((await settled()).decision).toMatchObject({ commands: [], alerts: [], changes: [] });
    });

    it('of a rollback is no rollback: it is put back with an alert', async () => {
      await ours({ [file]: rolledBack() });
      byGit('revert', '--no-edit', 'HEAD');
      const { decision } = await settled();
      expect(decision.commands).toEqual([]);
      expect(decision.alerts).toHaveLength(1);
    });

    it('is put back whole under refuse', async () => {
      await ours({ [file]: { ...moving, weight: 50_000 } });
      byGit('revert', '--no-edit', 'HEAD');
      const { decision } = await settled({ policy: 'refuse' });
      expect(decision.commands).toEqual([]);
      expect(await text(file)).toBe(printDocument({ ...moving, weight: 50_000 }));
    });
  });

  it('decides a cherry-pick of an old commit like any edit', async () => {
    const enable = await ours({ 'flags/dash.json': enabled });
    await ours({ 'flags/dash.json': flag() });
    byGit('cherry-pick', enable);
    expect((await settled()).decision).toMatchObject({ actor: ann, message: { event: 'external.adopted' } });
    expect(await text('flags/dash.json')).toBe(printDocument(enabled));
  });

  it('measures an amended commit against the sealed one before it', async () => {
    await ours({ [file]: { ...moving, weight: 50_000 }, 'flags/dash.json': enabled });
    const worktree = place.worktree(repository);
    git(worktree, 'checkout', '-q', 'HEAD~1', '--', 'flags/dash.json');
    git(worktree, 'commit', '-q', '--amend', '--no-edit');
    place.publish(repository);
    const { decision } = await settled();
    expect(decision.verdicts.map(({ file: edited, verdict }) => [edited.path, verdict])).toEqual([[file, 'progress']]);
    expect(JSON.parse((await text(file)) ?? '')).toMatchObject({ weight: moving.weight });
  });

  it('decides what a merge brought in against the newest sealed commit, whichever side it came from', async () => {
    const worktree = place.worktree(repository);
    git(worktree, 'checkout', '-q', '-b', 'side');
    writeFileSync(path.join(worktree, 'flags/dash.json'), printDocument(enabled));
    writeFileSync(path.join(worktree, pair), printDocument(placeOf({ generation: 99 })));
    git(worktree, 'commit', '-q', '-a', '-m', 'on the side');
    await ours({ 'flags/new.json': { ...flag(), key: 'new' } });
    git(worktree, 'merge', '-q', '--no-ff', '-m', 'merge the state into the side', 'sluice-state');
    place.publish(repository);
    const { decision } = await settled();
    expect(decision.verdicts.map(({ file: changed, verdict }) => [changed.path, verdict])).toEqual([
      ['flags/dash.json', 'adopted'],
      [pair, 'progress'],
    ]);
    expect(await text('flags/dash.json')).toBe(printDocument(enabled));
    expect(await text('flags/new.json')).toBeDefined();
    expect(await text(pair)).toBe(printDocument(placeOf()));
  });
});
