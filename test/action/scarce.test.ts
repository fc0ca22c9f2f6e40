import { describe, expect, it } from 'vitest';
import { type Job, jobInTest } from './job.ts';

const CONFIG = `version: 1
services:
  web:
    deploy: ./deploy.sh
    strategy: all-at-once
environments:
  production: {}
`;

/** So many calls are left of the hour's before the next one. */
function leave(job: Job, left: number): void {
  const { rate } = job.fake.state;
  rate.used = rate.limit - left;
  // In seconds, as GitHub has it.
  rate.reset = Math.floor(job.clock.now() / 1_000) + 3_600;
}

const flag = { command: 'flag create new-dashboard' };
const off = { command: 'flag disable new-dashboard in production' };

describe('few calls are left', () => {
  it('what can wait is refused after the first read, and nothing is changed', async () => {
    const job = await jobInTest({ '.github/sluice.yml': CONFIG });
    leave(job, 150);
    const step = await job.step('root', { inputs: flag });
    expect(step.result).toMatchObject({ ok: false, code: 'rate-limited' });
    expect(step.result.summary).toContain('fewer than 200 calls');
    expect(step.status).toBe(1);
    expect(step.calls).toEqual(['POST /graphql repository']);
    expect(await job.titles()).toEqual([]);
    expect(job.fake.violations).toEqual([]);
  });

  it('with more of them left it is done', async () => {
    const job = await jobInTest({ '.github/sluice.yml': CONFIG });
    leave(job, 300);
    expect((await job.step('root', { inputs: flag })).result.code).toBe('done');
  });

  it('what takes something back from users goes on', async () => {
    const job = await jobInTest({ '.github/sluice.yml': CONFIG });
    await job.step('root', { inputs: flag });
    await job.step('root', { inputs: { command: 'flag enable new-dashboard in production' } });
    leave(job, 150);
    const step = await job.step('root', { inputs: off });
    expect(step.result).toMatchObject({ ok: true, code: 'done' });
    expect(job.fake.violations).toEqual([]);
  });

  it('a tick says so, and does not fail', async () => {
    const job = await jobInTest({ '.github/sluice.yml': CONFIG });
    leave(job, 150);
    const step = await job.step('reconcile', { event: 'schedule' });
    expect(step.result).toMatchObject({ ok: true, code: 'unchanged' });
    expect(step.log).toContain('the rest waits');
  });
});
