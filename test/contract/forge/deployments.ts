import { describe, expect, it } from 'vitest';
import type { Bench, ForgeWorld } from '../forge.contract.ts';

const pushed = (world: ForgeWorld): Promise<string> => world.push({ branch: 'main', files: { 'a.txt': 'a' } });

const asked = (sha: string, more: object = {}) => ({
  sha,
  environment: 'production',
  rollout: 'r-7f3a',
  description: 'web 1.4.0 to production',
  production: true,
  ...more,
});

const CREATE = 'POST /repos/{owner}/{repo}/deployments';

export function deploymentRules(bench: Bench): void {
  describe('deployments', () => {
    it('are of the full commit, merge nothing, ask no contexts, and carry their rollout', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      world.setChecks(sha, [{ name: 'ci', state: 'failure' }]);
      const made = await open().deployments.create(asked(sha, { description: 'x'.repeat(300) }));
      expect(made).toEqual({ id: made.id, sha, environment: 'production', rollout: 'r-7f3a' });
      const request = world.calls.find(({ route }) => route === CREATE)?.request;
      expect(request).toMatchObject({
        ref: sha,
        auto_merge: false,
        required_contexts: [],
        production_environment: true,
      });
      expect(world.deployments()[0]?.description).toHaveLength(140);
    });

    it('are never made for anything but a full SHA', async () => {
      const { world, open } = bench();
      const before = world.calls.length;
      for (const sha of ['main', 'abc1234', 'HEAD', '$(x)\n']) {
        await expect(open().deployments.create(asked(sha))).rejects.toMatchObject({ code: 'value-invalid' });
      }
      expect(world.calls.length).toBe(before);
    });

    it('are listed newest first; the state of one is what its newest status says', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const deployments = open().deployments;
      const first = await deployments.create(asked(sha));
      await deployments.setStatus(first.id, { state: 'success', description: 'live' });
      const second = await deployments.create(asked(sha, { environment: 'staging', rollout: 'r-2' }));
      expect(await deployments.list({})).toEqual([second, first]);
      expect(await deployments.list({ environment: 'production' })).toEqual([first]);
      expect(await Promise.all([first, second].map(({ id }) => deployments.state(id)))).toEqual(['success', 'pending']);
      expect(await deployments.state(first.id + 1_000)).toBeUndefined();
      expect(await deployments.list({ sha: 'a'.repeat(40) })).toEqual([]);
      expect(await deployments.list({ sha, environment: 'staging' })).toHaveLength(1);
    });

    it('take a success that makes no other one of the environment inactive: that one may be another service', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const { deployments } = open();
      const [web, api] = [
        await deployments.create(asked(sha, { production: false })),
        await deployments.create(asked(sha, { production: false, rollout: 'r-2' })),
      ];
      for (const { id } of [web, api]) await deployments.setStatus(id, { state: 'success', description: 'live' });
      expect(await deployments.state(web.id)).toBe('success');
    });

    it('take a status with a short description and web addresses only', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const deployments = open().deployments;
      const { id } = await deployments.create(asked(sha));
      const urls = { environmentUrl: 'https://shop.example.com/', logUrl: 'https://ci.example.com/1' };
      await deployments.setStatus(id, { state: 'in_progress', description: '🚀'.repeat(200), ...urls });
      await deployments.setStatus(id, {
        state: 'failure',
        description: '',
        environmentUrl: 'javascript:alert(1)',
        logUrl: 'ftp://x',
      });
      const [shown, bare] = world.deployments()[0]?.statuses ?? [];
      expect(shown).toMatchObject({ state: 'in_progress', ...urls });
      expect(shown?.description.length).toBeLessThanOrEqual(140);
      expect(bare).toMatchObject({ state: 'failure', environmentUrl: '', logUrl: '' });
    });

    it('of which the answer was lost are found, and not made twice', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      world.fault({ route: CREATE, lost: true });
      const made = await open().deployments.create(asked(sha));
      expect(made.rollout).toBe('r-7f3a');
      expect(world.deployments()).toHaveLength(1);
    });

    it.each([
      {
        answer: { status: 403, body: { message: 'Resource not accessible by integration' } },
        code: 'token-lacks-permission',
        says: /deployments: write/,
      },
      {
        answer: { status: 404, body: { message: 'Not Found' } },
        code: 'token-lacks-permission',
        says: /create a deployment.*deployments: write/,
      },
      {
        answer: { status: 409, body: { message: 'Conflict merging main' } },
        code: 'busy',
        says: /Conflict merging main/,
      },
      { answer: { status: 422, body: { message: 'Validation Failed' } }, code: 'failed', says: /Validation Failed/ },
      { answer: { status: 502, body: {}, times: 9 }, code: 'unreachable', says: /502/ },
      { answer: { status: 202, body: { message: 'Auto-merged main' } }, code: 'failed', says: /deployed nothing/ },
    ])('reject on $answer.status, in one line that says why', async ({ answer, code, says }) => {
      const { world, open } = bench();
      const sha = await pushed(world);
      world.fault({ route: CREATE, ...answer });
      const asking = open().deployments.create(asked(sha));
      await expect(asking).rejects.toMatchObject({ name: 'ForgeError', code });
      await expect(asking).rejects.toThrow(says);
      await asking.catch((error: unknown) => expect(String(error)).not.toMatch(/\n/));
      expect(world.deployments()).toEqual([]);
    });

    it('name the permission that a token lacks', async () => {
      const { world, open } = bench();
      const sha = await pushed(world);
      const forge = open({ permissions: { deployments: 'read', contents: 'write' } });
      await expect(forge.deployments.create(asked(sha))).rejects.toThrow(/token-lacks-permission.*deployments: write/);
      expect(await forge.deployments.list({})).toEqual([]);
    });
  });

  describe('environments', () => {
    it('are listed over all pages with who must click, how long they wait and whose rules are asked', async () => {
      const { world, open } = bench();
      world.person({ login: 'alice', role: 'admin' });
      for (let at = 0; at < 104; at += 1) world.setEnvironment({ name: `preview/${at} "x"` });
      world.setEnvironment({
        name: 'production',
        reviewers: ['alice', 'team:ops'],
        preventSelfReview: true,
        waitMinutes: 30,
        customRules: ['sluice'],
      });
      world.setEnvironment({ name: 'operate', refs: ['main', 'tag:v*'] });
      const found = await open().deployments.environments();
      expect(found).toHaveLength(106);
      expect(found.find(({ name }) => name === 'operate')?.admits).toEqual([
        { type: 'branch', pattern: 'main' },
        { type: 'tag', pattern: 'v*' },
      ]);
      expect(found.find(({ name }) => name === 'production')).toEqual({
        name: 'production',
        reviewers: 2,
        preventsSelfReview: true,
        waits: 30,
        customRules: ['sluice'],
      });
      expect(found[0]).toMatchObject({ reviewers: 0, preventsSelfReview: false, waits: 0, customRules: [] });
    });

    it('are asked with a permission that is named where it lacks', async () => {
      const { open } = bench();
      const deployments = open({ permissions: { contents: 'read' } }).deployments;
      await expect(deployments.environments()).rejects.toThrow(/actions: read/);
    });
  });
}
