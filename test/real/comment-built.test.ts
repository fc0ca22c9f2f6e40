import { expect, it } from 'vitest';
import { BY_JOB, FLAGS, type Talk, talkInTest } from '../action/comment-job.ts';
import { commentEvent } from '../support/github/payload.ts';
import { type ActionEnd, runAction } from '../support/github/run-action.ts';

/** The built action on a comment that alice makes now, a minute after the last push. */
async function said(
  { fake, pull }: Talk,
  body: string,
): Promise<ActionEnd & { readonly reactions: readonly string[] }> {
  fake.setClock(() => Date.now());
  const comment = fake.comment({ number: pull.number, by: 'alice', body });
  const event = await commentEvent(fake, { comment: comment.id });
  const ended = await runAction({ fake, event, action: 'comment', job: 'command', inputs: { workflow: 'deploy.yml' } });
  return { ...ended, reactions: comment.reactions.map(({ content }) => content) };
}

it('R-901 the built action changes a flag by a comment, and answers it', async () => {
  const talk = await talkInTest(FLAGS, { pushed: Date.now() - 60_000 });
  const ended = await said(talk, '/sluice flag create new-dashboard');
  expect(ended.exit, ended.log).toBe(0);
  expect(ended.outputs).toMatchObject({ ok: 'true', code: 'done' });
  expect(ended.reactions).toEqual(['eyes', '+1']);
  expect(talk.replies()).toHaveLength(1);
  expect(await talk.titles()).toHaveLength(1);
  expect(ended.stderr).toBe('');
});

it('R-901 the built action begins a deploy by a comment, starts the job that can go on, and says which', async () => {
  const talk = await talkInTest(BY_JOB, { pushed: Date.now() - 60_000 });
  const ended = await said(talk, '/deploy');
  expect(ended.exit, ended.log).toBe(0);
  expect(ended.outputs).toMatchObject({ ok: 'true', code: 'started', sha: talk.pull.head });
  expect(ended.reactions).toEqual(['eyes', 'rocket']);
  const [started] = talk.fake.dispatches;
  expect(started).toMatchObject({ name: 'sluice-tick.yml', ref: 'main' });
  expect(talk.replies().at(-1)).toContain(`run ${started?.run}`);
  expect(await talk.fsck()).toBe('');
});
