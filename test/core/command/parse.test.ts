import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParseOptions } from '../../../src/core/command/known.ts';
import { parseCommand, parseWords } from '../../../src/core/command/parse.ts';
import { anyCommand } from './arbitrary.ts';
import { printCommand } from '../../../src/core/command/print.ts';

function commandOf(text: string, options?: ParseOptions): unknown {
  const parsed = parseCommand(text, options);
  return parsed.ok ? parsed.command : parsed.error.code;
}

function messageOf(text: string, options?: ParseOptions): string {
  const parsed = parseCommand(text, options);
  return parsed.ok ? 'no error' : parsed.error.message;
}

describe('parseCommand', () => {
  it('types every value by the table', () => {
    expect(commandOf('flag rollout new-dashboard 12.5% --strategy gradual in production -m "why not"')).toEqual({
      name: 'flag rollout',
      args: { key: 'new-dashboard', percent: 12_500 },
      options: { strategy: 'gradual', reason: 'why not' },
      environment: 'production',
    });
    expect(commandOf('metrics web --window=15m --json')).toEqual({
      name: 'metrics',
      args: { target: 'web' },
      options: { window: 900_000, json: true },
    });
    expect(commandOf('flag list --tag a,b --tag c')).toMatchObject({ options: { tag: ['a', 'b', 'c'] } });
  });

  it.each([
    'deploy 1.4.0 in staging',
    'deploy 1.4.0 to staging',
    'deploy -e staging 1.4.0',
    'deploy --environment=staging 1.4.0',
  ])('reads the environment of `%s`', (text) => {
    expect(commandOf(text)).toEqual({
      name: 'deploy',
      args: { releases: ['1.4.0'] },
      options: {},
      environment: 'staging',
    });
  });

  it.each([
    '/sluice pause web',
    '/pause web',
    '@sluice pause web',
    'sluice pause web',
    '  PAUSE web  \n\n',
    'Pause web',
  ])('reads `%s` as one command', (text) => {
    expect(commandOf(text)).toEqual({ name: 'pause', args: { target: 'web' }, options: {} });
  });

  it.each(['', ' \n', '/sluice'])('reads a text without a command, `%s`, as help', (text) => {
    expect(commandOf(text)).toEqual({ name: 'help', args: {}, options: {} });
  });

  it('reads --help and -h as help on that command', () => {
    expect(commandOf('flag enable --help')).toEqual({
      name: 'help',
      args: { command: ['flag', 'enable'] },
      options: {},
    });
    expect(commandOf('reject web -m "--help"')).toMatchObject({ name: 'reject' });
  });

  it('takes the quotes and dashes that phones and word processors type', () => {
    expect(commandOf('reject web —reason “it’s slow”')).toMatchObject({ options: { reason: 'it’s slow' } });
    expect(commandOf('reject web –m „zu langsam“')).toMatchObject({ options: { reason: 'zu langsam' } });
  });

  it('keeps a text inside quotes exactly', () => {
    const reason = '  C:\\new “quoted” — --all in to  <@U1> ';
    expect(commandOf(`reject web -m "${reason}"`)).toMatchObject({ options: { reason } });
    expect(commandOf(`reject web -m 'a "b" \\'`)).toMatchObject({ options: { reason: 'a "b" \\' } });
    expect(commandOf(`reject web -m don't`)).toMatchObject({ options: { reason: "don't" } });
  });

  it('unwraps what Slack wraps, on Slack only', () => {
    const text = 'history &lt;x --by <@U061F7AUR|alice>';
    expect(commandOf('deploy <http://web.shop|web.shop>@1.4.0', { surface: 'slack' })).toMatchObject({
      args: { releases: ['web.shop@1.4.0'] },
    });
    expect(commandOf('history --by <@U061F7AUR|alice> --kind <#C1|deploy>', { surface: 'slack' })).toBe(
      'value-invalid',
    );
    expect(commandOf('reject -m "<https://a.example/x?a=1&amp;b=2> &lt;3"', { surface: 'slack' })).toMatchObject({
      options: { reason: 'https://a.example/x?a=1&b=2 <3' },
    });
    expect(commandOf(text.replace('&lt;x', 'web'))).toMatchObject({ options: { by: '<@U061F7AUR|alice>' } });
  });

  it('R-801 refuses a second line, a control character, a second value', () => {
    expect(commandOf('deploy web@1\nrollback web')).toBe('command-invalid');
    expect(commandOf('reject web -m "a\u0007b"')).toBe('value-invalid');
    expect(parseWords(['reject', 'web', '-m', 'a\nSluice-Seal: 0'])).toMatchObject({
      error: { code: 'value-invalid' },
    });
    expect(commandOf('pause --for 5m --for 6m')).toBe('command-invalid');
    expect(commandOf('status in a in b')).toBe('command-invalid');
    expect(commandOf('x'.repeat(10_001))).toBe('command-invalid');
  });

  it.each([
    ['flag enable a 0.25', 'could be 25% or 0.25%'],
    ['flag enable a 101%', 'more than 100%'],
    ['flag enable a 0.0001%', 'finer than 0.001%'],
    ['flag enable a -5', 'no percentage'],
    ['pause --for 30', 'has no unit'],
    ['freeze --until 2026-02-30T08:00 -m x', 'no time'],
    ['undo main', 'no commit'],
    ['flag enable ../x', 'no name'],
    ['flag enable all', 'names nothing'],
    ['promote a/b/c', 'no target'],
    ['completion tcsh', 'none of bash, zsh, fish'],
    ['flag create a --variant on', 'no pair'],
    ['serve --port eighty', 'no whole number'],
    ['deploy --override everything -m x', 'none of approval'],
    ['reject -m " "', 'a text belongs here'],
  ])('R-801 refuses a value of the wrong kind: `%s`', (text, message) => {
    expect(messageOf(text)).toContain(message);
    expect(commandOf(text)).toBe('value-invalid');
  });

  it('R-201 refuses shares that do not sum to 100', () => {
    expect(messageOf('traffic set web a=80% b=10%')).toBe('shares sum to 100%; these make 90%');
    expect(messageOf('traffic set web a=50% a=50%')).toBe('`a` has two shares');
    expect(commandOf('traffic set web a=33.333% b=66.667%')).toMatchObject({
      args: { service: 'web', weights: ['a=33.333%', 'b=66.667%'] },
    });
  });

  it('reads a time with a zone as a moment, and keeps one without as the clock on the wall', () => {
    expect(commandOf('freeze --until 2026-12-27T08:00+01:00 -m x')).toMatchObject({
      options: { until: '2026-12-27T07:00:00.000Z' },
    });
    expect(commandOf('freeze --until 2026-12-27T08:00 -m x')).toMatchObject({
      options: { until: '2026-12-27T08:00:00.000' },
    });
    expect(commandOf('flag check a u --at 3F9C2AA')).toMatchObject({ options: { at: '3f9c2aa' } });
  });

  it('asks for exactly one end of a freeze', () => {
    expect(messageOf('freeze')).toBe('`freeze` takes exactly one of --for, --until');
    expect(messageOf('freeze --for 1h --until 2026-12-27T08:00Z')).toContain('exactly one of');
  });

  it('explains `deploy web` instead of guessing', () => {
    const known: ParseOptions = { knownServices: ['web'], knownEnvironments: ['staging', 'pr-*'], surface: 'comment' };
    expect(messageOf('/deploy web', known)).toBe(
      "`web` is a service, not a version. This pull request's head: `/deploy web@head` · a release: `/deploy web@1.4.0`",
    );
    expect(commandOf('/deploy web', known)).toBe('version-expected');
    expect(messageOf('/deploy staging', known)).toBe(
      '`staging` is an environment, not a version: `/deploy to staging`',
    );
    expect(messageOf('rollback --to web', known)).toBe('`web` names a service: a version belongs here');
    expect(commandOf('/deploy web@staging', known)).toBe('version-expected');
    expect(commandOf('/deploy web@1.4.0 to pr-12', known)).toMatchObject({ environment: 'pr-12' });
  });

  it('names the environments there are, and the nearest', () => {
    expect(parseCommand('status in prodution', { knownEnvironments: ['production', 'staging'] })).toMatchObject({
      error: { code: 'environment-unknown', suggestion: 'production' },
    });
  });

  it('says how a text of several words is written', () => {
    expect(messageOf('reject web -m numbers look odd')).toContain('stands in quotes: --reason "numbers look ..."');
    expect(messageOf('rollback web to 1.3.2')).toContain('`--to 1.3.2`');
  });

  it.each([
    ['deploi web@1', 'command-unknown', 'deploy'],
    ['flg enable a', 'command-unknown', 'flag enable'],
    ['flag enabel a', 'command-unknown', 'flag enable'],
    ['deploy --stratgy x', 'option-unknown', '--strategy'],
    ['rollback:triger web', 'command-unknown', 'rollback:trigger'],
  ])('asks of `%s` what was meant', (text, code, suggestion) => {
    expect(parseCommand(text)).toMatchObject({ ok: false, error: { code, suggestion } });
  });

  it.each([
    [
      'deploy web@1.4.0 --stratgy x',
      ['deploy web@1.4.0 --stratgy x', '                 ^^^^^^^^^'],
      { position: 17, length: 9 },
    ],
    ['flag enable a 0.25', ['flag enable a 0.25', '              ^^^^'], { position: 14, length: 4 }],
    ['flag enable', ['flag enable', '           ^'], { position: 11, length: 1 }],
    ['/deploi', ['/deploi', ' ^^^^^^'], { position: 1, length: 6 }],
    ['pause -m "x', ['pause -m "x', '         ^^'], { position: 9, length: 2 }],
    ['pause web\nresume web', ['pause web resume web', '          ^^^^^^^^^^'], { position: 10, length: 10 }],
  ])('puts carets under what is wrong in `%s`', (text, caret, place) => {
    expect(parseCommand(text)).toMatchObject({ error: { caret: caret.join('\n'), ...place } });
  });

  it('shows only the neighbourhood of what is wrong in a long text', () => {
    const parsed = parseCommand(`reject web -m "${'x'.repeat(300)}" --wrong ${'y'.repeat(300)}`);
    const [text = '', carets = ''] = parsed.ok ? [] : parsed.error.caret.split('\n');
    expect(text.length).toBeLessThan(110);
    expect(text.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('--wrong');
  });

  it('never throws, and always points inside the text', () => {
    const pieces = fc.constantFrom(
      'deploy',
      'flag',
      'enable',
      '--',
      '-m',
      '--to',
      '"',
      "'",
      '“',
      'in',
      'to',
      '=',
      '<',
      '/',
      ':',
      '\n',
      ' ',
      '%',
      '@',
      '{}',
      'traffic:setup',
      '__proto__',
      'constructor',
    );
    const soup = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 12 });
    fc.assert(
      fc.property(soup, fc.constantFrom('', ' '), fc.boolean(), (parts, glue, slack) => {
        const text = parts.join(glue);
        const parsed = parseCommand(text, slack ? { surface: 'slack' } : {});
        parseWords(parts);
        if (parsed.ok) return;
        expect(parsed.error.position).toBeLessThanOrEqual(text.length + 1);
        expect(parsed.error.message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(parsed.error.caret.split('\n')).toHaveLength(2);
      }),
      { numRuns: 1_000 },
    );
  });

  it('prints a command that was cut off or damaged, where it still is one, as one that reads the same', () => {
    const damaged = fc
      .tuple(anyCommand.map(printCommand), fc.nat(), fc.string({ maxLength: 3 }))
      .map(([text, at, piece]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + piece + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        const parsed = parseCommand(text);
        const again = parsed.ok ? parseCommand(printCommand(parsed.command)) : parsed;
        expect(again).toEqual(parsed.ok ? { ok: true, command: parsed.command } : parsed);
      }),
      { numRuns: 1_000 },
    );
  });
});
