import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/core/report/text.ts';
import { type Accent, renderPlain, renderTerminal } from '../../src/render/terminal.ts';
import { anyReport } from './reports.ts';

const FORMATS = {
  good: 'green',
  bad: 'red',
  waiting: 'yellow',
  moving: 'cyan',
  neutral: 'reset',
  title: 'bold',
  dim: 'dim',
  added: 'green',
  removed: 'red',
} as const;
const style = (accent: Accent, text: string): string => styleText(FORMATS[accent], text, { validateStream: false });

describe('a report on a terminal', () => {
  it('R-707 has a sign and a colour for its mood, for states in tables, for lines that differ', () => {
    const report = {
      blocks: [
        { type: 'heading', text: 'web 1.4.0', mood: 'bad' },
        { type: 'table', columns: [{ title: 'stage' }, { title: 'state', moods: true }], rows: [['canary', 'passed']] },
        { type: 'diff', before: 'a', after: 'b', label: 'flag' },
      ],
    } as const;
    expect(renderTerminal(report, { style: (accent, text) => `<${accent}:${text}>` })).toBe(`\
<bad:!!  ><title:web 1.4.0>

<dim:stage >  <dim:state>
canary  <good:passed>

flag
<removed:- a>
<added:+ b>
`);
    expect(renderTerminal(report, { style })).toContain('\u001b[32mpassed\u001b[39m');
  });

  it('draws texts, lists, code, charts and commands', () => {
    const report = {
      blocks: [
        { type: 'text', text: 'two words\nnext line' },
        { type: 'list', items: ['one item that is longer than the line'] },
        { type: 'code', text: 'a:\n  b' },
        {
          type: 'chart',
          title: 'share',
          unit: '%',
          series: [
            {
              name: '1.4.0',
              points: [
                [0, 0],
                [30_000, 50],
                [60_000, 100],
              ],
            },
          ],
        },
        { type: 'buttons', buttons: [{ text: 'Roll back', command: 'rollback web' }] },
        { type: 'buttons', buttons: [] },
      ],
    } as const;
    expect(renderPlain(report, 30)).toBe(`\
two words
next line

- one item that is longer than
  the line

    a:
      b

share, 0 to 100%, 1 min
1.4.0  ▁▁▁▁▁▁▁▁▁▁▁▅▅▅▅▅▅▅▅▅▅▅█

Roll back  sluice rollback web
`);
  });

  it('never throws, stays within its width, and no text of others moves the cursor', () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 20, max: 120 }), (report, width) => {
        const text = renderPlain(report, width);
        expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
        for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 300 },
    );
  });

  it('colours add no width and no character: without them the text is the plain one', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const bare = stripVTControlCharacters(renderTerminal(report, { width: 80, style }));
        expect(bare).toBe(renderPlain(report, 80));
      }),
    );
  });
});
