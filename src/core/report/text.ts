/**
 * Texts that others wrote, made safe and measured for fixed-width output.
 * Widths are terminal columns (Unicode UAX 11: wide characters take two, combining marks none).
 */

/** Made when it is first needed: its tables take 12 ms, and most programs only ever show plain letters. */
let segments: Intl.Segmenter | undefined;
/** C0 (but newline), DEL, C1, bidirectional controls, invisible format characters, halves of surrogate pairs. */
const CONTROL = /[^\P{Cc}\n]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
const NARROW = /^[\u0020-\u007e]*$/;

/**
 * The text with nothing in it that could move a cursor, change colours or turn the direction of writing.
 * Newlines stay, a tab becomes a space, other controls become visible pictures (`\u241b` for escape).
 */
export function clean(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(CONTROL, picture);
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 9) return ' ';
  if (code < 32) return String.fromCodePoint(0x2400 + code);
  return code === 127 ? '\u2421' : '\ufffd';
}

/** As `clean`, on one line: runs of white space become one space. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** What people see as single characters. */
function characters(text: string): readonly string[] {
  if (NARROW.test(text)) return text.split('');
  segments ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segments.segment(text), ({ segment }) => segment);
}

/** Columns that a cleaned text takes on one line. */
export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  return characters(text).reduce((sum, character) => sum + widthOfCharacter(character), 0);
}

function widthOfCharacter(character: string): number {
  if (/^[\p{Mark}\p{Cf}]+$/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** At most `width` columns of a text; what is cut is shown by `…`. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? '' : `${take(text, width - 1)}…`;
}

/** As many whole characters as fit into `width` columns. */
function take(text: string, width: number): string {
  let used = 0;
  let taken = '';
  for (const character of characters(text)) {
    used += widthOfCharacter(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

/** The text filled up with spaces to `width` columns; a longer one stays as it is. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? space + text : text + space;
}

/** Lines of at most `width` columns (two at least), broken at spaces where there are any, else inside a word. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(2, width)));
}

function wrapLine(line: string, width: number): readonly string[] {
  if (widthOf(line) <= width) return [line];
  const lines: string[] = [];
  let open = '';
  for (const word of line.split(' ').flatMap((whole) => pieces(whole, width))) {
    const longer = open === '' ? word : `${open} ${word}`;
    if (widthOf(longer) <= width) {
      open = longer;
      continue;
    }
    lines.push(open);
    open = word;
  }
  return [...lines, open].filter((text, index) => text !== '' || index === 0);
}

/** A word in pieces that fit; most words are one piece. */
function pieces(word: string, width: number): readonly string[] {
  const found: string[] = [];
  let rest = word;
  while (widthOf(rest) > width) {
    const piece = take(rest, width);
    if (piece === '') break;
    found.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...found, rest];
}
