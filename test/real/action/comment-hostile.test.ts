import { expect, it } from 'vitest';
import { commentEvent } from '../../support/github/payload.ts';
import { BY_JOB, FLAGS, talkInTest } from '../../action/comment-job.ts';

const CREATE = '/sluice flag create trap';

it('R-901 plain talk is answered with nothing: no reaction, no reply, no call', async () => {
  const talk = await talkInTest();
  for (const body of [
    'looks good to me',
    'see 1/2 of it\n\n- and more',
    '> /deploy 1.4.0',
    '    /deploy',
    '`/deploy`',
    '',
  ]) {
    const step = await talk.say(body === '' ? ' x' : body);
    expect(step.result).toMatchObject({ ok: true, code: 'unchanged' });
    expect([step.calls, step.reactions]).toEqual([[], []]);
  }
  const shrug = await talk.say('/cc somebody who knows');
  expect([shrug.reactions, shrug.calls.length]).toEqual([[], 1]);
  expect(talk.replies()).toEqual([]);
});

it('R-901 an edited or deleted comment never runs, and one that was edited since runs as it was made', async () => {
  const talk = await talkInTest();
  const harmless = talk.fake.comment({ number: talk.pull.number, by: 'alice', body: 'thanks' });
  talk.fake.editComment(harmless.id, CREATE);
  for (const action of ['edited', 'deleted'] as const) {
    const step = await talk.answer(harmless.id, { action });
    expect([step.result.code, step.calls]).toEqual(['unchanged', []]);
  }
  expect(await talk.titles()).toEqual([]);
  const told = talk.fake.comment({ number: talk.pull.number, by: 'alice', body: '/sluice flag create first' });
  const { payload } = await commentEvent(talk.fake, { comment: told.id });
  talk.fake.editComment(told.id, '/sluice flag create second');
  expect((await talk.answer(told.id, { payload })).result.code).toBe('done');
  expect((await talk.titles()).join()).toContain('first');
});

it('R-901 bots, Apps and comments of its own are never obeyed, whatever they quote', async () => {
  const talk = await talkInTest();
  for (const by of ['dependabot[bot]', 'github-actions[bot]']) {
    const step = await talk.say(CREATE, { by });
    expect([step.result.code, step.calls]).toEqual(['unchanged', []]);
  }
  const marked = await talk.say(`<!-- sluice:reply 1 -->\n${CREATE}`);
  expect([marked.result.code, marked.calls]).toEqual(['unchanged', []]);
  const foreign = await talk.say(CREATE, { actor: 'mallory' });
  expect(foreign.calls).toEqual([]);
  expect(await talk.titles()).toEqual([]);
});

it('R-901 quotations, code, two commands and text around one never run; who wrote a command is told', async () => {
  const talk = await talkInTest();
  for (const body of [`> ${CREATE}`, `\`\`\`\n${CREATE}\n\`\`\``, `> ${CREATE}\n\nno`]) {
    const step = await talk.say(body);
    expect(step.reactions, body).toEqual([]);
  }
  for (const body of [`${CREATE}\n/sluice flag create other`, `please\n${CREATE}`]) {
    const step = await talk.say(body);
    expect(step.result).toMatchObject({ ok: false, code: 'command-invalid' });
    expect(step.reactions).toEqual(['eyes', 'confused']);
  }
  expect(talk.replies()).toHaveLength(2);
  expect(talk.replies()[0]).toContain('stands alone');
  expect(await talk.titles()).toEqual([]);
});

