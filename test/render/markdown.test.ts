import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, Report } from '../../src/core/report/report.ts';
import { rolloutReport } from '../../src/core/report/rollout.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';
import { awaitingApproval, ms } from '../support/rollout.ts';
import { anyReport, anyText } from './reports.ts';

function of(...blocks: readonly Block[]): Report {
  return { blocks };
}

/** The text without its fenced blocks, and whether all of them were closed (CommonMark 4.5). */
function withoutFences(markdown: string): { readonly text: string; readonly closed: boolean } {
  const kept: string[] = [];
  let open: string | undefined;
  for (const line of markdown.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})([^`]*)$/.exec(line);
    if (open === undefined && fence?.[1]) open = fence[1];
    else if (open === undefined) kept.push(line);
    else if (fence?.[1]?.startsWith(open) && fence[2]?.trim() === '') open = undefined;
  }
  return { text: kept.join('\n'), closed: open === undefined };
}

/** Code spans away: what is inside them is text to GitHub. */
function withoutSpans(text: string): string {
  return text.replace(/(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
}

describe('a report as Markdown', () => {
  it('is a comment as people see it: marker, mood, stage table, both arms, commands', () => {
    const text = renderMarkdown(rolloutReport(awaitingApproval(), ms('10:46:01')), {
      marker: 'sluice r-7f3a',
      mentions: ['acme/web-leads', '<b>'],
    });
    expect(text).toBe(`\
<!-- sluice r-7f3a -->

@acme/web-leads

### ✋ web 1.4.0 passed beta (25%). May it go to 100% of production?

| stage | traffic | bake | then | state |
|:--|--:|--:|:--|:--|
| canary | 5% | 5 min | goes on by itself | ✅ passed |
| beta | 25% | 15 min | 1 approval from team:web-leads | ✅ passed |
| production | 100% | 30 min | done; 1.3.2 kept until then | ✋ waits for 1 of team:web-leads until 14:40 UTC |

r-7f3a · 8f2c1d9 · after 1.3.2 · asked by alice 10:20 UTC · plan 4f2c (canary-beta-production)

gates: lock yes (taken) · freeze yes · checks yes (14 of 14)

| metric in beta | 1.3.2 | 1.4.0 | verdict |
|:--|--:|--:|:--|
| errors | 0.52% (63 of 12,110) | 0.4% (16 of 4,020) | ✅ pass: at most 0.3% worse than 1.3.2 |
| errors |  | 0.4% (16 of 4,020) | ✅ pass: below 1% |
| latency p95 | 310 ms | 322 ms | ✅ pass: below 2 s |

Waits for 1 of team:web-leads until 14:40 UTC (sluice, 1 min 1 s ago); then it rolls back. The vote of alice, who asked, does not count.

\`/sluice approve r-7f3a9c01/production\` · \`/sluice reject r-7f3a9c01/production --reason "…"\` · \`/rollback web in production\` · \`/sluice explain r-7f3a9c01\`
`);
  });

  it('shows texts of others and does nothing they say', () => {
    const text = (said: string): string => renderMarkdown(of({ type: 'text', text: said })).trimEnd();
    expect(text('@alice fixes #12')).toBe('@&#8203;alice fixes #&#8203;12');
    expect(text('# no heading')).toBe('\\# no heading');
    expect(text('- a\n1. b\n=== c')).toBe('\\- a  \n1\\. b  \n\\=== c');
    expect(text('<b>&amp;</b>')).toBe('&lt;b&gt;&amp;amp;&lt;/b&gt;');
    expect(text('[x](https://e.example)')).toBe('\\[x\\](https:&#8203;//e.example)');
    expect(text('**a** `b` | c')).toBe('\\*\\*a\\*\\* \\`b\\` \\| c');
  });

  it('keeps a table a table whatever its cells say', () => {
    const table = of({ type: 'table', columns: [{ title: 'a|b' }], rows: [['x | y\n| z |'], ['`|`'], ['\\|']] });
    expect(renderMarkdown(table)).toBe('| a\\|b |\n|:--|\n| x \\| y \\| z \\| |\n| \\`\\|\\` |\n| \\\\\\| |\n');
  });

  it('opens no fence, cell, mention, link or tag that a text of others asks for', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const markdown = renderMarkdown(report);
        const { text, closed } = withoutFences(markdown);
        expect(closed).toBe(true);
        const bare = withoutSpans(text).replaceAll('&#8203;', '\u200b');
        expect(bare).not.toMatch(/@(?!\u200b)/);
        expect(bare).not.toMatch(/#\d|GH-\d|:\/\/|www\./i);
        expect(bare.replace(/<\/?details>|<\/?summary>/g, '')).not.toMatch(/[<>]/);
        expect(markdown).not.toMatch(/[^\P{Cc}\n]/u);
      }),
      { numRuns: 500 },
    );
  });

  it('gives each row of a table as many cells as it has columns', () => {
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: 1, maxLength: 4 }),
        fc.array(anyText, { maxLength: 6 }),
        (titles, cells) => {
          const columns = titles.map((title) => ({ title }));
          const lines = renderMarkdown(of({ type: 'table', columns, rows: [cells] }))
            .trimEnd()
            .split('\n');
          expect(lines).toHaveLength(3);
          for (const line of lines) {
            // A pipe counts unless an odd number of backslashes stands before it.
            const pipes = [...line.matchAll(/(\\*)\|/g)].filter(([, before = '']) => before.length % 2 === 0);
            expect(pipes).toHaveLength(columns.length + 1);
          }
        },
      ),
    );
  });

  it('a command that is shown cannot leave its code span', () => {
    const buttons = of({ type: 'buttons', buttons: [{ text: 'x', command: 'rollback `web` @alice' }] });
    expect(renderMarkdown(buttons)).toBe('``/rollback `web` @alice``\n');
    expect(renderMarkdown(buttons, { prefix: '/ship', bare: [] })).toBe('``/ship rollback `web` @alice``\n');
  });

  it('draws a chart that GitHub can draw, values at equal distances', () => {
    const chart = of({
      type: 'chart',
      title: 'a "b"',
      unit: '%',
      series: [
        {
          name: 's',
          points: [
            [0, 0],
            [600_000, 25],
          ],
        },
      ],
    });
    const text = renderMarkdown(chart);
    expect(text).toContain(
      `xychart-beta\n  title "a 'b'"\n  x-axis "minutes" 0 --> 10\n  y-axis "%" 0 --> 25\n  line [0, `,
    );
    expect(/line \[(.*)\]/.exec(text)?.[1]?.split(', ')).toHaveLength(25);
    expect(renderMarkdown(of({ type: 'chart', title: 'none', unit: '', series: [] }))).toBe('\n');
  });

  it('folds long code and long differences, and all after a block where that is asked', () => {
    const long = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    const text = renderMarkdown(of({ type: 'diff', before: '', after: long, label: 'flags/<a>.json' }));
    expect(text).toMatch(/^<details><summary>flags\/&lt;a&gt;\.json \(30 lines\)<\/summary>\n\n```diff\n\+line 0\n/);
    expect(text).toMatch(/```\n\n<\/details>\n$/);
    const folded = renderMarkdown(of({ type: 'heading', text: 'a' }, { type: 'text', text: 'b' }), { foldAfter: 1 });
    expect(folded).toBe('### a\n\n<details><summary>Details</summary>\n\nb\n\n</details>\n');
  });
});

