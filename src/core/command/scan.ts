import { fault, isFault, type Fault, type Span } from './fault.ts';
import type { Entry, Option } from './grammar.ts';
import { suggest } from './suggest.ts';
import { optionsOf } from './table.ts';
import type { Token } from './token.ts';

/** An option as it was given; a switch has no value. */
export interface Given {
  readonly option: Option;
  readonly at: Span;
  readonly value?: Token;
}

/** The words after a command's name, sorted by what they are for. */
export interface Scanned {
  readonly words: readonly Token[];
  readonly given: readonly Given[];
  readonly environments: readonly Token[];
}

const ENVIRONMENT: Option = {
  name: 'environment',
  short: 'e',
  kind: 'name',
  shown: 'NAME',
  means: 'the environment, as `in NAME`',
};

/** Sorts the words after the name. Values are not read yet. */
export function scan(tokens: readonly Token[], entry: Entry): Scanned | Fault {
  const words: Token[] = [];
  const given: Given[] = [];
  const environments: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const next = tokens[at + 1];
    if (isOption(token)) {
      const found = readOption(token, next, entry);
      if (isFault(found)) return found;
      if (found.option === ENVIRONMENT && found.value !== undefined) environments.push(found.value);
      else given.push(found);
      if (found.value !== undefined && found.value === next) at += 1;
    } else if (isKeyword(token, entry)) {
      if (next === undefined || isOption(next))
        return fault('command-invalid', `an environment belongs after \`${token.text}\``, { at: token });
      environments.push(next);
      at += 1;
    } else if (isMisplacedTo(token, entry)) {
      const suggestion = `--to ${next?.text ?? 'VERSION'}`;
      return fault('command-invalid', `\`to\` is an option here: \`${suggestion}\``, { at: token, suggestion });
    } else {
      words.push(token);
    }
  }
  return { words, given, environments };
}

function isOption({ text, quoted }: Token): boolean {
  return !quoted && /^--?[A-Za-z]/.test(text);
}

function isKeyword({ text, quoted }: Token, entry: Entry): boolean {
  return !quoted && (text === 'in' || (text === 'to' && entry.toEnvironment === true));
}

function isMisplacedTo({ text, quoted }: Token, entry: Entry): boolean {
  return !quoted && text === 'to' && entry.options.some(({ name }) => name === 'to');
}

function readOption(token: Token, next: Token | undefined, entry: Entry): Given | Fault {
  const cut = token.text.indexOf('=');
  const typed = cut < 0 ? token.text : token.text.slice(0, cut);
  const at = { start: token.start, end: Math.min(token.end, token.start + typed.length) };
  const option = findOption(typed, entry);
  if (option === undefined) return unknownOption(typed, entry, at);
  const inline = cut < 0 ? undefined : { ...token, text: token.text.slice(cut + 1), quoted: true, start: at.end + 1 };
  if (option.kind === 'switch') {
    if (inline === undefined) return { option, at };
    return fault('command-invalid', `\`${typed}\` is a switch and takes no value`, { at: inline });
  }
  if (inline !== undefined) return { option, at, value: inline };
  const usable = next !== undefined && !isOption(next) && !(option.bare === true && isKeyword(next, entry));
  if (usable) return { option, at, value: next };
  if (option.bare === true) return { option, at };
  return fault('command-invalid', `\`${typed}\` needs ${option.shown}`, { at });
}

function findOption(typed: string, entry: Entry): Option | undefined {
  const name = typed.replace(/^--?/, '').toLowerCase();
  const all = [...optionsOf(entry), ENVIRONMENT];
  return all.find((option) => (typed.startsWith('--') ? option.name === name : option.short === name));
}

function unknownOption(typed: string, entry: Entry, at: Span): Fault {
  const names = [...optionsOf(entry), ENVIRONMENT].map(({ name }) => `--${name}`);
  const near = suggest(typed.startsWith('--') ? typed : `-${typed}`, names);
  const message = near === undefined ? `see \`help ${entry.name}\`` : `did you mean \`${near}\`?`;
  const rest = near === undefined ? { at } : { at, suggestion: near };
  return fault('option-unknown', `\`${entry.name}\` has no option \`${typed}\`: ${message}`, rest);
}
