import { describe, expect, it } from 'vitest';
import { isRead, needsReason, whoMay } from '../../../src/core/command/rights.ts';
import { parseCommand } from '../../../src/core/command/parse.ts';

function needs(text: string): boolean | string {
  const parsed = parseCommand(text);
  return parsed.ok ? needsReason(parsed.command) : parsed.error.message;
}

describe('needsReason', () => {
  it.each([
    'reject web',
    'freeze --for 1h',
    'auto off',
    'lock --steal',
    'deploy 1.4.0 --override lock',
    'resolve r-7f3a',
  ])('asks for one with `%s`', (text) => expect(needs(text)).toBe(true));

  it('R-113 asks for one with an emergency deploy, not with an ordinary one', () => {
    expect(needs('deploy 1.4.0 --emergency')).toBe(true);
    expect(needs('deploy 1.4.0')).toBe(false);
  });

  it.each(['pause', 'rollback', 'rollback --all', 'rollback --to 1.3.2', 'reduce', 'lock', 'auto on', 'unfreeze'])(
    'R-401 never asks before going back: `%s`',
    (text) => expect(needs(text)).toBe(false),
  );
});

describe('whoMay', () => {
  it('R-804 knows who may by default', () => {
    const names = ['status', 'deploy', 'flag archive', 'backup restore', 'init', 'link', 'cancel', 'approve', 'unlock'];
    expect(names.map(whoMay)).toEqual(['R', 'W', 'M', 'A', 'local', 'self', 'asker', 'approver', 'owner']);
    expect(whoMay('nonsense')).toBeUndefined();
  });

  it('tells commands that only read from those that change', () => {
    expect(['status', 'help', 'flag list', 'traffic show', 'completion', 'watch'].every(isRead)).toBe(true);
    expect(['deploy', 'flag import', 'unlock', 'serve', 'reconcile', 'nonsense'].some(isRead)).toBe(false);
  });
});
