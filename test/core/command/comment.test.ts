import { describe, expect, it } from 'vitest';
import { commandsInComment } from '../../../src/core/command/comment.ts';

const WORDS = { prefix: '/sluice', bare: ['deploy', 'rollback', 'status'] } as const;

describe('commandsInComment', () => {
  it.each([
    ['/sluice pause web', 'pause web', 1],
    ['/Sluice pause web', 'pause web', 1],
    ['/deploy 1.4.0', 'deploy 1.4.0', 1],
    ['/deploy:canary', 'deploy:canary', 1],
    ['\r\n  /rollback web  \r\n\r\n', 'rollback web', 2],
    ['/sluice', '', 1],
  ])('R-704 reads the command of %j', (body, text, line) => {
    expect(commandsInComment(body, WORDS)).toEqual({ kind: 'command', text, line });
  });

  it.each([
    ['a bare command that is not configured', '/promote web'],
    ['a word that only begins alike', '/deployment is broken'],
    ['the prefix inside a sentence', 'use /deploy for that'],
    ['a quotation', '> /deploy 1.4.0'],
    ['an answer to a quotation', '> /deploy 1.4.0\n\nnot today'],
    ['a fenced code block', '```\n/deploy 1.4.0\n```'],
    ['a fence that is longer or of another sign', '````sh\n```\n/deploy 1\n~~~\n/deploy 2\n````'],
    ['a fence that is never closed', 'see\n~~~\n/deploy 1.4.0'],
    ['an indented code block', '    /deploy 1.4.0'],
    ['a block indented by a tab', '\t/deploy 1.4.0'],
    ['inline code', '`/deploy 1.4.0`'],
    ['a list', '- /deploy 1.4.0'],
    ['an invisible comment', '<!-- /deploy 1.4.0 -->'],
    ['nothing', ''],
  ])('R-901 never runs %s', (_, body) => {
    expect(commandsInComment(body, WORDS)).toEqual({ kind: 'none' });
  });

  it.each([
    ['two commands', '/deploy 1.4.0\n/rollback web', 1],
    ['a command with text above', 'looks good\n\n/deploy 1.4.0', 3],
    ['a command with a quotation above', '> shall we?\n\n/deploy 1.4.0', 3],
    ['a command after a code block', '```\nx\n```\n/deploy 1.4.0', 4],
  ])('refuses %s and says so', (_, body, line) => {
    expect(commandsInComment(body, WORDS)).toMatchObject({ kind: 'refused', line });
  });
});
