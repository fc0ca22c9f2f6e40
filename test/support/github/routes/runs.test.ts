import { expect, it } from 'vitest';
import { githubInTest } from '../in-test.ts';
import { askerOf } from './octokit-in-test.ts';

const RUN = '/repos/{owner}/{repo}/actions/runs/{run_id}';
const ANSWER = `POST ${RUN}/deployment_protection_rule` as const;
const DISPATCH = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';
const stage = `name: Stage
on:
  workflow_dispatch:
    inputs:
      stage: { required: true }
      rollout: { default: none }
jobs: {}
`;

it('a run waits for the reviewers of its environment, and says who let it in', async () => {
  const fake = await githubInTest();
  fake.setEnvironment({ name: 'production', reviewers: ['bob', 'team:sre'], preventSelfReview: true });
  fake.person({ login: 'bob' });
  fake.person({ login: 'carol', teams: ['sre'] });
  const { id: run_id } = await fake.beginRun({ environments: ['production'], actor: 'bob' });
  const { request, at } = askerOf(fake, { login: 'carol' });
  const { data: pending } = await request(`GET ${RUN}/pending_deployments`, { ...at, run_id });
  expect(pending).toMatchObject([{ environment: { name: 'production' }, current_user_can_approve: true }]);
  expect(pending[0]?.reviewers.map(({ type }) => type)).toEqual(['User', 'Team']);
  const environment_ids = [pending[0]?.environment.id as number];
  const verdict = { ...at, run_id, environment_ids, state: 'approved' as const, comment: 'go' };
  const bob = askerOf(fake, { login: 'bob' });
  await expect(bob.request(`POST ${RUN}/pending_deployments`, verdict)).rejects.toMatchObject({ status: 403 });
  await request(`POST ${RUN}/pending_deployments`, verdict);
  const { data: approvals } = await request(`GET ${RUN}/approvals`, { ...at, run_id });
  expect(approvals).toMatchObject([
    { state: 'approved', comment: 'go', user: { login: 'carol' }, environments: [{ name: 'production' }] },
  ]);
  expect((await request(`GET ${RUN}`, { ...at, run_id })).data.status).toBe('in_progress');
});

it('an App answers its own rule of a waiting job, with at most ten reports before', async () => {
  const fake = await githubInTest();
  fake.setEnvironment({ name: 'production', customRules: ['sluice'] });
  const { id: run_id } = await fake.beginRun({ environments: ['production'] });
  const { request, at } = askerOf(fake, { login: 'sluice[bot]' });
  const answer = (rest: { state?: 'approved'; comment: string }) =>
    request(ANSWER, { ...at, run_id, environment_name: 'production', ...rest } as Parameters<
      typeof request<typeof ANSWER>
    >[1]);
  for (let index = 0; index < 10; index += 1) expect((await answer({ comment: String(index) })).status).toBe(204);
  await expect(answer({ comment: 'one more' })).rejects.toMatchObject({ status: 422 });
  const other = askerOf(fake, { login: 'other[bot]' });
  const foreign = { ...at, run_id, environment_name: 'production', state: 'approved' as const };
  await expect(other.request(ANSWER, foreign)).rejects.toMatchObject({ status: 403 });
  await answer({ state: 'approved', comment: 'all gates open' });
  expect(fake.run(run_id)).toMatchObject({ status: 'in_progress', waiting: [] });
  expect(fake.run(run_id).answers).toHaveLength(11);
  await expect(answer({ state: 'approved', comment: 'again' })).rejects.toMatchObject({ status: 422 });
});