describe('the limit of a comment', () => {
  it('keeps the end of a log and every block around it, and its fence closed', () => {
    const log = `${'x'.repeat(100_000)}\nthe last line`;
    const text = renderMarkdown(
      of({ type: 'heading', text: 'failed' }, { type: 'code', text: log }, { type: 'text', text: 'what to do' }),
    );
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.length).toBeGreaterThan(60_000);
    expect(text).toMatch(/^### failed\n\n```\n… \d+ characters left out\n/);
    expect(text).toMatch(/the last line\n```\n\nwhat to do\n$/);
  });

  it('tells how many rows are left out of a long table', () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => [`row ${index}`, 'text']);
    const text = renderMarkdown(
      of({ type: 'table', columns: [{ title: 'a' }, { title: 'b' }], rows }, { type: 'text', text: 'end' }),
    );
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toMatch(/\| … [\d]+ more \| {2}\|\n\nend\n$/);
  });

  it('keeps begin and end of a report of too many blocks', () => {
    const blocks = Array.from({ length: 3_000 }, (_, index): Block => ({
      type: 'text',
      text: `part ${index} ${'y'.repeat(60)}`,
    }));
    const text = renderMarkdown({ blocks });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toMatch(/^part 0 /);
    expect(text).toContain('left out here');
    expect(text).toMatch(/part 2999 y+\n$/);
  });

  it('holds for any report, fences and folds closed', () => {
    const options = fc.record({
      limit: fc.integer({ min: 600, max: 3_000 }),
      foldAfter: fc.integer({ min: 0, max: 4 }),
    });
    const long = fc
      .tuple(anyReport, anyText, fc.integer({ min: 1, max: 400 }))
      .map(([report, text, times]): Report => ({
        blocks: [
          ...report.blocks,
          { type: 'code', text: text.repeat(times) },
          { type: 'text', text: text.repeat(times) },
        ],
      }));
    fc.assert(
      fc.property(long, options, (report, chosen) => {
        const text = renderMarkdown(report, chosen);
        expect(text.length).toBeLessThanOrEqual(chosen.limit);
        const { text: outside, closed } = withoutFences(text);
        expect(closed).toBe(true);
        const folds = withoutSpans(outside);
        expect(folds.match(/<details>/g)?.length).toBe(folds.match(/<\/details>/g)?.length);
      }),
      { numRuns: 200 },
    );
  });
});
