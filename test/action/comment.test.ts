import { expect, it } from 'vitest';
import { BY_JOB, talkInTest } from './comment-job.ts';

it('R-901 R-704 a flag is changed by a comment in five calls, shown beside it and answered', async () => {
  const talk = await talkInTest();
  await talk.say('/sluice flag create new-dashboard');
  const step = await talk.say('/sluice flag enable new-dashboard 25%');
  expect(step.result, step.log).toMatchObject({ ok: true, code: 'done' });
  expect(step.reactions).toEqual(['eyes', '+1']);
  expect(step.calls.length, step.calls.join('\n')).toBeLessThanOrEqual(6);
  const [message] = await talk.messages();
  expect(message).toContain('Sluice-Actor: github:583231 (alice)');
  expect(message).toContain(`/pull/${talk.pull.number}#issuecomment-${step.id}`);
  expect(talk.replies()).toHaveLength(2);
  expect(talk.replies()[1]).toMatch(/^<!-- sluice:reply \d+ -->\n### ✅ new-dashboard: off/);
});

it('R-901 a pull request is deployed by a comment: its head, by the job that can, in at most fourteen calls', async () => {
  const talk = await talkInTest(BY_JOB);
  await talk.say('/sluice flag create new-dashboard');
  const step = await talk.say('/deploy');
  expect(step.result, step.log).toMatchObject({ ok: true, code: 'started' });
  expect(step.reactions).toEqual(['eyes', 'rocket']);
  const [started] = talk.fake.dispatches;
  expect(started).toMatchObject({ name: 'sluice-tick.yml', ref: 'main', inputs: {} });
  expect(talk.replies().at(-1)).toContain(`run ${started?.run}`);
  expect(step.calls.length, step.calls.join('\n')).toBeLessThanOrEqual(14);
});