it('a run that is run again has one more attempt, by who asked for it', async () => {
  const fake = await githubInTest();
  const { id: run_id } = await fake.beginRun({ workflow: 'ci.yml', actor: 'alice' });
  const { request, at } = askerOf(fake);
  await expect(request(`POST ${RUN}/rerun`, { ...at, run_id })).rejects.toMatchObject({ status: 403 });
  fake.endRun(run_id, 'failure');
  fake.rerun(run_id, 'bob');
  const { data } = await request(`GET ${RUN}`, { ...at, run_id });
  expect(data).toMatchObject({
    run_attempt: 2,
    actor: { login: 'alice' },
    triggering_actor: { login: 'bob' },
    conclusion: null,
  });
  const first = await request(`GET ${RUN}/attempts/{attempt_number}`, { ...at, run_id, attempt_number: 1 });
  expect(first.data).toMatchObject({ run_attempt: 1, conclusion: 'failure', triggering_actor: { login: 'alice' } });
  const { data: jobs } = await request(`GET ${RUN}/jobs`, { ...at, run_id });
  expect(jobs.jobs.map(({ run_attempt, status }) => [run_attempt, status])).toEqual([[2, 'in_progress']]);
  expect((await request(`POST ${RUN}/cancel`, { ...at, run_id })).status).toBe(202);
  expect(fake.run(run_id).conclusion).toBe('cancelled');
  await expect(request(`POST ${RUN}/cancel`, { ...at, run_id })).rejects.toMatchObject({ status: 409 });
});

it('a workflow of the default branch is dispatched with the inputs it declares', async () => {
  const fake = await githubInTest({
    files: { '.github/workflows/sluice-stage.yml': stage, '.github/workflows/ci.yml': 'on: push\n' },
  });
  const { request, at } = askerOf(fake);
  const ask = { ...at, workflow_id: 'sluice-stage.yml', ref: 'main', inputs: { stage: 'beta' } };
  expect((await request(DISPATCH, ask)).status).toBe(204);
  const told = await request(DISPATCH, { ...ask, return_run_details: true });
  expect(told).toMatchObject({ status: 200, data: { workflow_run_id: fake.dispatches[1]?.run } });
  expect(fake.dispatches[0]).toMatchObject({
    name: 'sluice-stage.yml',
    ref: 'main',
    inputs: { stage: 'beta', rollout: 'none' },
  });
  const wrong = [{ inputs: {} }, { inputs: { stage: 'x', more: 'y' } }, { ref: 'nowhere' }, { workflow_id: 'ci.yml' }];
  for (const one of wrong) await expect(request(DISPATCH, { ...ask, ...one })).rejects.toMatchObject({ status: 422 });
  await expect(request(DISPATCH, { ...ask, workflow_id: 'none.yml' })).rejects.toMatchObject({ status: 404 });
  expect(fake.dispatches).toHaveLength(2);
});

it('a workflow that is switched off is not dispatched, and switching it twice is no mistake', async () => {
  const fake = await githubInTest({ files: { '.github/workflows/sluice-stage.yml': stage } });
  const { request, at } = askerOf(fake);
  const workflow = { ...at, workflow_id: 'sluice-stage.yml' };
  const DISABLE = 'PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable';
  for (let index = 0; index < 2; index += 1) expect((await request(DISABLE, workflow)).status).toBe(204);
  expect((await fake.workflows()).map(({ name, state }) => [name, state])).toEqual([['Stage', 'disabled_manually']]);
  await expect(request(DISPATCH, { ...workflow, ref: 'main', inputs: { stage: 'x' } })).rejects.toMatchObject({
    status: 422,
  });
  await request('PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable', workflow);
  expect((await fake.workflows())[0]?.state).toBe('active');
});

it('an event of the repository takes 64 KB', async () => {
  const fake = await githubInTest();
  const { request, at } = askerOf(fake);
  const send = (client_payload: Record<string, string>) =>
    request('POST /repos/{owner}/{repo}/dispatches', { ...at, event_type: 'sluice-released', client_payload });
  expect((await send({ version: '1.2.3' })).status).toBe(204);
  await expect(send({ big: 'x'.repeat(65_536) })).rejects.toMatchObject({ status: 422 });
  expect(fake.dispatches).toMatchObject([
    { kind: 'repository', name: 'sluice-released', inputs: { version: '1.2.3' } },
  ]);
});
