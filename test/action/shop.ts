/** A shop whose versions are deployed by three scripts of its repository. */
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Job, jobInTest, type StepRun } from './job.ts';

/** Three stages, each left by a job. */
export const PIPELINE = `version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh, remove: ./remove.sh }
    strategy: staged
strategies:
  staged:
    keep-old: 0s
    stages:
      - { name: canary, weight: 5%, bake: 30s, promote: job, analysis: none }
      - { name: beta, weight: 25%, bake: 30s, promote: job, analysis: none }
      - { name: production, weight: 100%, bake: 30s, analysis: none }
environments:
  production: {}
`;
const SCRIPTS = {
  'deploy.sh': '#!/bin/bash\necho "deploy $SLUICE_VERSION $(cat version)" >> "$HOME/notes"\n',
  'traffic.sh': '#!/bin/bash\necho "traffic $SLUICE_WEIGHTS" >> "$HOME/notes"\n',
  'remove.sh': '#!/bin/bash\necho "remove $SLUICE_VERSION" >> "$HOME/notes"\n',
};

export interface Shop extends Job {
  /** Where its commands write. */
  readonly home: string;
  /** A step of this shop's pipeline. */
  go(action: string, inputs: Readonly<Record<string, string>>, options?: Parameters<Job['step']>[1]): Promise<StepRun>;
  release(version: string): Promise<string>;
  notes(): Promise<string>;
  /** The one open rollout's document. */
  open(): Promise<unknown>;
  /** Waits until the newest commit's title has the word. */
  until(word: string): Promise<void>;
  /** What `git fsck` finds wrong. */
  fsck(): Promise<string>;
}

export async function shop(config: string = PIPELINE): Promise<Shop> {
  const job = await jobInTest({ '.github/sluice.yml': config, ...SCRIPTS });
  const home = join(job.workspace, '..', `home-${Math.random().toString(36).slice(2)}`);
  await mkdir(home, { recursive: true });
  return {
    ...job,
    home,
    go: (action, inputs, options = {}) => job.step(action, { ...options, inputs, env: { HOME: home, ...options.env } }),
    release: async (version: string) => {
      const sha = await job.fake.push({ branch: 'main', files: { ...SCRIPTS, version }, message: version });
      await job.fake.push({ branch: 'main', files: { other: version }, message: 'later' });
      await job.tag(version, sha);
      await job.checkOut(sha);
      for (const name of Object.keys(SCRIPTS)) await chmod(join(job.workspace, name), 0o755);
      return sha;
    },
    open: async () => {
      const [file] = await job.files('rollouts/');
      return file === undefined ? undefined : job.state(file);
    },
    until: async (word: string) => {
      while (!(await job.titles())[0]?.includes(word)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    fsck: () => job.fsck(),
    notes: () => readFile(join(home, 'notes'), 'utf8').catch(() => ''),
  };
}

/** One release live, and the next one tagged and checked out. */
export async function twoReleases(config: string = PIPELINE): Promise<{ readonly web: Shop; readonly sha: string }> {
  const web = await shop(config);
  await web.release('1.3.2');
  const first = await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '30m' }, { run: '7000' });
  expect(first.result, first.log).toMatchObject({ ok: true, code: 'done' });
  return { web, sha: await web.release('1.4.0') };
}
