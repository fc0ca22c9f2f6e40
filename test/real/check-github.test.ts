import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { cloneInTest, type Clone } from '../cli/on-github.ts';

const CONFIG = `
version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh }
    health: https://shop.example.com/healthz
    strategy: canary-beta-production
environments:
  production:
    github-environments: { canary: canary, beta: beta }
    approvals: { from: ["user:alice"], by: github }
notify: [{ channel: webhook, url: $HOOK_URL }]
`;

async function setUp(): Promise<Clone> {
  const clone = await cloneInTest(CONFIG);
  await clone.sluice('init --yes');
  return clone;
}

async function edit({ folder }: Clone, name: string, change: (text: string) => string): Promise<void> {
  const path = join(folder, '.github/workflows', name);
  await writeFile(path, change(await readFile(path, 'utf8')));
}

it('R-708 `check --setup` says whose token it is, his role, which environments exist and who stands before them', async () => {
  const clone = await setUp();
  const { fake, sluice } = clone;
  fake.person({ login: 'alice', role: 'maintain' });
  fake.setEnvironment({ name: 'production', reviewers: ['alice'] });
  fake.setEnvironment({ name: 'canary' });
  fake.setEnvironment({ name: 'production-operate' });
  const { out, status } = await sluice('check --setup', fake.token({ login: 'alice' }));
  expect(out).toMatch(/token +ok +alice, role maintain/);
  expect(out).toMatch(/environment production +ok +1 reviewer/);
  expect(out).toMatch(/environment beta +warning +not there/);
  expect(out).toMatch(/environment canary +missing +`approvals.by: github`/);
  expect(out).toMatch(/environment production-operate +ok +nobody has to click/);
  expect(out).toMatch(/deploy.yml, job settle +ok/);
  expect(out).toMatch(/trust +ok +open/);
  expect(out).toMatch(/going back +ok +waits for no click/);
  expect(status).toBe(0);
});

it('R-708 it fails where going back would wait for a click', async () => {
  const { fake, sluice } = await setUp();
  fake.setEnvironment({ name: 'production-operate', reviewers: ['alice'] });
  fake.person({ login: 'alice', role: 'maintain' });
  const { out, err, status } = await sluice('check --setup', fake.token({ login: 'alice' }));
  expect(status).toBe(1);
  expect(err + out).toContain('job settle takes back, and waits for a click in production-operate');
  expect(out).toMatch(/environment production-operate +missing +1 reviewer/);
});

it('R-708 it fails where a rollback would need a secret that only jobs which deploy are given', async () => {
  const clone = await setUp();
  await edit(clone, 'sluice-tick.yml', (text) => text.replace(/^ +HOOK_URL: .*\n/m, ''));
  const { out, err, status } = await clone.sluice('check --setup');
  expect(status).toBe(1);
  expect(err + out).toContain('sluice-tick.yml: job tick takes back without $HOOK_URL');
  expect(out).toMatch(/token +warning +GitHub was not asked +set GH_TOKEN/);
});

it('R-708 it names the permissions that a job of ours lacks, and a token that may not list environments', async () => {
  const clone = await setUp();
  await edit(clone, 'deploy.yml', (text) => text.replace(/^ +deployments: write.*\n/m, ''));
  clone.fake.person({ login: 'alice', role: 'write' });
  const token = clone.fake.token({ login: 'alice', permissions: { contents: 'read' } });
  const { out, status } = await clone.sluice('check --setup', token);
  expect(out).toMatch(/deploy.yml, job canary +missing +lacks permissions +add deployments: write/);
  expect(out).toMatch(/GitHub environments +warning +could not be seen +token-lacks-permission/);
  expect(status).toBe(0);
});

it('R-708 a token that GitHub does not know is told, and the rest is checked all the same', async () => {
  const { sluice } = await setUp();
  const { out, status } = await sluice('check --setup', 'ghp_gone');
  expect(out).toMatch(/token +warning +GitHub was not asked +token-missing/);
  expect(out).toMatch(/going back +ok +has its secrets; not seen/);
  expect(out).not.toContain('ghp_gone');
  expect(status).toBe(0);
});
