import { fault, type Fault, type Span } from './fault.ts';

/** A word of a command. A quoted one is never an option, a keyword or part of a command's name. */
export interface Token extends Span {
  readonly text: string;
  readonly quoted: boolean;
}

/** What closes a quotation, by what opens it: phones and word processors type curly and low quotes by themselves. */
const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  '\u201c': '\u201d\u201c"',
  '\u201d': '\u201d\u201c"',
  '\u201e': '\u201c\u201d"',
  "'": "'",
  '\u2018': "\u2019'",
};
const SINGLE = "'\u2018";

/**
 * Words of one line. Double quotes open anywhere, single ones only where a value begins, so that `don't` is a word.
 * Inside double quotes `\"` and `\\` are escapes; everything else is kept as it stands.
 */
export function tokenize(line: string): readonly Token[] | Fault {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line.charAt(at))) {
      at += 1;
      continue;
    }
    const word = readWord(line, at);
    if ('fault' in word) return word;
    tokens.push(word);
    at = word.end;
  }
  return tokens;
}

function readWord(line: string, start: number): Token | Fault {
  let text = '';
  let at = start;
  let quoted = false;
  while (at < line.length && !/\s/.test(line.charAt(at))) {
    const character = line.charAt(at);
    if (!opens(line, at, start)) {
      text += character;
      at += 1;
      continue;
    }
    const inside = readQuotation(line, at);
    if ('fault' in inside) return inside;
    quoted ||= at === start;
    text += inside.text;
    at = inside.end;
  }
  return { text: quoted ? text : withDashes(text), quoted, start, end: at };
}

function opens(line: string, at: number, start: number): boolean {
  const character = line.charAt(at);
  if (CLOSING[character] === undefined) return false;
  return !SINGLE.includes(character) || at === start || line.charAt(at - 1) === '=';
}

function readQuotation(line: string, start: number): { readonly text: string; readonly end: number } | Fault {
  const open = line.charAt(start);
  const closing = CLOSING[open] ?? open;
  let text = '';
  for (let at = start + 1; at < line.length; at += 1) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (character === '\\' && !SINGLE.includes(open) && (next === '\\' || (next !== '' && closing.includes(next)))) {
      text += next;
      at += 1;
    } else if (closing.includes(character)) {
      return { text, end: at + 1 };
    } else {
      text += character;
    }
  }
  return fault('command-invalid', 'a quotation mark is opened here and never closed', {
    at: { start, end: line.length },
  });
}

/** Hyphens before an option that turned into `—` or `–` on the way. */
function withDashes(word: string): string {
  return word.replace(/^[\u2014\u2013](?=[A-Za-z](?:=|$))/, '-').replace(/^[\u2014\u2013](?=[A-Za-z])/, '--');
}

/** Words that a shell has split already, as tokens of the text they make together. */
export function tokensOfWords(words: readonly string[]): { readonly text: string; readonly tokens: readonly Token[] } {
  let text = '';
  const tokens = words.map((word) => {
    const spelled = /^[^\s"]+$/.test(word) ? word : quote(word);
    const start = text === '' ? 0 : text.length + 1;
    text = text === '' ? spelled : `${text} ${spelled}`;
    // `--reason=too slow` came as one word and is an option all the same.
    const quoted = spelled !== word && !/^[-\u2014\u2013]{1,2}[A-Za-z][\w-]*=/.test(word);
    return { text: quoted ? word : withDashes(word), quoted, start, end: text.length };
  });
  return { text, tokens };
}

/** A text in double quotes, as `tokenize` reads it back. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
