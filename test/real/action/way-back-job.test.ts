import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BY_JOB, talkInTest } from '../../action/comment-job.ts';

const MINUTE = 60_000;
const OWN = { GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/deploy.yml@refs/heads/main' };

it('R-401 R-901 a run that deployed ends as soon as the way back is called for: what undoes it waits behind nothing', async () => {
  const talk = await talkInTest(BY_JOB);
  const { fake, clock } = talk;
  // The job of a comment checks nothing out.
  const env = { GITHUB_WORKSPACE: mkdtempSync(join(tmpdir(), 'sluice-empty-')) };
  /** A release by a comment and a tick, as far as its own steps; the run and the operation that they report. */
  const begun = async (version: string): Promise<{ readonly run: string; readonly operation: string }> => {
    await talk.say(`/deploy ${version}`, { env });
    await talk.step('reconcile', {
      event: 'schedule',
      payload: { repository: { id: 101 } },
      run: `8${fake.dispatches.length}`,
    });
    const called = fake.dispatches.at(-1);
    const run = String(called?.run);
    const inputs = { rollout: String(called?.inputs['rollout']), timeout: '10m' };
    const { outputs, log } = await talk.step('promote', { event: 'workflow_dispatch', run, env: OWN, inputs });
    expect(outputs.continue, log).toBe('true');
    return { run, operation: outputs.operation ?? '' };
  };
  const report = ({ run, operation }: { readonly run: string; readonly operation: string }) =>
    talk.step('report', {
      event: 'workflow_dispatch',
      run,
      env: OWN,
      inputs: { operation, status: 'success', timeout: '20m' },
    });
  await talk.tag('1.0.0', talk.pull.head);
  await talk.checkOut(talk.pull.head);
  const first = await begun('1.0.0');
  expect((await report(first)).result.code).toBe('done');
  fake.endRun(Number(first.run));
  clock.pass(10 * MINUTE);
  await talk.tag('2.0.0', await fake.pushToPull(talk.pull.number, { version: '2' }));
  const second = await begun('2.0.0');
  const back = await talk.say('/rollback web', { env });
  expect(back.result, back.log).toMatchObject({ ok: true });
  const way = fake.dispatches.at(-1);
  expect([way?.name, way?.inputs['operation']]).toEqual(['deploy.yml', `${way?.inputs['rollout']}/2`]);
  const before = clock.now();
  const step = await report(second);
  expect(clock.now() - before, step.log).toBeLessThan(MINUTE);
  expect(step.result, step.log).toMatchObject({ ok: false, code: 'rolled-back' });
  expect(fake.dispatches.at(-1), 'it is called for once').toBe(way);
  expect(fake.violations).toEqual([]);
});
