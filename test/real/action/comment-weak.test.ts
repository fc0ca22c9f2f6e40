import { expect, it } from 'vitest';
import { BY_JOB, FLAGS, talkInTest } from '../../action/comment-job.ts';

const CREATE = '/sluice flag create new-dashboard';

it('R-901 reactions and replies are decoration: where they cannot be given the command is carried out all the same', async () => {
  const talk = await talkInTest();
  const step = await talk.say(CREATE, { permissions: { contents: 'write' } });
  expect(step.result, step.log).toMatchObject({ ok: true, code: 'done' });
  expect(step.reactions).toEqual([]);
  expect(step.log).toMatch(/the reply could not be given: .*issues: write/);
});

it('R-901 a token that may not write is named with what it misses, to whoever asked', async () => {
  const talk = await talkInTest();
  await talk.say(CREATE);
  const step = await talk.say('/sluice flag create other', { permissions: { contents: 'read', issues: 'write' } });
  expect(step.result).toMatchObject({ ok: false, code: 'token-lacks-permission' });
  expect(step.reactions).toEqual(['eyes', '-1']);
  expect(talk.replies().at(-1)).toMatch(/Not done: token-lacks-permission[\s\S]*contents: write/);
});

it('R-901 where no job can be started the reply says that nothing will start, and why', async () => {
  const talk = await talkInTest(BY_JOB);
  const step = await talk.say('/deploy', {
    permissions: {
      contents: 'write',
      issues: 'write',
      'pull-requests': 'write',
      checks: 'write',
      deployments: 'write',
      statuses: 'read',
    },
  });
  expect(step.result, step.log).toMatchObject({ ok: true, code: 'started' });
  expect(talk.fake.dispatches).toEqual([]);
  expect(talk.replies().at(-1)).toMatch(/nothing-will-start: .*actions: write/);
});

it("R-901 a word without a target means this pull request's rollout, and no other", async () => {
  const talk = await talkInTest(BY_JOB);
  const none = await talk.say('/sluice pause');
  expect(none.result).toMatchObject({ ok: false, code: 'rollout-none' });
  expect((await talk.say('/deploy')).result.code).toBe('started');
  const other = await talk.fake.openPull({ branch: 'other', files: { other: '1' } });
  const elsewhere = await talk.say('/sluice pause', { number: other.number });
  expect(elsewhere.result).toMatchObject({ ok: false, code: 'rollout-none' });
  expect(elsewhere.result.summary).toMatch(/elsewhere there is r-/);
  const own = await talk.say('/sluice pause');
  expect(own.result, own.log).toMatchObject({ ok: true, code: 'done' });
});

it('R-901 commands begin as the configuration says, in answers too', async () => {
  const talk = await talkInTest(`${FLAGS}comments: { prefix: /ship, bare: [] }\n`);
  const usual = await talk.say(CREATE);
  expect(usual.reactions, usual.log).toEqual([]);
  expect((await talk.say('/ship flag create new-dashboard')).result.code).toBe('done');
  await talk.say('/ship falg');
  expect(talk.replies().at(-1)).toContain('`/ship help`');
});

it('R-901 help is answered, what belongs to the command line is said to, and files are never read', async () => {
  const talk = await talkInTest();
  expect((await talk.say('/sluice help flag rollout')).result).toMatchObject({ ok: true });
  expect(talk.replies()[0]).toContain('flag rollout');
  for (const body of ['/sluice serve', '/sluice reconcile', '/sluice flag import /etc/passwd']) {
    const step = await talk.say(body);
    expect(step.result.code, body).toBe('event-unsuitable');
  }
});

it('R-901 without a configuration whoever typed a command is told, and nobody else', async () => {
  const talk = await talkInTest('version: 1\nnonsense: 1\n');
  expect((await talk.say('/cc somebody')).reactions).toEqual([]);
  expect(talk.replies()).toEqual([]);
  const step = await talk.say('/deploy');
  expect(step.result).toMatchObject({ ok: false, code: 'config-invalid' });
  expect([step.reactions, talk.replies().length]).toEqual([['-1'], 1]);
});

it('R-901 another event than a comment is refused', async () => {
  const talk = await talkInTest();
  const step = await talk.step('comment', { event: 'push' });
  expect(step.result).toMatchObject({ ok: false, code: 'event-unsuitable' });
  expect(step.calls).toEqual([]);
});
