import { fault, isFault, type Fault, type Span } from './fault.ts';
import type { OldName } from './lookup.ts';
import { scan, type Scanned } from './scan.ts';
import type { Token } from './token.ts';

/** What followed an old name, as it follows the current one. */
export function translate(scanned: Scanned, reading: OldName, head: Span): Scanned | Fault {
  const tokens = rewritten(scanned.words, reading, head);
  if (isFault(tokens)) return tokens;
  const now = scan(tokens, reading.entry);
  if (isFault(now)) return now;
  return {
    words: now.words,
    given: [...now.given, ...scanned.given],
    environments: [...now.environments, ...scanned.environments],
  };
}

function rewritten(typed: readonly Token[], reading: OldName, head: Span): readonly Token[] | Fault {
  const { alias, entry, holes } = reading;
  const template = alias.now.slice(entry.name.length + 1);
  if (alias.rewrite === undefined) return fill(template, { typed, holes, alias: alias.old, head });
  const texts = alias.rewrite(typed.map(({ text }) => text));
  if (texts !== undefined) return texts.map((text) => tokenOf(text, typed, head));
  const at = { start: head.start, end: typed.at(-1)?.end ?? head.end };
  const message = `this does not fit the old form \`${alias.old}\`; today: \`${entry.example}\``;
  return fault('command-invalid', message, { at, suggestion: entry.example });
}

/** The typed word of that text, or one that stands where the old name stood. */
function tokenOf(text: string, typed: readonly Token[], head: Span): Token {
  return typed.find((token) => token.text === text) ?? { text, quoted: false, ...head };
}

interface Filling {
  readonly typed: readonly Token[];
  readonly holes: readonly string[];
  readonly alias: string;
  readonly head: Span;
}

function fill(template: string, { typed, holes, alias, head }: Filling): readonly Token[] {
  const values = new Map<string, Token>();
  const taken = holes.map((hole, index) => {
    const rest = alias.endsWith('...') && index === holes.length - 1;
    const token = rest ? joined(typed.slice(index)) : typed[index];
    if (token !== undefined) values.set(hole, token);
    return rest ? typed.length : index + 1;
  });
  const tokens: Token[] = [];
  for (const word of template.split(' ').filter((text) => text !== '')) {
    const hole = holes.find((name) => word === name || word.endsWith(`/${name}`));
    const value = hole === undefined ? undefined : values.get(hole);
    if (hole === undefined) tokens.push({ text: word, quoted: false, ...head });
    else if (value !== undefined) tokens.push(prefixed(value, word.slice(0, -hole.length)));
    else if (introduces(tokens.at(-1))) tokens.pop();
  }
  return [...tokens, ...typed.slice(taken.at(-1) ?? 0)];
}

/** A word that makes no sense without the one after it. */
function introduces(token: Token | undefined): boolean {
  return token !== undefined && (token.text === 'in' || token.text.startsWith('--'));
}

function prefixed(token: Token, prefix: string): Token {
  return token.text.startsWith(prefix) ? token : { ...token, text: prefix + token.text };
}

function joined(tokens: readonly Token[]): Token | undefined {
  const [first] = tokens;
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { text: tokens.map(({ text }) => text).join(' '), quoted: true, start: first.start, end: last.end };
}
