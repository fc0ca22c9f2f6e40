import { describe, expect, it } from 'vitest';
import { verdictOn } from '../../../../src/adapters/github/forge/checks-of.ts';
import { isRef } from '../../../../src/adapters/github/forge/code.ts';
import { cutTo, webAddress } from '../../../../src/adapters/github/forge/limits.ts';
import { commentBody, hasMarker, markerLine, withMarker } from '../../../../src/adapters/github/forge/marker.ts';
import { isLogin } from '../../../../src/adapters/github/forge/account.ts';

const check = (name: string, verdict: 'green' | 'red' | 'running', more: object = {}) => ({
  key: `run 1 ${name}`,
  name,
  verdict,
  order: 1,
  own: false,
  ...more,
});

describe('whether a commit is green', () => {
  it('is what the newest of each key says, in whatever order they are listed', () => {
    const checks = [check('ci', 'green', { order: 3 }), check('ci', 'red', { order: 2 })];
    expect(verdictOn(checks, {}, 0)).toEqual({ state: 'green', detail: '1 of 1' });
    expect(verdictOn(checks.toReversed(), {}, 0).state).toBe('green');
  });

  it('keeps the same name of two Apps apart', () => {
    const checks = [check('ci', 'green', { order: 9 }), check('ci', 'red', { key: 'run 2 ci' })];
    expect(verdictOn(checks, {}, 0)).toEqual({ state: 'red', detail: '1 of 2 not green: ci' });
  });

  it('is not asked of checks of our own, of this run, or that are ignored', () => {
    const checks = [
      check('sluice / check', 'red'),
      check('deploy', 'running', { own: true }),
      check('flaky', 'red'),
      check('ci', 'green'),
    ];
    expect(verdictOn(checks, { ignored: ['flaky'] }, 0)).toEqual({ state: 'green', detail: '1 of 1' });
  });

  it('waits for a required one that is not there yet, and asks no other', () => {
    const checks = [check('lint', 'red'), check('ci', 'green')];
    expect(verdictOn(checks, { required: ['ci'] }, 0).state).toBe('green');
    expect(verdictOn(checks, { required: ['ci', 'e2e'] }, 0)).toEqual({
      state: 'running',
      detail: 'not there yet: e2e',
    });
  });

  it('is not known while GitHub counts more than it lists', () => {
    expect(verdictOn([check('ci', 'green')], {}, 2).state).toBe('running');
  });

  it('names a few of what stands in the way', () => {
    const checks = Array.from({ length: 8 }, (_, index) => check(`c${index}`, 'red'));
    expect(verdictOn(checks, {}, 0).detail).toBe('8 of 8 not green: c0, c1, c2, c3, c4 and 3 more');
  });
});

describe('what may stand in an address', () => {
  it.each(['main', 'feature/a"b', "it's", 'a$(touch)', 'ünï', '1.4.0', 'refs/pull/4/head', 'a;b|c&d'])(
    'takes the ref %s, as git does',
    (ref) => {
      expect(isRef(ref)).toBe(true);
    },
  );

  it.each(['..', 'a/../b', '', '/', 'a//b', 'a b', 'a\nb', '.git', 'a.lock', 'a~1', 'a^', 'a:b', 'a?', '@{1}', '@'])(
    'takes no ref that git would not: %j',
    (ref) => {
      expect(isRef(ref)).toBe(false);
    },
  );

  it('takes logins as GitHub gives them', () => {
    expect(['alice', 'a-b_acme', 'dependabot[bot]'].map(isLogin)).toEqual([true, true, true]);
    expect(['', '..', 'a/b', '../x', '-a', 'a b', 'a\n'].map(isLogin)).toEqual(Array(7).fill(false));
  });

  it('takes web addresses only', () => {
    expect(webAddress('https://shop.example.com/a?b#c')).toBe('https://shop.example.com/a?b#c');
    const others = ['javascript:alert(1)', 'shop.example.com', 'ftp://a', 'https://me:secret@a.example', '', undefined];
    expect(others.map(webAddress)).toEqual(others.map(() => undefined));
  });

  it('cuts a field to its length, whole characters', () => {
    expect(cutTo('x'.repeat(140), 140)).toHaveLength(140);
    expect(cutTo('x'.repeat(141), 140)).toBe(`${'x'.repeat(139)}…`);
    expect(cutTo('ab🚀cd', 4)).toBe('ab…');
  });
});

describe('the marker of a comment', () => {
  it('is the first or the last line, and nothing in between', () => {
    expect(hasMarker(withMarker('hello', 'r-7f3a'), 'r-7f3a')).toBe(true);
    expect(hasMarker(`hello\r\n${markerLine('r-7f3a')}\r\n`, 'r-7f3a')).toBe(true);
    expect(hasMarker(`> said\n${markerLine('r-7f3a')}\nhello`, 'r-7f3a')).toBe(false);
    expect(hasMarker(withMarker('hello', 'r-7f3a'), 'r-7f3')).toBe(false);
  });

  it('cannot end the hidden line early, and different markers stay different', () => {
    const hostile = ['a --> <script>', 'a--b', 'a-', 'x\ny', 'a%2db', 'a-\u002db'];
    const written = hostile.map(markerLine);
    for (const line of written) {
      expect(line.slice(0, -'-->'.length)).not.toContain('--' + '>');
      expect(line).not.toContain('\n');
    }
    expect(markerLine('web/production r-7f3a')).toBe('<!-- sluice:web/production r-7f3a -->');
    expect(new Set(['a --> b', 'a  b', 'a b'].map(markerLine)).size).toBe(3);
  });

  it('stays where the text below it is cut', () => {
    const body = withMarker('x\n'.repeat(100_000), 'r-1');
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body.startsWith(`${markerLine('r-1')}\n*…`)).toBe(true);
    expect(commentBody('y'.repeat(200_000)).length).toBeLessThanOrEqual(65_536);
  });
});
