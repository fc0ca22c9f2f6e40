import { describe, expect, it } from 'vitest';
import { REACTIONS } from '../../../src/ports/forge.ts';
import type { Bench } from '../forge.contract.ts';

const MARKED = { marker: 'r-7f3a', body: '### web 1.4.0 → production' };
const READS = new Set(['POST /graphql viewer', 'POST /graphql nodes']);
const writes = (calls: readonly { readonly method: string; readonly route: string }[]): number =>
  calls.filter(({ method, route }) => method !== 'GET' && !READS.has(route)).length;

export function talkRules(bench: Bench): void {
  describe('comments', () => {
    it('are said on pull requests and issues', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Ship it');
      const said = await open().talk.say(number, 'deploying `$(x)` "1.4.0"');
      expect(world.comments(number).map(({ id, body }) => [id, body])).toEqual([[said.id, 'deploying `$(x)` "1.4.0"']]);
      expect(said.url).toContain(`#issuecomment-${said.id}`);
    });

    it('of 200 KB are cut to what GitHub takes: the end stays, and its code is code', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Log');
      await open().talk.say(number, `start\n\`\`\`log\n${'a line of the log\n'.repeat(12_000)}\`\`\`\nthe end`);
      const [said] = world.comments(number);
      expect(said?.body.length).toBeLessThanOrEqual(65_536);
      expect(said?.body.match(/^```/gm)).toHaveLength(2);
      expect(said?.body.endsWith('```\nthe end')).toBe(true);
    });

    it('that stick are edited in place by every process, and not written when nothing changed', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Ship it');
      const first = await open().talk.stick(number, MARKED);
      const forge = open();
      expect((await forge.talk.stick(number, MARKED)).id).toBe(first.id);
      const before = writes(world.calls);
      await forge.talk.stick(number, MARKED);
      expect(writes(world.calls)).toBe(before);
      await forge.talk.stick(number, { ...MARKED, body: 'done' });
      await forge.talk.stick(number, { marker: 'r-other', body: 'done' });
      const bodies = world.comments(number).map(({ body }) => body);
      expect(bodies).toEqual(['<!-- sluice:r-7f3a -->\ndone', '<!-- sluice:r-other -->\ndone']);
    });

    it('of a stranger with our marker are neither edited nor taken for ours', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Ship it');
      const theirs = world.comment({ number, by: 'mallory', body: '<!-- sluice:r-7f3a -->\nall is well' });
      const mine = await open().talk.stick(number, MARKED);
      await open().talk.stick(number, { ...MARKED, body: 'failed' });
      await open().talk.fold(number, 'r-7f3a');
      expect(mine.id).not.toBe(theirs.id);
      expect(world.comments(number).map(({ body, minimized }) => [body, minimized])).toEqual([
        ['<!-- sluice:r-7f3a -->\nall is well', null],
        ['<!-- sluice:r-7f3a -->\nfailed', null],
      ]);
    });

    it('that stick and were removed by a person are made again', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Ship it');
      const talk = open().talk;
      const first = await talk.stick(number, MARKED);
      world.deleteComment(first.id);
      const second = await talk.stick(number, { ...MARKED, body: 'again' });
      expect(second.id).not.toBe(first.id);
      expect(world.comments(number)).toHaveLength(1);
    });

    it('are found again behind a hundred others', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Ship it');
      for (let at = 0; at < 120; at += 1) world.comment({ number, by: 'alice', body: `+1 ${at}` });
      const first = await open().talk.stick(number, MARKED);
      expect((await open().talk.stick(number, { ...MARKED, body: 'done' })).id).toBe(first.id);
    });

    it('that are outdated are folded but for the newest, each once', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Ship it');
      const forge = open();
      for (const text of ['one', 'two', 'three']) await forge.talk.say(number, `<!-- sluice:asks -->\n${text}`);
      await forge.talk.say(number, '<!-- sluice:other -->\nfour');
      await forge.talk.fold(number, 'asks');
      expect(world.comments(number).map(({ minimized }) => minimized?.toLowerCase() ?? null)).toEqual([
        'outdated',
        'outdated',
        null,
        null,
      ]);
      const before = writes(world.calls);
      await open().talk.fold(number, 'asks');
      expect(writes(world.calls)).toBe(before);
    });

    it('that may not be written say which permission is missing', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Ship it');
      const { talk } = open({ permissions: { contents: 'write', issues: 'read' } });
      await expect(talk.say(number, 'hello')).rejects.toThrow(/token-lacks-permission.*(pull-requests|issues): write/);
      await expect(open().talk.say(4_711, 'hello')).rejects.toThrow(/comment on #4711/);
    });

    it('take every reaction we use, twice without harm', async () => {
      const { world, open } = bench();
      const number = world.openIssue('Ship it');
      const { id } = world.comment({ number, by: 'alice', body: '/deploy' });
      const talk = open().talk;
      for (const reaction of [...REACTIONS, ...REACTIONS]) await talk.react(id, reaction);
      expect(world.comments(number)[0]?.reactions.map(({ content }) => content)).toEqual([...REACTIONS]);
    });
  });

  describe('pull requests of a commit', () => {
    it('are those whose head it is, and the one that brought it to the default branch', async () => {
      const { world, open } = bench();
      const one = await world.openPull({ branch: 'one', files: { 'a.txt': 'a' } });
      const two = await world.openPull({ branch: 'two', files: { 'b.txt': 'b' } });
      const talk = open().talk;
      expect(await talk.pullsOf(one.head)).toEqual([one.number]);
      await world.pushToPull(one.number, { 'a.txt': 'more' });
      expect(await talk.pullsOf(one.head)).toEqual([]);
      const merged = await world.mergePull(two.number);
      expect(await talk.pullsOf(two.head)).toEqual([two.number]);
      expect(await talk.pullsOf(merged)).toEqual([two.number]);
      expect(await talk.pullsOf('a'.repeat(40))).toEqual([]);
    });
  });
}
