import { bind } from './bind.ts';
import type { Command } from './command.ts';
import { fault, isFault, type Fault, type Span } from './fault.ts';
import type { Entry } from './grammar.ts';
import type { ParseOptions } from './known.ts';
import { isOldName, lookUp, type OldName } from './lookup.ts';
import { translate } from './old-name.ts';
import { printCommand } from './print.ts';
import { checkWhole } from './rules.ts';
import { scan, type Scanned } from './scan.ts';
import { unwrapSlack } from './slack-text.ts';
import { syntaxError, type SyntaxProblem } from './syntax-error.ts';
import { tokenize, tokensOfWords, type Token } from './token.ts';

/** `readAs` is there when an old name was typed: the command in today's words. */
export type Parsed =
  | { readonly ok: true; readonly command: Command; readonly readAs?: string }
  | { readonly ok: false; readonly error: SyntaxProblem };

const LONGEST = 10_000;

/** Reads a command from text: one line, with or without `/sluice` before it. An empty text is `help`. Never throws. */
export function parseCommand(text: string, options: ParseOptions = {}): Parsed {
  const source = options.surface === 'slack' ? unwrapSlack(text) : text;
  const wrong = tooMuch(source);
  const tokens = wrong ?? tokenize(source);
  return isFault(tokens)
    ? { ok: false, error: syntaxError(source, tokens) }
    : parseTokens(withoutPrefix(tokens), source, options);
}

/** Reads a command from words that a shell has split already. */
export function parseWords(words: readonly string[], options: ParseOptions = {}): Parsed {
  const { text, tokens } = tokensOfWords(words);
  const wrong = text.length > LONGEST ? tooMuch(text) : undefined;
  return wrong === undefined
    ? parseTokens(withoutPrefix(tokens), text, options)
    : { ok: false, error: syntaxError(text, wrong) };
}

/** One line, one command: a second one is refused rather than ignored. */
function tooMuch(text: string): Fault | undefined {
  if (text.length > LONGEST)
    return fault('command-invalid', `longer than ${LONGEST} characters`, { at: { start: LONGEST, end: text.length } });
  const second = /\S[^\r\n]*[\r\n]\s*(?=\S)/.exec(text);
  if (second === null) return undefined;
  const start = second.index + second[0].length;
  const end = start + (/^[^\r\n]*/.exec(text.slice(start))?.[0].length ?? 1);
  return fault('command-invalid', 'one line, one command: this line is too many', { at: { start, end } });
}

function withoutPrefix(tokens: readonly Token[]): readonly Token[] {
  const [first, ...rest] = tokens;
  if (first === undefined || first.quoted) return tokens;
  if (/^[/@]?sluice$/i.test(first.text)) return rest;
  if (!/^\/[A-Za-z]/.test(first.text)) return tokens;
  return [{ ...first, text: first.text.slice(1), start: first.start + 1 }, ...rest];
}

function parseTokens(tokens: readonly Token[], text: string, options: ParseOptions): Parsed {
  if (tokens.length === 0) return { ok: true, command: { name: 'help', args: {}, options: {} } };
  const found = lookUp(tokens, options.knownServices ?? []);
  if (isFault(found)) return asksForHelp(tokens) ? helpOn([]) : { ok: false, error: syntaxError(text, found) };
  const [reading] = found.readings;
  if (asksForHelp(found.rest) && reading !== undefined) return helpOn(entryOf(reading).name.split(' '));
  const result = choose(found.readings, found.rest, found.head);
  const command = isFault(result) ? result : finish(result, text, options);
  if (isFault(command)) return { ok: false, error: syntaxError(text, command) };
  const old = reading !== undefined && isOldName(reading);
  return old ? { ok: true, command, readAs: printCommand(command) } : { ok: true, command };
}

function finish({ entry, scanned }: Chosen, text: string, options: ParseOptions): Command | Fault {
  const command = bind(scanned, entry, { ...options, end: { start: text.length, end: text.length + 1 } });
  if (isFault(command)) return command;
  return checkWhole(command, entry, { start: 0, end: text.length }) ?? command;
}

interface Chosen {
  readonly entry: Entry;
  readonly scanned: Scanned;
}

/** An old name may have several forms: the longest one whose capital words were all typed, else the shortest. */
function choose(readings: readonly (Entry | OldName)[], rest: readonly Token[], head: Span): Chosen | Fault {
  let result: Chosen | Fault = fault('internal', 'the table has no reading for it', { at: head });
  for (const reading of readings) {
    const entry = entryOf(reading);
    const scanned = scan(rest, entry);
    const now = isFault(scanned) || !isOldName(reading) ? scanned : translate(scanned, reading, head);
    result = isFault(now) ? now : { entry, scanned: now };
    if (!isFault(scanned) && (!isOldName(reading) || scanned.words.length >= reading.holes.length)) return result;
  }
  return result;
}

function entryOf(reading: Entry | OldName): Entry {
  return isOldName(reading) ? reading.entry : reading;
}

function asksForHelp(tokens: readonly Token[]): boolean {
  return tokens.some(({ text, quoted }) => !quoted && (text === '--help' || text === '-h'));
}

function helpOn(words: readonly string[]): Parsed {
  return { ok: true, command: { name: 'help', args: words.length === 0 ? {} : { command: words }, options: {} } };
}
