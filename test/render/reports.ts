/** Any report at all, its texts as hostile as they come. */
import fc from 'fast-check';
import type { Block, Report } from '../../src/core/report/report.ts';

const HOSTILE = [
  '\u001b[2J\u001b]0;title\u0007',
  '```\n# heading\n```',
  '~~~',
  '| a | b |\n|---|---|',
  '@acme/web-leads @alice',
  '</details><script>alert(1)</script>',
  '[click](https://evil.example) ![x](y) <https://evil.example>',
  'https://evil.example www.evil.example me@evil.example',
  'fixes #1, GH-2, acme/web#3',
  '--- \n===\n1. one\n- two\n> three\n    four',
  '<!-- sluice other -->',
  '\u202egnp.exe',
  '\\',
  '\\|',
  '`',
  '$x$',
  '&lt;b&gt;',
  '日本語 👩‍👩‍👧 e\u0301',
];

export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme-ascii' }),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.constantFrom(...HOSTILE)).map((two) => two.join(' ')),
);

const mood = fc.constantFrom(
  'good' as const,
  'bad' as const,
  'waiting' as const,
  'moving' as const,
  'neutral' as const,
);
const column = fc.record(
  { title: anyText, align: fc.constantFrom('left' as const, 'right' as const), moods: fc.constant(true as const) },
  { requiredKeys: ['title'] },
);
const series = fc.record({
  name: anyText,
  points: fc.array(fc.tuple(fc.integer({ min: 0, max: 1e12 }), fc.double({ noNaN: false })), { maxLength: 6 }),
});

const anyBlock: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('heading' as const), text: anyText, mood }),
  fc.record({ type: fc.constant('text' as const), text: anyText }),
  fc.record({ type: fc.constant('list' as const), items: fc.array(anyText, { maxLength: 3 }) }),
  fc.record({
    type: fc.constant('table' as const),
    columns: fc.array(column, { minLength: 1, maxLength: 4 }),
    rows: fc.array(fc.array(anyText, { maxLength: 5 }), { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('diff' as const), before: anyText, after: anyText, label: anyText }),
  fc.record({ type: fc.constant('code' as const), text: anyText, language: anyText }),
  fc.record({
    type: fc.constant('chart' as const),
    title: anyText,
    unit: anyText,
    series: fc.array(series, { maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant('buttons' as const),
    buttons: fc.array(fc.record({ text: anyText, command: anyText }), { maxLength: 3 }),
  }),
);

export const anyReport: fc.Arbitrary<Report> = fc.record({ blocks: fc.array(anyBlock, { maxLength: 5 }) });
