/** What a comment asks for. `refused`: it holds a command among other text, and a text of several lines never runs. */
export type CommentReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly text: string; readonly line: number }
  | { readonly kind: 'refused'; readonly line: number; readonly message: string };

export interface CommentWords {
  /** What begins every command: `/sluice`. */
  readonly prefix: string;
  /** Commands that need no prefix: `deploy` is read from `/deploy`. */
  readonly bare: readonly string[];
}

/**
 * The command of a comment: its only line that is not empty, beginning with the prefix or a bare command. Never in a quotation, a code
 * block or inline code. `text` comes without prefix, `line` counts from 1. Edited comments, bots and forks are the caller's to refuse.
 */
export function commandsInComment(body: string, words: CommentWords): CommentReading {
  const lines = body.split(/\r\n|\n|\r/);
  const code = insideFences(lines);
  const commands = lines.flatMap((line, index) => {
    const text = code[index] === true ? undefined : commandOf(line, words);
    return text === undefined ? [] : [{ text, line: index + 1 }];
  });
  const [first] = commands;
  if (first === undefined) return { kind: 'none' };
  if (lines.filter((line) => line.trim() !== '').length === 1) return { kind: 'command', ...first };
  const message = 'a command stands alone in its comment, on one line; nothing was done';
  return { kind: 'refused', line: first.line, message };
}

/** Fences close with at least as many of the same sign (CommonMark 4.5); one that is never closed runs to the end. */
function insideFences(lines: readonly string[]): readonly boolean[] {
  let open = '';
  return lines.map((line) => {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (open === '') {
      open = fence;
      return fence !== '';
    }
    if (fence.startsWith(open) && line.trim() === fence) open = '';
    return true;
  });
}

/** Four blanks or a tab make an indented code block; a quotation and inline code begin with signs of their own. */
function commandOf(line: string, { prefix, bare }: CommentWords): string | undefined {
  const text = /^ {0,3}(\/\S.*)$/.exec(line)?.[1]?.trimEnd() ?? (line.startsWith(prefix) ? line.trimEnd() : undefined);
  if (text === undefined) return undefined;
  const [first = ''] = text.split(/\s/, 1);
  if (first.toLowerCase() === prefix.toLowerCase()) return text.slice(first.length).trimStart();
  const [verb = ''] = first.slice(1).toLowerCase().split(':', 1);
  return first.startsWith('/') && bare.includes(verb) ? text.slice(1) : undefined;
}
