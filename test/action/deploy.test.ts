import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Job, jobInTest, type StepRun } from './job.ts';

const CONFIG = `version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh, remove: ./remove.sh }
    strategy: staged
strategies:
  staged:
    keep-old: 0s
    stages:
      - { name: canary, weight: 5%, bake: 5m, promote: job, analysis: none }
      - { name: beta, weight: 25%, bake: 10m, promote: job, analysis: none }
      - { name: production, weight: 100%, bake: 1m, analysis: none }
environments:
  production: {}
`;
const SCRIPTS = {
  'deploy.sh': '#!/bin/bash\necho "deploy $SLUICE_VERSION $(cat version)" >> "$HOME/notes"\n',
  'traffic.sh': '#!/bin/bash\necho "traffic $SLUICE_WEIGHTS" >> "$HOME/notes"\n',
  'remove.sh': '#!/bin/bash\necho "remove $SLUICE_VERSION" >> "$HOME/notes"\n',
};

interface Shop extends Job {
  /** A step of this shop's pipeline. */
  go(action: string, inputs: Readonly<Record<string, string>>, options?: Parameters<Job['step']>[1]): Promise<StepRun>;
  release(version: string): Promise<string>;
  notes(): Promise<string>;
}

async function shop(config = CONFIG): Promise<Shop> {
  const job = await jobInTest({ '.github/sluice.yml': config, ...SCRIPTS });
  const home = join(job.workspace, '..', `home-${Math.random().toString(36).slice(2)}`);
  await mkdir(home, { recursive: true });
  return {
    ...job,
    go: (action, inputs, options = {}) => job.step(action, { ...options, inputs, env: { HOME: home, ...options.env } }),
    release: async (version) => {
      const sha = await job.fake.push({ branch: 'main', files: { ...SCRIPTS, version }, message: version });
      await job.fake.push({ branch: 'main', files: { other: version }, message: 'later' });
      await job.tag(version, sha);
      await job.checkOut(sha);
      for (const name of Object.keys(SCRIPTS)) await chmod(join(job.workspace, name), 0o755);
      return sha;
    },
    notes: () => readFile(join(home, 'notes'), 'utf8').catch(() => ''),
  };
}

void writeFile;

it('R-702 three jobs take a version through three stages, each beginning its own', async () => {
  const web = await shop();
  await web.release('1.3.2');
  const first = await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '30m' }, { run: '7000' });
  expect(first.result, first.log).toMatchObject({ ok: true, code: 'done' });
  const sha = await web.release('1.4.0');
  const canary = await web.go('deploy', { service: 'web', version: '1.4.0', until: 'canary', timeout: '25m' });
  expect(canary.outputs).toMatchObject({
    code: 'done',
    proceed: 'true',
    stage: 'canary',
    weight: '5',
    version: '1.4.0',
    sha,
  });
  const rollout = canary.outputs['rollout'] ?? '';
  const beta = await web.go('promote', { rollout, to: 'beta', timeout: '40m' }, { job: 'beta' });
  expect(beta.outputs).toMatchObject({ code: 'done', proceed: 'true', stage: 'beta', weight: '25' });
  const production = await web.go('promote', { rollout, to: 'production', timeout: '50m' }, { job: 'production' });
  expect(production.outputs).toMatchObject({ code: 'done', weight: '100' });
});
