import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand, parseWords } from '../../../src/core/command/parse.ts';
import { printCommand } from '../../../src/core/command/print.ts';
import { anyCommand } from './arbitrary.ts';

describe('printCommand', () => {
  it('prints what parses to the same command again, for every command of the table', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        expect(parseCommand(printCommand(command))).toEqual({ ok: true, command });
      }),
      { numRuns: 2_000 },
    );
  });

  it('is a fixpoint: printing what was parsed changes nothing any more', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        const parsed = parseCommand(printCommand(command));
        expect(parsed.ok && printCommand(parsed.command)).toBe(printCommand(command));
      }),
    );
  });

  it('stays on one line without control characters, whatever the values are', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        expect(printCommand(command)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });

  it.each([
    ['flag rollout new-dashboard 25 in production', 'flag rollout new-dashboard 25% --environment production'],
    ['reject web -m “numbers look odd”', 'reject web --reason "numbers look odd"'],
    ['deploy web@1.4.0 --override lock,freeze -m x -n', 'deploy web@1.4.0 --reason x --dry-run --override lock,freeze'],
    ['pause web --for 90m', 'pause web --for 90m'],
    ['lock web --for 120m', 'lock web --for 2h'],
    ['traffic set web 1.3.2=80 1.4.0=20', 'traffic set web 1.3.2=80% 1.4.0=20%'],
    ['rollback "backup"', 'rollback "backup"'],
    ['experiment create a --split 50,50%', 'experiment create a --split 50%,50%'],
  ])('writes %s as %s', (text, canonical) => {
    const parsed = parseCommand(text);
    expect(parsed.ok && printCommand(parsed.command)).toBe(canonical);
  });

  it('reads the same from a shell, where quotes are gone already', () => {
    const text = 'reject web --reason "it\'s \\"odd\\", --all of it" --environment production';
    const words = ['reject', 'web', '--reason', 'it\'s "odd", --all of it', '--environment', 'production'];
    expect(parseWords(words)).toEqual(parseCommand(text));
  });
});