it('R-901 a command with characters that nobody sees is refused, and so is one of 65 KB', async () => {
  const talk = await talkInTest();
  for (const body of [
    '/sluice flag create tr\u200bap',
    '/sluice flag create \u202etrap',
    '/slu\u2066ice flag create trap',
    '/sluice flag create tr\u2028ap',
    '/sluice flag create trap\u2029',
  ]) {
    const step = await talk.say(body);
    expect(step.result.summary).toMatch(/nobody sees \(U\+20/);
    expect(step.reactions).toEqual(['eyes', 'confused']);
  }
  const long = await talk.say(`/sluice flag create ${'x'.repeat(65_000)}`);
  expect(long.result).toMatchObject({ ok: false, code: 'command-invalid' });
  expect(talk.replies().at(-1)?.length).toBeLessThan(2_000);
  expect(await talk.titles()).toEqual([]);
});

it('R-901 an unknown sub-command is answered with what was meant and where it went wrong', async () => {
  const talk = await talkInTest();
  const step = await talk.say('/sluice falg create new-dashboard');
  expect(step.result).toMatchObject({ ok: false, code: 'command-unknown' });
  expect(step.reactions).toEqual(['eyes', 'confused']);
  const [reply = ''] = talk.replies();
  expect(reply).toMatch(/did you mean/);
  expect(reply).toMatch(/falg create new-dashboard\n\s*\^+/);
});

it('R-804 who has no role gets one reaction, and learns nothing by asking or by mistakes', async () => {
  const talk = await talkInTest();
  talk.fake.person({ login: 'mallory', id: 666, role: 'read' });
  for (const body of ['/deploy 9.9.9', '/sluice falg @acme/all']) {
    const step = await talk.say(body, { by: 'mallory' });
    expect(step.result.code).toBe('not-permitted');
    expect(step.reactions).toEqual(['-1']);
  }
  expect(talk.replies()).toEqual([]);
  const look = await talk.say('/status', { by: 'mallory' });
  expect(look.result).toMatchObject({ ok: true, code: 'done' });
  expect(await talk.titles()).toEqual([]);
});

it('R-901 a comment gives way where few calls are left, and going back does not', async () => {
  const talk = await talkInTest(`${FLAGS}comments: { prefix: /sl }\n`);
  await talk.say('/sl flag create new-dashboard');
  const { rate } = talk.fake.state;
  rate.used = rate.limit - 150;
  rate.reset = Math.floor(talk.clock.now() / 1_000) + 3_600;
  const late = await talk.say('/sl flag create other');
  expect(late.result).toMatchObject({ ok: false, code: 'rate-limited' });
  expect(late.reactions).toEqual([]);
  const off = await talk.say('/sl flag disable new-dashboard');
  expect(off.result, off.log).toMatchObject({ ok: true });
});

it('R-901 nothing of a fork is deployed: not its head, not its commit, not by its author', async () => {
  const talk = await talkInTest(BY_JOB, { fork: 'mallory' });
  talk.fake.person({ login: 'mallory', id: 666, role: 'read' });
  for (const body of [
    '/deploy',
    '/deploy web@head',
    `/deploy ${talk.pull.head}`,
    `/deploy ${talk.pull.head.slice(0, 12)}`,
  ]) {
    const step = await talk.say(body);
    expect(step.result, body).toMatchObject({ ok: false, code: 'fork-refused' });
    expect(step.reactions).toEqual(['eyes', '-1']);
  }
  const number = talk.fake.openIssue('elsewhere');
  const elsewhere = await talk.say(`/deploy ${talk.pull.head}`, { number });
  expect(elsewhere.result.code).toBe('fork-refused');
  const author = await talk.say('/deploy', { by: 'mallory' });
  expect(author.result.code).toBe('not-permitted');
  expect([await talk.titles(), talk.fake.dispatches]).toEqual([[], []]);
});

it("R-901 a fork's older commit is not deployed from elsewhere, nor its head when its pull request is closed", async () => {
  const talk = await talkInTest(BY_JOB, { fork: 'mallory' });
  const old = talk.pull.head;
  const head = await talk.fake.pushToPull(talk.pull.number, { version: 'x' });
  const number = talk.fake.openIssue('elsewhere');
  expect((await talk.say(`/deploy web@${old}`, { number })).result.code).toBe('fork-refused');
  await talk.fake.closePull(talk.pull.number);
  expect((await talk.say(`/deploy web@${head}`, { number })).result.code).toBe('fork-refused');
});

it('R-901 a head that moved after the comment was written is not deployed; a commit that is named is', async () => {
  const talk = await talkInTest(BY_JOB);
  const { id } = talk.fake.comment({ number: talk.pull.number, by: 'alice', body: '/deploy' });
  talk.clock.pass(5_000);
  const later = await talk.fake.pushToPull(talk.pull.number, { version: 'evil' });
  const step = await talk.answer(id);
  expect(step.result).toMatchObject({ ok: false, code: 'sha-moved' });
  expect(step.result.summary).toContain(later.slice(0, 12));
  expect(talk.fake.dispatches).toEqual([]);
  const named = await talk.say(`/deploy ${talk.pull.head.slice(0, 12)}`);
  expect(named.result, named.log).toMatchObject({ ok: true, code: 'started' });
});

it('R-901 the same comment never acts twice: told again, re-run by its author, re-run by somebody else', async () => {
  const talk = await talkInTest();
  const first = await talk.say(CREATE);
  const again = await talk.answer(first.id, { run: '7002' });
  expect(again.result).toMatchObject({ ok: true, code: 'unchanged' });
  const own = await talk.answer(first.id, { attempt: 2 });
  expect(own.result).toMatchObject({ ok: true, code: 'unchanged' });
  const other = await talk.answer(first.id, { attempt: 3, env: { GITHUB_TRIGGERING_ACTOR: 'mallory' } });
  expect(other.result).toMatchObject({ ok: false, code: 'rerun-refused' });
  expect(await talk.titles()).toHaveLength(1);
  talk.clock.pass(25 * 3_600_000);
  const old = talk.fake.comment({ number: talk.pull.number, by: 'alice', body: '/sluice flag create late' });
  talk.clock.pass(25 * 3_600_000);
  expect((await talk.answer(old.id)).result.code).toBe('request-too-old');
});

it('R-901 a re-run by somebody else does nothing with the rights of the author, also where nothing was done before', async () => {
  const talk = await talkInTest();
  const { id } = talk.fake.comment({ number: talk.pull.number, by: 'alice', body: CREATE });
  for (const by of ['mallory', '']) {
    const step = await talk.answer(id, { attempt: 2, env: { GITHUB_TRIGGERING_ACTOR: by } });
    expect(step.result).toMatchObject({ ok: false, code: 'rerun-refused' });
    expect(step.reactions).toEqual([]);
  }
  expect(await talk.titles()).toEqual([]);
  expect(talk.replies()).toEqual([]);
});

const APPROVED = BY_JOB.replace(
  'production: {}',
  `production:\n    approvals: { before: [all], from: ['role:maintain'] }`,
);

it('R-901 an approval counts for no rollout that began after it was written, unless it is named', async () => {
  const talk = await talkInTest(APPROVED);
  talk.fake.person({ login: 'maria', id: 777, role: 'maintain' });
  const comment = (body: string): number => talk.fake.comment({ number: talk.pull.number, by: 'maria', body }).id;
  const late = [
    '/sluice approve',
    '/sluice approve web',
    '/sluice promote web',
    '/sluice resume',
    '/sluice approve web/production',
  ].map(comment);
  talk.clock.pass(5_000);
  await talk.say('/deploy');
  talk.clock.pass(1_000);
  for (const id of late) {
    const step = await talk.answer(id);
    expect(step.result, step.log).toMatchObject({ ok: false, code: 'sha-moved' });
  }
  const [, named = ''] = /name it \(`promote (r-[0-9a-f]+)`\)/.exec(talk.replies().join('\n')) ?? [];
  const step = await talk.answer(comment(`/sluice approve ${named}`));
  expect(step.result, step.log).toMatchObject({ ok: true });
});

it('R-901 a re-run by the author goes back from nothing that began since, and a first run does', async () => {
  const talk = await talkInTest(APPROVED);
  const { id } = talk.fake.comment({ number: talk.pull.number, by: 'alice', body: '/rollback web' });
  expect((await talk.answer(id, { attempt: 2 })).result).toMatchObject({ ok: false, code: 'rerun-refused' });
  talk.clock.pass(5_000);
  await talk.say('/deploy');
  talk.clock.pass(1_000);
  expect((await talk.answer(id, { attempt: 3 })).result).toMatchObject({ ok: false, code: 'sha-moved' });
  const first = await talk.answer(id);
  expect(first.result, first.log).toMatchObject({ ok: true });
});

it('R-901 on an issue flags are changed, and there is no head to deploy', async () => {
  const talk = await talkInTest();
  const number = talk.fake.openIssue('a question');
  expect((await talk.say(CREATE, { number })).result.code).toBe('done');
  const step = await talk.say('/deploy', { number });
  expect(step.result).toMatchObject({ ok: false, code: 'event-unsuitable' });
  expect(talk.replies(number).at(-1)).toContain('no pull request');
});

it('R-901 a merged or closed pull request has no head to deploy, and a branch with a command in its name runs nothing', async () => {
  const talk = await talkInTest(FLAGS, { branch: '$(touch${IFS}pwned)' });
  await talk.fake.mergePull(talk.pull.number);
  const merged = await talk.say('/deploy');
  expect(merged.result).toMatchObject({ ok: false, code: 'event-unsuitable' });
  expect(merged.result.summary).toContain('is merged');
  expect((await talk.say(CREATE)).result.code).toBe('done');
});
