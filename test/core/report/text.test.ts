import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignTable } from '../../../src/core/report/align.ts';
import { sampled, scaleOf } from '../../../src/core/report/chart.ts';
import { diffLines } from '../../../src/core/report/diff.ts';
import { outcomeJson, printOutcome } from '../../../src/core/report/outcome.ts';
import { clean, cut, oneLine, pad, widthOf, wrap } from '../../../src/core/report/text.ts';
import { moodOf, printAgo, printClock, printCount, printMoment, printSpan } from '../../../src/core/report/words.ts';
import { at, ms } from '../../support/rollout.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.lorem());

describe('texts', () => {
  it('are cleaned of what moves a cursor, changes colours or turns the direction of writing', () => {
    expect(clean('\u001b[2Jgone\u0007\u009b1m')).toBe('␛[2Jgone␇\ufffd1m');
    expect(clean('user\u202egnp.exe')).toBe('user\ufffdgnp.exe');
    expect(clean('a\r\nb\rc\u2028d\te')).toBe('a\nb\nc\nd e');
    expect(clean('\ud800')).toBe('\ufffd');
    expect(oneLine('  a \n b\t c ')).toBe('a b c');
    fc.assert(
      fc.property(anyText, (text) => {
        expect(clean(text)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('are as wide as a terminal shows them', () => {
    expect([widthOf('abc'), widthOf('日本'), widthOf('e\u0301'), widthOf('👩‍👩‍👧'), widthOf('✅'), widthOf('ｆ')]).toEqual([
      3, 4, 1, 2, 2, 2,
    ]);
  });

  it('are cut and filled by width, never inside a character', () => {
    expect(cut('日本語', 5)).toBe('日本…');
    expect(cut('日本語', 4)).toBe('日…');
    expect(pad('日', 4, 'right')).toBe('  日');
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(widthOf(cut(oneLine(text), width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('are wrapped at spaces, inside a word only where there is none, and lose nothing but spaces', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(clean(text), width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replace(/\s/g, '')).toBe(clean(text).replace(/\s/g, ''));
      }),
    );
  });
});

describe('an aligned table', () => {
  it('stays within its width whatever is in it, however many columns', () => {
    const tables = fc.integer({ min: 1, max: 8 }).chain((columns) =>
      fc.record({
        columns: fc.array(fc.record({ title: anyText, align: fc.constantFrom('left' as const, 'right' as const) }), {
          minLength: columns,
          maxLength: columns,
        }),
        rows: fc.array(fc.array(anyText, { maxLength: columns }), { maxLength: 5 }),
      }),
    );
    fc.assert(
      fc.property(tables, fc.integer({ min: 8, max: 120 }), (table, width) => {
        for (const line of alignTable(table, width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('wraps cells of the widest column first, and becomes a list where columns have no room', () => {
    const table = { columns: [{ title: 'a' }, { title: 'b' }], rows: [['one', 'long text that must be wrapped']] };
    expect(alignTable(table, 20)).toEqual(['a    b', 'one  long text that', '     must be wrapped']);
    expect(alignTable(table, 8)).toEqual(['a: one', 'b: long', 'text', 'that', 'must be', 'wrapped']);
  });
});

describe('words', () => {
  it('give lengths of time in two units, moments with their date when it is another day', () => {
    expect([0, 450, 45_000, 60_000, 451_000, 7_500_000, 97_200_000].map(printSpan)).toEqual([
      '0 ms',
      '450 ms',
      '45 s',
      '1 min',
      '7 min 31 s',
      '2 h 5 min',
      '1 d 3 h',
    ]);
    expect([451_000, 7_500_000].map(printClock)).toEqual(['7:31', '2:05:00']);
    expect(printMoment(at('14:40:00'), ms('10:00:00'))).toBe('14:40 UTC');
    expect(printMoment('2026-12-01T08:00:00.000Z', ms('10:00:00'))).toBe('2026-12-01 08:00 UTC');
    expect(printAgo(at('10:00:00'), ms('10:00:00'))).toBe('just now');
    expect([0, 999, 12_110, 1_234_567.891, -1_000].map(printCount)).toEqual([
      '0',
      '999',
      '12,110',
      '1,234,567.89',
      '-1,000',
    ]);
  });

  it('know the mood of a state by its first word alone', () => {
    expect(['passed', 'fail: 6%', 'waits for a person', 'baking', 'failing', 'noon', ''].map(moodOf)).toEqual([
      'good',
      'bad',
      'waiting',
      'moving',
      'neutral',
      'neutral',
      'neutral',
    ]);
  });
});

describe('lines that differ', () => {
  it('are the changed ones alone', () => {
    expect(diffLines('a\nb\nc\n', 'a\nx\nc\n')).toEqual([
      { sign: ' ', text: 'a' },
      { sign: '-', text: 'b' },
      { sign: '+', text: 'x' },
      { sign: ' ', text: 'c' },
    ]);
    expect(diffLines('', 'new')).toEqual([{ sign: '+', text: 'new' }]);
  });

  it('give back both texts, and change nothing between equal ones', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 }).map((all) => all.join('\n'));
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after);
        const side = (gone: string): string =>
          diff
            .filter(({ sign }) => sign !== gone)
            .map(({ text }) => text)
            .join('\n');
        expect([side('+'), side('-')]).toEqual([before, after]);
        if (before === after) expect(diff.every(({ sign }) => sign === ' ')).toBe(true);
      }),
    );
  });
});

it('a series read at equal distances holds its last known value', () => {
  const steps = {
    name: 'share',
    points: [
      [0, 0],
      [10, 5],
      [30, 25],
    ] as const,
  };
  expect(sampled(steps, [0, 40], 5)).toEqual([0, 5, 5, 25, 25]);
  expect(sampled(steps, [-10, 0], 2)).toEqual([0, 0]);
  expect(sampled({ name: 'none', points: [] }, [0, 1], 3)).toEqual([]);
  expect([scaleOf(60_000).name, scaleOf(600_000).name, scaleOf(86_400_000).name]).toEqual([
    'seconds',
    'minutes',
    'hours',
  ]);
});

it('an outcome for machines has no report, and equal outcomes are equal texts', () => {
  const outcome = {
    schemaVersion: 1,
    ok: true,
    code: 'done',
    summary: 'done',
    details: { b: 1, a: 2 },
    report: { blocks: [] },
  } as const;
  expect(outcomeJson(outcome)).toEqual({
    schemaVersion: 1,
    ok: true,
    code: 'done',
    summary: 'done',
    details: { b: 1, a: 2 },
  });
  expect(printOutcome({ ...outcome, commit: '3f9c2aa' })).toContain('"commit": "3f9c2aa"');
  expect(printOutcome(outcome)).toBe(printOutcome({ ...outcome, details: { a: 2, b: 1 } }));
});
