import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { githubInTest } from '../support/github/in-test.ts';
import { cloneInTest, written } from '../cli/on-github.ts';

const CONFIG = `
version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh }
    env: [DEPLOY_TOKEN]
    health: https://shop.example.com/healthz
    strategy: canary-beta-production
environments:
  production:
    github-environments: { canary: canary, beta: beta }
    approvals: { from: ["team:web-leads", "user:alice"] }
notify: [{ channel: webhook, url: $HOOK_URL }]
`;

it('R-708 in a clone from GitHub `init` writes the workflows of the configuration, owners, and what is left to do', async () => {
  const { fake, sluice, file, folder } = await cloneInTest(CONFIG);
  const { status, out } = await sluice('init --yes');
  expect(status).toBe(0);
  expect((await readdir(join(folder, '.github/workflows'))).toSorted()).toEqual([
    'deploy.yml',
    'sluice-check.yml',
    'sluice-commands.yml',
    'sluice-tick.yml',
  ]);
  const deploy = await file('.github/workflows/deploy.yml');
  expect(deploy).toContain('          DEPLOY_TOKEN: ${{ secrets.DEPLOY_TOKEN }}\n');
  expect(deploy).toContain('          HOOK_URL: ${{ secrets.HOOK_URL }}\n');
  expect(await file('.github/CODEOWNERS')).toContain('/.github/sluice.yml @acme/web-leads @alice\n');
  expect(out).toContain('gh api --method PUT repos/acme/shop/environments/canary');
  expect(out).toContain('gh api --method PUT repos/acme/shop/environments/production-operate');
  expect(out).toContain('Mode: open');
  expect(out).toContain('production/beta begin by themselves');
  expect(out.match(/^ *- /gm)?.length).toBeGreaterThanOrEqual(3);
  expect(fake.calls).toEqual([]);
});

it('R-708 what is there stays as it is, and is named; a second run writes nothing', async () => {
  const { sluice, file, folder } = await cloneInTest(CONFIG);
  await written(join(folder, '.github/workflows/deploy.yml'), 'name: mine\n');
  await written(join(folder, 'CODEOWNERS'), '* @acme/everybody\n');
  const { out } = await sluice('init --yes');
  expect(await file('.github/workflows/deploy.yml')).toBe('name: mine\n');
  expect(await file('CODEOWNERS')).toBe('* @acme/everybody\n');
  expect(existsSync(join(folder, '.github/CODEOWNERS'))).toBe(false);
  expect(out).toContain('Left as they are: CODEOWNERS (no line for /.github/sluice.yml, /.github/workflows/)');
  const again = JSON.parse((await sluice('init --yes --json')).out) as {
    details: { written: string[]; left: string[] };
  };
  expect(again.details.written).toEqual([]);
  expect(again.details.left).toHaveLength(5);
});

it('R-708 `--dry-run` lists the files and changes nothing, here or on the state branch', async () => {
  const { sluice, folder, git } = await cloneInTest();
  const { status, out } = await sluice('init --yes --dry-run');
  expect(status).toBe(0);
  expect(out).toContain('would write .github/sluice.yml, .github/workflows/deploy.yml');
  expect(existsSync(join(folder, '.github'))).toBe(false);
  await expect(git('rev-parse', '--verify', 'sluice-state')).rejects.toThrow('fatal');
});

it('R-708 a repository without anything gets a configuration and workflows that fit each other', async () => {
  const { sluice, file } = await cloneInTest();
  expect((await sluice('init --yes')).status).toBe(0);
  const deploy = await file('.github/workflows/deploy.yml');
  const jobs = [...deploy.matchAll(/^ {2}([\w-]+):$/gm)].map(([, id]) => id).filter((id) => id !== 'push');
  expect(jobs.slice(-4)).toEqual(['development', 'staging', 'production', 'settle']);
  const checked = await sluice('check --setup');
  expect(checked.out).toMatch(/going back +ok/);
  expect(checked.status).toBe(0);
});

it('R-708 a bake longer than a job brings the workflow of stages', async () => {
  const days = CONFIG.replace('strategy: canary-beta-production', 'strategy: slow')
    .replace(
      'environments:',
      'strategies: { slow: { deadline: 7d, stages: [{ name: canary, weight: 5%, bake: 1d, promote: job }, { name: all, weight: 100%, bake: 1h }] } }\nenvironments:',
    )
    .replace('beta: beta', 'all: production');
  const { sluice, file } = await cloneInTest(days);
  expect((await sluice('init --yes')).status).toBe(0);
  expect(await file('.github/workflows/sluice-stage.yml')).toContain('actions/promote');
  expect(await file('.github/workflows/deploy.yml')).toContain('`baking`');
});

it('R-708 with a token the actions are pinned to the commit of the release of this very version', async () => {
  const fake = await githubInTest({ owner: 'sluice-dev', repo: 'sluice' });
  const sha = await fake.push({ branch: 'release', files: { 'action.yml': 'name: Sluice\n' } });
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
  await fake.state.git.move([{ name: `refs/tags/v${version}`, after: sha }]);
  const clone = await cloneInTest(CONFIG, fake);
  await clone.sluice('init --yes', fake.token({ login: 'alice' }));
  const deploy = await clone.file('.github/workflows/deploy.yml');
  expect(deploy).toContain(`uses: sluice-dev/sluice/actions/deploy@${sha} # v${version}\n`);
  expect(deploy).not.toContain('@v1');
});
