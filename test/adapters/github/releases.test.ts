import { describe, expect, it } from 'vitest';
import { githubForge } from '../../../src/adapters/github/forge/forge.ts';
import { githubReleases } from '../../../src/adapters/github/releases.ts';
import type { Releases } from '../../../src/ports/releases.ts';
import { git } from '../../support/github/git/process.ts';
import { clientOf, githubWithHands, type HandedGithub } from './forge/bench.ts';

function releasesOf(fake: HandedGithub, options: { readonly pull?: number; readonly forks?: boolean } = {}): Releases {
  const client = clientOf(fake);
  return githubReleases({ client, code: githubForge(client).code, ...options });
}

const tag = (fake: HandedGithub, ...args: readonly string[]): Promise<Buffer> =>
  git(fake.folder, ['-c', 'user.name=A', '-c', 'user.email=a@example.com', 'tag', ...args]);

describe('versions of a repository over the API', () => {
  it('are its tags, with and without a v, annotated ones too; labelled as they were typed', async () => {
    const fake = await githubWithHands();
    const first = await fake.push({ branch: 'main', files: { a: '1' } });
    await tag(fake, '1.4.0', first);
    const second = await fake.push({ branch: 'main', files: { a: '2' } });
    await tag(fake, '-a', '-m', 'two', 'v1.5.0', second);
    const releases = releasesOf(fake);
    expect(await releases.resolve('1.4.0')).toEqual({ label: '1.4.0', commit: first });
    expect(await releases.resolve('1.5.0')).toEqual({ label: '1.5.0', commit: second });
    expect(await releases.resolve('v1.5.0')).toEqual({ label: 'v1.5.0', commit: second });
    expect(await releases.resolve('1.6.0')).toBeUndefined();
  });

  it('are commits by their SHA, and branches are none', async () => {
    const fake = await githubWithHands();
    const sha = await fake.push({ branch: 'topic', files: { a: '1' } });
    const releases = releasesOf(fake);
    const before = fake.calls.length;
    expect(await releases.resolve(sha)).toEqual({ label: sha.slice(0, 12), commit: sha });
    expect(fake.calls.length - before, 'a full SHA is no tag, and whose it is').toBe(2);
    expect(await releases.resolve(sha.slice(0, 8))).toEqual({ label: sha.slice(0, 12), commit: sha });
    for (const version of ['topic', 'main', '..', '$(x)', 'a/b', '', '--all']) {
      expect([version, await releases.resolve(version)]).toEqual([version, undefined]);
    }
  });

  it('give nothing for the beginning of a SHA by which somebody called a branch', async () => {
    const fake = await githubWithHands();
    const good = await fake.push({ branch: 'main', files: { a: 'good' } });
    await fake.push({ branch: good.slice(0, 12), files: { a: 'evil' } });
    expect(await releasesOf(fake).resolve(good.slice(0, 12))).toBeUndefined();
    expect((await releasesOf(fake).resolve(good))?.commit).toBe(good);
  });

  it('give a tag that looks like a SHA before the commit', async () => {
    const fake = await githubWithHands();
    const first = await fake.push({ branch: 'main', files: { a: '1' } });
    const second = await fake.push({ branch: 'main', files: { a: '2' } });
    await tag(fake, first.slice(0, 8), second);
    expect((await releasesOf(fake).resolve(first.slice(0, 8)))?.commit).toBe(second);
  });

  it('`latest` is the newest by semver, whatever was tagged last', async () => {
    const fake = await githubWithHands();
    const shas: string[] = [];
    for (const [at, name] of ['v1.10.0', 'v1.9.0', 'nightly', '2.0.0-rc.1'].entries()) {
      shas.push(await fake.push({ branch: 'main', files: { a: String(at) } }));
      await tag(fake, name, shas[at] ?? '');
    }
    expect(await releasesOf(fake).resolve('latest')).toEqual({ label: '2.0.0-rc.1', commit: shas[3] });
    await tag(fake, '-d', '2.0.0-rc.1');
    expect(await releasesOf(fake).resolve('latest')).toEqual({ label: '1.10.0', commit: shas[0] });
  });

  it('`latest` is nothing without tags', async () => {
    expect(await releasesOf(await githubWithHands()).resolve('latest')).toBeUndefined();
  });

  it("`head` is the default branch's, or the pull request's", async () => {
    const fake = await githubWithHands();
    const main = await fake.push({ branch: 'main', files: { a: '1' } });
    const { number, head } = await fake.openPull({ branch: 'topic', files: { b: '1' } });
    expect(await releasesOf(fake).resolve('head')).toEqual({ label: main.slice(0, 12), commit: main });
    expect(await releasesOf(fake, { pull: number }).resolve('head')).toEqual({
      label: head.slice(0, 12),
      commit: head,
    });
    await expect(releasesOf(fake, { pull: 4_711 }).resolve('head')).rejects.toMatchObject({ code: 'target-unknown' });
  });

  it("refuse a fork's head unless forks are allowed", async () => {
    const fake = await githubWithHands();
    const { number, head } = await fake.openPull({ branch: 'patch-1', fork: 'mallory', files: { b: '1' } });
    await expect(releasesOf(fake, { pull: number }).resolve('head')).rejects.toMatchObject({ code: 'fork-refused' });
    expect((await releasesOf(fake, { pull: number, forks: true }).resolve('head'))?.commit).toBe(head);
  });

  it('R-901 are no commits of forks, in whichever way they are named and however old their pull request is', async () => {
    const fake = await githubWithHands();
    await fake.push({ branch: 'main', files: { a: '1' } });
    const { number, head } = await fake.openPull({ branch: 'patch-1', fork: 'mallory', files: { b: '1' } });
    const second = await fake.pushToPull(number, { b: '2' });
    for (const version of [head, head.slice(0, 12), second]) {
      await expect(releasesOf(fake).resolve(version)).rejects.toMatchObject({ code: 'fork-refused' });
    }
    await fake.closePull(number);
    await expect(releasesOf(fake).resolve(second)).rejects.toMatchObject({ code: 'fork-refused' });
    expect((await releasesOf(fake, { forks: true }).resolve(second))?.commit).toBe(second);
    expect(fake.violations).toEqual([]);
  });

  it('are commits that a branch has: an older one of the default branch, and of an open pull request of ours', async () => {
    const fake = await githubWithHands();
    const old = await fake.push({ branch: 'main', files: { a: '1' } });
    await fake.push({ branch: 'main', files: { a: '2' } });
    const { number, head } = await fake.openPull({ branch: 'topic', files: { b: '1' } });
    await fake.pushToPull(number, { b: '2' });
    expect((await releasesOf(fake).resolve(old))?.commit).toBe(old);
    expect((await releasesOf(fake).resolve(head))?.commit).toBe(head);
    await tag(fake, '3.0.0', head);
    await fake.closePull(number);
    await expect(releasesOf(fake).resolve(head)).rejects.toMatchObject({ code: 'fork-refused' });
    expect((await releasesOf(fake).resolve('3.0.0'))?.commit).toBe(head);
    expect(fake.violations).toEqual([]);
  });
});
