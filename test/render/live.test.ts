import { describe, expect, it } from 'vitest';
import { LiveScreen } from '../../src/render/live.ts';

const ESC = '\u001b';

/** A terminal as small as it can be: cursor, clearing, lines; refuses every sequence it does not know. */
class Terminal {
  readonly isTTY = true;
  readonly columns = 40;
  rows = 10;
  lines: string[] = [''];
  row = 0;
  cursor = true;
  writes = 0;

  write(text: string): void {
    this.writes += 1;
    for (const [, sequence, plain] of text.replaceAll(ESC, '␛').matchAll(/␛\[([?\d]*[A-Za-z])|([^␛])/gu)) {
      if (sequence !== undefined) this.#control(sequence);
      else this.#put(plain ?? '');
    }
  }

  #control(sequence: string): void {
    if (sequence === '?25l') this.cursor = false;
    else if (sequence === '?25h') this.cursor = true;
    else if (sequence === 'J') this.lines = [...this.lines.slice(0, this.row), ''];
    else if (/^\d+A$/.test(sequence)) this.row -= Number.parseInt(sequence, 10);
    else if (!['K', '?2026h', '?2026l'].includes(sequence)) throw new Error(`unknown sequence ${sequence}`);
    if (this.row < 0) throw new Error('above the screen');
  }

  #fresh = true;
  #put(character: string): void {
    if (character === '\r') this.#fresh = true;
    else if (character === '\n') {
      this.row += 1;
      this.lines[this.row] ??= '';
      this.#fresh = true;
    } else {
      this.lines[this.row] = (this.#fresh ? '' : this.lines[this.row]) + character;
      this.#fresh = false;
    }
  }
}

describe('a live screen', () => {
  it('R-707 paints rows where the last ones stood, also when there are fewer', () => {
    const terminal = new Terminal();
    const screen = new LiveScreen(terminal);
    screen.show({ rows: ['a', 'b', 'c'] });
    screen.show({ rows: ['A', 'B'] });
    expect(terminal.lines).toEqual(['A', 'B', '']);
    screen.show({ rows: ['1', '2', '3', '4'] });
    expect(terminal.lines).toEqual(['1', '2', '3', '4', '']);
  });

  it('writes each picture at once, between the marks of a synchronized update, and nothing when nothing changed', () => {
    const terminal = new Terminal();
    const screen = new LiveScreen(terminal);
    screen.show({ rows: ['a'] });
    screen.show({ rows: ['a'] });
    expect(terminal.writes).toBe(1);
    const written: string[] = [];
    new LiveScreen({ isTTY: true, write: (text) => written.push(text) }).show({ rows: ['x'] });
    expect(written).toHaveLength(1);
    expect(written[0]?.startsWith(`${ESC}[?2026h`)).toBe(true);
    expect(written[0]?.endsWith(`${ESC}[?2026l`)).toBe(true);
  });

  it('keeps a printed line above the rows', () => {
    const terminal = new Terminal();
    const screen = new LiveScreen(terminal);
    screen.show({ rows: ['a', 'b'] });
    screen.print('canary passed');
    screen.show({ rows: ['c', 'd'] });
    expect(terminal.lines).toEqual(['canary passed', 'c', 'd', '']);
  });

  it('hides the cursor while it paints and gives it back at the end, once', () => {
    const terminal = new Terminal();
    const screen = new LiveScreen(terminal);
    screen.show({ rows: ['a'] });
    expect(terminal.cursor).toBe(false);
    screen.end();
    expect(terminal.cursor).toBe(true);
    const { writes } = terminal;
    screen.end();
    expect(terminal.writes).toBe(writes);
  });

  it('cuts rows that the screen has no room for, so that it finds its begin again', () => {
    const terminal = new Terminal();
    terminal.rows = 3;
    const screen = new LiveScreen(terminal);
    screen.show({ rows: ['a', 'b', 'c', 'd'] });
    expect(terminal.lines).toEqual(['a', 'b', '']);
    expect(screen.width).toBe(39);
  });

  it('R-707 in a log writes a plain line only when there is one, and no sequence at all', () => {
    const written: string[] = [];
    const screen = new LiveScreen({ write: (text) => written.push(text) });
    screen.show({ rows: ['a'] });
    screen.show({ rows: ['b'], line: '10:45:00 web 1.4.0: beta passed' });
    screen.print('done');
    screen.end();
    expect(written).toEqual(['10:45:00 web 1.4.0: beta passed\n', 'done\n']);
  });
});
