/** Markdown too long for its place: the end is kept, and stays markdown. */

/** What is open before a line: fenced code and `<details>`, as GitHub renders them. */
interface Open {
  /** The line that opened the fence; undefined: outside of code. */
  readonly fence: string | undefined;
  readonly details: number;
}

const NOTE = '*… the beginning is left out: too long for one message …*';
const NOTHING: Open = { fence: undefined, details: 0 };
/** Deeper ones are not opened again: they would fill the room. */
const MOST_DETAILS = 10;
/** Of a fence's own line: the marks and what they name. */
const LONGEST_FENCE = 80;

/**
 * The text's end, at most `room` characters (UTF-16 units, never fewer than GitHub counts). The cut lies between lines where it can;
 * fences and `<details>` that are open there are opened again, so that what follows looks as it did.
 */
export function keepTail(text: string, room: number): string {
  if (text.length <= room) return text;
  const lines = text.split('\n');
  const opens = openBefore(lines);
  const from = firstThatFits({ lines, opens, room });
  if (from < lines.length) return `${head(opens[from] ?? NOTHING)}${lines.slice(from).join('\n')}`;
  const before = head(opens[lines.length - 1] ?? NOTHING);
  const last = lines.at(-1) ?? '';
  return `${before}${endOf(last, room - before.length)}`.slice(0, room);
}

function firstThatFits({
  lines,
  opens,
  room,
}: {
  lines: readonly string[];
  opens: readonly Open[];
  room: number;
}): number {
  let length = lines.reduce((sum, line) => sum + line.length + 1, -1);
  for (const [index, line] of lines.entries()) {
    if (index > 0 && length + head(opens[index] ?? NOTHING).length <= room) return index;
    length -= line.length + 1;
  }
  return lines.length;
}

function openBefore(lines: readonly string[]): readonly Open[] {
  const opens: Open[] = [];
  let open = NOTHING;
  for (const line of lines) {
    opens.push(open);
    open = after(open, line);
  }
  return opens;
}

/** https://github.github.com/gfm/#fenced-code-blocks: closed by at least as many of the same mark and nothing else. */
function after(open: Open, line: string): Open {
  const [, marks = '', named = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (open.fence !== undefined) {
    const own = open.fence.match(/^(`+|~+)/)?.[0] ?? '';
    const closes = marks !== '' && marks.startsWith(own) && named.trim() === '';
    return closes ? { ...open, fence: undefined } : open;
  }
  const opens = marks !== '' && !(marks.startsWith('`') && named.includes('`'));
  if (opens) return { ...open, fence: `${marks}${named}`.slice(0, Math.max(LONGEST_FENCE, marks.length)) };
  const details = open.details + count(line, /<details\b/gi) - count(line, /<\/details>/gi);
  return { ...open, details: Math.max(0, details) };
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function head({ fence, details }: Open): string {
  const folds = '<details><summary>…</summary>\n\n'.repeat(Math.min(details, MOST_DETAILS));
  return `${NOTE}\n\n${folds}${fence === undefined ? '' : `${fence}\n`}`;
}

/** The end of one line, never half of a surrogate pair. */
function endOf(line: string, room: number): string {
  return room <= 0 ? '' : line.slice(-room).replace(/^[\uDC00-\uDFFF]/, '');
}
