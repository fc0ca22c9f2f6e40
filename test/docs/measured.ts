/** What pieces of work ask of GitHub and commit, measured on the fake with the bakes of the examples. */
import { expect } from 'vitest';
import { shop } from '../action/shop.ts';
import { talkInTest } from '../action/comment-job.ts';
import { jobInTest, type Job } from '../action/job.ts';
import { staged } from './costs.ts';

export interface Measured {
  /** Requests that count against the hourly budget: answers 304 are free. */
  readonly calls: number;
  readonly commits: number;
}

/** A run that nobody started by hand is believed about where its jobs run. */
const PUSHED = {
  event: 'push',
  payload: { sender: { id: 583231, login: 'alice', type: 'User' }, repository: { id: 101 } },
};

async function measured(job: Job, work: () => Promise<unknown>): Promise<Measured> {
  const [since, before] = [job.fake.calls.length, (await job.titles()).length];
  await work();
  const paid = job.fake.calls.slice(since).filter(({ status }) => status !== 304).length;
  return { calls: paid, commits: (await job.titles()).length - before };
}

/** A tag goes through canary, beta and production, each waited for by its job. */
export async function rolloutInJobs(): Promise<Measured> {
  const web = await shop(staged('5m', '15m', '30m'));
  await web.release('1.3.2');
  const first = await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '120m' }, { run: '7000' });
  expect(first.result, first.log).toMatchObject({ ok: true });
  await web.release('1.4.0');
  return measured(web, async () => {
    const canary = await web.go('deploy', { service: 'web', version: '1.4.0', until: 'canary', timeout: '25m' });
    const rollout = canary.outputs['rollout'] ?? '';
    for (const [stage, timeout] of [
      ['beta', '40m'],
      ['production', '50m'],
    ] as const) {
      const step = await web.go('promote', { rollout, to: stage, timeout }, { ...PUSHED, job: stage });
      expect(step.outputs, step.log).toMatchObject({ code: 'done' });
    }
  });
}

/** The same over days: a job begins each stage, ticks watch in between; `ticks` is how many there were. */
export async function rolloutByTicks(hours: number): Promise<Measured & { readonly ticks: number }> {
  const web = await shop(staged(`${hours / 4}h`, `${hours / 4}h`, `${hours / 2}h`));
  await web.release('1.3.2');
  await web.go('deploy', { service: 'web', version: '1.3.2', timeout: '0s' }, { run: '6999' });
  let run = 7_100;
  let ticks = 0;
  const tick = async (): Promise<void> => {
    web.clock.pass(300_000);
    ticks += 1;
    run += 1;
    const step = await web.go('reconcile', {}, { event: 'schedule', run: String(run) });
    expect(step.outputs['ok'], step.log).toBe('true');
  };
  const rests = async (): Promise<boolean> => (await web.open()) === undefined;
  while (!(await rests())) await tick();
  await web.release('1.4.0');
  ticks = 0;
  const cost = await measured(web, async () => {
    const canary = await web.go('deploy', { service: 'web', version: '1.4.0', timeout: '10m' });
    const rollout = canary.outputs['rollout'] ?? '';
    while (!(await rests())) {
      const waits = (await web.titles())[0]?.includes('waits for a job') === true;
      if (waits)
        await web.go('promote', { rollout, timeout: '15m' }, { ...PUSHED, job: 'stage', run: String((run += 1)) });
      else await tick();
    }
  });
  return { ...cost, ticks };
}

export async function flagByComment(): Promise<Measured> {
  const talk = await talkInTest();
  await talk.say('/sluice flag create dash');
  return measured(talk, () => talk.say('/sluice flag enable dash 25% in production'));
}

export async function tickWithoutNews(): Promise<Measured> {
  const job = await jobInTest({ '.github/sluice.yml': staged('5m', '15m', '30m') });
  await job.step('flag', { inputs: { action: 'create', flag: 'dash' } });
  await job.step('reconcile', { event: 'schedule', run: '7050' });
  return measured(job, () => job.step('reconcile', { event: 'schedule', run: '7051' }));
}
