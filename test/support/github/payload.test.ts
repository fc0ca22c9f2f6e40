import { beforeAll, expect, it } from 'vitest';
import { githubInTest } from './in-test.ts';
import * as payload from './payload.ts';
import * as ofRuns from './payload-run.ts';
import { checkPayload } from './referee/webhooks.ts';
import type { FakeGithub } from './types.ts';

const WORKFLOW = { '.github/workflows/deploy.yml': 'name: Deploy\non: push\n' };
const problems = ({ name, payload: told }: payload.FakeEvent): readonly string[] => checkPayload(name, told);

async function pull(fake: FakeGithub): Promise<number> {
  return (await fake.openPull({ branch: 'next', by: 'alice', files: { a: '1' } })).number;
}

// The first question compiles the schema: a second and more on a busy machine.
beforeAll(() => void checkPayload('push', {}));

it('comments, as they are made, edited and deleted', async () => {
  const fake = await githubInTest();
  const comment = fake.comment({ number: await pull(fake), by: 'bob', body: '.deploy `$(id)`' }).id;
  for (const action of ['created', 'edited', 'deleted'] as const) {
    const event = await payload.commentEvent(fake, {
      comment,
      action,
      ...(action === 'edited' ? { before: 'hi' } : {}),
    });
    expect(problems(event)).toEqual([]);
    expect(event).toMatchObject({
      actor: 'bob',
      ref: 'refs/heads/main',
      payload: { action, issue: { pull_request: {} } },
    });
  }
});

it('pull requests: on the test merge of head and base, or on the base', async () => {
  const fake = await githubInTest();
  const number = await pull(fake);
  for (const action of ['opened', 'synchronize', 'reopened', 'closed'] as const) {
    expect(problems(await payload.pullEvent(fake, { number, action }))).toEqual([]);
  }
  const event = await payload.pullEvent(fake, { number });
  expect((await fake.state.git.run(['show', `${event.sha}:a`])).toString()).toBe('1');
  expect(event.ref).toBe('refs/pull/1/merge');
  const base = await payload.pullEvent(fake, { number, target: true });
  expect(problems(base)).toEqual([]);
  expect(base).toMatchObject({ name: 'pull_request_target', ref: 'refs/heads/main' });
});

it('pushes, dispatches and schedules', async () => {
  const fake = await githubInTest();
  const sha = await fake.push({ branch: 'main', files: { a: '1' }, message: 'a\n\nb' });
  const push = await payload.pushEvent(fake);
  expect(problems(push)).toEqual([]);
  expect(push).toMatchObject({ sha, ref: 'refs/heads/main', payload: { after: sha } });
  const dispatch = await payload.dispatchEvent(fake, { inputs: { stage: 'beta' } });
  expect(problems(dispatch)).toEqual([]);
  expect(dispatch.payload['inputs']).toEqual({ stage: 'beta' });
  expect((await payload.scheduleEvent(fake)).payload['schedule']).toBe('7,37 * * * *');
});

it('runs, rules that ask, and reviews of deployments', async () => {
  const fake = await githubInTest({ files: WORKFLOW });
  fake.setEnvironment({ name: 'production', reviewers: ['bob', 'team:sre'], customRules: ['sluice'] });
  const { id: run } = await fake.beginRun({ environments: ['production'] });
  const of = { run, environment: 'production' };
  expect(problems(await ofRuns.ruleEvent(fake, of))).toEqual([]);
  expect(problems(await ofRuns.deploymentReviewEvent(fake, of))).toEqual([]);
  for (const action of ['approved', 'rejected'] as const) {
    expect(problems(await ofRuns.deploymentReviewEvent(fake, { ...of, action, by: 'bob' }))).toEqual([]);
  }
  fake.endRun(run, 'failure');
  const ended = await ofRuns.runEvent(fake, { run });
  expect(problems(ended)).toEqual([]);
  expect(ended.payload['workflow_run']).toMatchObject({ conclusion: 'failure', path: '.github/workflows/deploy.yml' });
});

it('a button of a check run; a webhook also names the installation', async () => {
  const fake = await githubInTest();
  const sha = await fake.push({ branch: 'main', files: { a: '1' } });
  fake.setChecks(sha, [{ name: 'sluice / deployed', state: 'failure', app: 'sluice' }]);
  const check = fake.checkRuns(sha)[0]?.id ?? 0;
  const event = await payload.buttonEvent(fake, { check, identifier: 'retry', actor: 'bob' });
  expect(problems(event)).toEqual([]);
  const webhook = payload.asWebhook(fake, event);
  expect(checkPayload('check_run', webhook)).toEqual([]);
  expect(webhook['installation']).toMatchObject({ id: fake.state.ids.installation });
});

it('a payload that is not as GitHub makes it is seen', async () => {
  const fake = await githubInTest();
  const comment = fake.comment({ number: await pull(fake), by: 'bob', body: 'x' }).id;
  const { name, payload: told } = await payload.commentEvent(fake, { comment });
  expect(checkPayload(name, { ...told, sender: undefined })).toEqual([expect.stringContaining('sender')]);
});
