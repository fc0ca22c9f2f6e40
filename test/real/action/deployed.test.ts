import { expect, it } from 'vitest';
import { HOUR } from '../../../src/core/model/time.ts';
import { type Job, jobInTest } from '../../action/job.ts';

const config = (more: string): string => `version: 1
services:
  web: { deploy: 'true', strategy: all-at-once${more} }
analysis: none
environments: { production: {} }
`;

interface Pull {
  readonly number: number;
  readonly head: string;
}

async function checked(job: Job, { number, head }: Pull): Promise<void> {
  const { id, login } = job.alice;
  const branch = { ref: 'main', repo: { id: 101 } };
  const payload = {
    sender: { id, login, type: 'User' },
    repository: { id: 101, default_branch: 'main' },
    pull_request: { number, head: { sha: head, ref: 'x', repo: { id: 101 } }, base: branch },
  };
  const step = await job.step('check', { inputs: { deployed: 'production' }, event: 'pull_request', payload });
  expect(step.status, step.log).toBe(0);
}

async function hours(job: Job, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    job.clock.pass(HOUR);
    await job.step('reconcile');
  }
}

const conclusions = (job: Job, pulls: readonly Pull[]): readonly (readonly (string | null)[])[] =>
  pulls.map(({ head }) =>
    job.fake
      .checkRuns(head)
      .filter(({ name }) => name === 'sluice / deployed')
      .map(({ conclusion, status }) => conclusion ?? status),
  );

it.each([
  ['takes all traffic', ''],
  ['is followed by weights', ", set-traffic: 'true'"],
])('R-703 `sluice / deployed` goes with what is live where a deploy %s: both writers say the same', async (_, more) => {
  const job = await jobInTest({ '.github/sluice.yml': config(more) });
  const pulls: Pull[] = [];
  for (const branch of ['a', 'b']) {
    const pull = await job.fake.openPull({ branch, files: { [branch]: '1' } });
    pulls.push(pull);
    await job.checkOut(pull.head);
    const step = await job.step('deploy', { inputs: { version: pull.head, timeout: '10m' } });
    expect(step.status, step.log).toBe(0);
    await hours(job, 2);
    expect(conclusions(job, pulls).at(-1), 'as the rollout says').toEqual(['success']);
    await checked(job, pull);
    expect(conclusions(job, pulls).at(-1), 'as the pull request asks').toEqual(['success']);
  }
  expect(conclusions(job, pulls), 'replaced').toEqual([['action_required'], ['success']]);
  const back = await job.step('rollback', { inputs: { service: 'web', reason: 'bad', timeout: '10m' } });
  expect(back.status, back.log).toBe(0);
  await hours(job, 2);
  expect(conclusions(job, pulls), 'rolled back').toEqual([['success'], ['action_required']]);
});
