import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/core/command/parse.ts';
import { commandTable } from '../../../src/core/command/table.ts';
import { askedIn, COMMENT_WORDS, mayAsk } from '../../../src/core/conversation/asked.ts';
import { elsewhere } from '../../../src/core/conversation/elsewhere.ts';
import { leavesTarget, mustBeOfPull, versionsIn, withHead } from '../../../src/core/conversation/needs-pull.ts';
import { markOf } from '../../../src/core/conversation/reaction.ts';
import { replyTo } from '../../../src/core/conversation/reply.ts';
import { renderMarkdown } from '../../../src/render/markdown.ts';
import { commandOf, configOf, SHORT } from '../../engine/wired.ts';

const config = configOf(SHORT);

describe('what a comment asks for', () => {
  it('R-704 is a command, in the words of this repository', () => {
    expect(askedIn('/sluice pause web', config)).toMatchObject({ kind: 'command', command: { name: 'pause' } });
    expect(askedIn('/deploy:canary 1.4.0', config)).toMatchObject({
      readAs: expect.stringContaining('--until canary'),
    });
    const ship = { ...config, comments: { ...config.comments, prefix: '/ship', bare: [] } };
    expect(askedIn('/sluice pause web', ship)).toEqual({ kind: 'none' });
    expect(askedIn('/ship pause web', ship)).toMatchObject({ kind: 'command' });
  });

  it('R-901 may be something only where a line begins as a command can', () => {
    for (const body of ['/deploy', 'hello\n  /x', '/\u200bdeploy']) expect(mayAsk(body), body).toBe(true);
    for (const body of ['', 'a/b', '> /deploy', '    /deploy', '`/deploy`', '// no', '/ 2', '\t/deploy'])
      expect(mayAsk(body), body).toBe(false);
  });

  it('R-901 is never nothing to look at where it is a command', () => {
    for (const { example } of commandTable) {
      const body = `${COMMENT_WORDS.prefix} ${example}`;
      expect(askedIn(body, config).kind, body).not.toBe('none');
      expect(mayAsk(body)).toBe(true);
    }
  });

  it.each(['\u200b', '\u200e', '\u202e', '\u2066', '\u00ad', '\ufeff', '\u{e0041}'])(
    'R-901 is refused with the unseen character %j anywhere in it',
    (unseen) => {
      for (const body of [
        `/deploy ${unseen}1.4.0`,
        `/dep${unseen}loy 1.4.0`,
        `${unseen}/deploy 1.4.0`,
        `/deploy 1.4.0${unseen}`,
      ])
        expect(askedIn(body, config)).toMatchObject({ kind: 'unclear', code: 'command-invalid' });
      expect(askedIn(`plain ${unseen} talk`, config)).toEqual({ kind: 'none' });
    },
  );
});

describe('what is left to the pull request', () => {
  it('R-901 is the head of a bare deploy, and the target of a word', () => {
    expect(versionsIn(withHead(commandOf('deploy')))).toEqual(['head']);
    expect(versionsIn(withHead(commandOf('deploy web@1.4.0')))).toEqual(['1.4.0']);
    expect(withHead(commandOf('status')).args).toEqual(commandOf('status').args);
    expect([commandOf('promote'), commandOf('promote web'), commandOf('status')].map(leavesTarget)).toEqual([
      true,
      false,
      false,
    ]);
    expect([commandOf('promote'), commandOf('rollback'), commandOf('explain')].map(mustBeOfPull)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('R-901 no command that names a file, or is for the command line, is taken from a comment', () => {
    for (const text of ['serve', 'init', 'demo', 'reconcile', 'flag import /etc/passwd', 'token list', 'watch'])
      expect(elsewhere(commandOf(text)), text).toBeDefined();
    for (const text of ['deploy', 'rollback', 'status', 'flag list', 'approve', 'help'])
      expect(elsewhere(commandOf(text)), text).toBeUndefined();
    const files = commandTable.filter(({ args, options }) => [...args, ...options].some(({ kind }) => kind === 'file'));
    expect(files.length).toBeGreaterThan(0);
  });
});

describe('an answer', () => {
  const outcome = { schemaVersion: 1, ok: false, code: 'locked', summary: '', details: null } as const;

  it('R-901 does nothing of its own: no mention, no marker, no command at its begin', () => {
    const hostile = '/deploy 1.4.0 @everyone <!-- sluice:x --> ```\n/deploy\n</details> #1';
    for (const answered of [
      { outcome: { ...outcome, summary: hostile } },
      { outcome: { ...outcome, ok: true, code: 'done', summary: hostile } as const },
      { outcome: { ...outcome, summary: hostile }, caret: hostile },
      { outcome, readAs: hostile, remarks: [hostile] },
      { outcome, isStranger: true },
    ]) {
      const body = renderMarkdown(replyTo(answered));
      const plain = body.replace(/(`{3,})[\s\S]*?\n\1/g, '');
      expect(plain).not.toMatch(/@everyone|<!--|<\/details>/);
      expect(body).not.toMatch(/^\s*\//);
      expect(askedIn(body, config).kind).toBe('none');
    }
  });

  it('R-901 is shown by a reaction: done, begun, refused, not understood', () => {
    expect(markOf({ ok: true, code: 'done' }, false)).toBe('+1');
    expect(markOf({ ok: true, code: 'started' }, true)).toBe('rocket');
    expect(markOf({ ok: false, code: 'locked' }, false)).toBe('-1');
    expect(markOf({ ok: false, code: 'internal' }, false)).toBe('-1');
    expect(markOf({ ok: false, code: 'command-unknown' }, false)).toBe('confused');
    expect(parseCommand('falg').ok).toBe(false);
  });
});
