import { describe, expect, it } from 'vitest';
import { keepTail } from '../../../src/core/report/tail.ts';

const lines = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join('\n');

describe('the tail of a text that is too long', () => {
  it('is the whole text where it fits, to the last character', () => {
    const text = 'x'.repeat(1_000);
    expect(keepTail(text, 1_000)).toBe(text);
    expect(keepTail(`${text}y`, 1_000).length).toBeLessThanOrEqual(1_000);
  });

  it('keeps whole lines of the end and says that a beginning is missing', () => {
    const cut = keepTail(
      lines(1_000, (index) => `line ${index}`),
      500,
    );
    expect(cut.length).toBeLessThanOrEqual(500);
    expect(cut).toMatch(/^\*… the beginning is left out/);
    expect(cut).toMatch(/\nline 998\nline 999$/);
    expect(cut.split('\n').filter((line) => line.startsWith('line') && !/^line \d+$/.test(line))).toEqual([]);
  });

  it('opens the fence again in which the cut lies, with as many marks', () => {
    const log = `start\n\n\`\`\`\`log\n\`\`\`\n${lines(300, (index) => `step ${index}`)}\n\`\`\`\`\ndone`;
    const cut = keepTail(log, 400);
    expect(cut).toMatch(/\n\n````log\nstep \d+\n/);
    expect(cut.match(/^````/gm)).toHaveLength(2);
    expect(cut.endsWith('````\ndone')).toBe(true);
  });

  it('opens no fence where the code ended before the cut', () => {
    const cut = keepTail(`~~~\ncode\n~~~\n${lines(300, (index) => `after ${index}`)}`, 300);
    expect(cut).not.toContain('~~~');
  });

  it('takes a line of marks and text inside of code for code', () => {
    const cut = keepTail(`\`\`\`\n\`\`\`js\n${lines(300, (index) => `code ${index}`)}\n\`\`\``, 300);
    expect(cut.match(/^```/gm)).toHaveLength(2);
  });

  it('opens folded parts again, and the ones written inside of code are none', () => {
    const folded = `<details><summary>log</summary>\n\n\`\`\`\n<details>\n\`\`\`\n${lines(300, (index) => `in ${index}`)}\n</details>\nend`;
    const cut = keepTail(folded, 400);
    expect(cut.match(/<details>/g)).toHaveLength(1);
    expect(cut.match(/<\/details>/g)).toHaveLength(1);
  });

  it('cuts a single line that is too long, never through a character of two halves', () => {
    for (const room of [200, 201, 202]) {
      const cut = keepTail('🚀'.repeat(1_000), room);
      expect(cut.length).toBeLessThanOrEqual(room);
      expect(/\p{Surrogate}/u.test(cut)).toBe(false);
      expect(cut.endsWith('🚀')).toBe(true);
    }
  });

  it('stays within any room, for any depth of folds', () => {
    const deep = `${'<details>'.repeat(500)}\n${lines(200, (index) => `\`\`\`\n${index}`)}`;
    for (const room of [60, 100, 1_000]) expect(keepTail(deep, room).length).toBeLessThanOrEqual(room);
  });
});
