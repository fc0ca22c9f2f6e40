/**
 * The language of `--when`: `country in DE,FR`, `email ends-with @acme.com`, `age >= 18`, `version semver ^2.1.0`,
 * `beta exists`, `segment eu`, each also with `not` (`not country in DE`, `country not in DE`).
 * `user` is the targeting key; a name or value with other characters stands in double quotes.
 */
import type { Condition } from '../model/flag.ts';
import { UNIT } from './lower-serve.ts';
import { problem, type Problem } from './problem.ts';
import { SEMVER_OPERATORS } from './semver.ts';

type Operator = Condition['operator'];
type Scalar = Condition['values'][number];

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

const WORDS: Readonly<Record<string, Operator | undefined>> = {
  in: 'in',
  '=': 'equals',
  '==': 'equals',
  is: 'equals',
  equals: 'equals',
  contains: 'contains',
  'starts-with': 'starts-with',
  'ends-with': 'ends-with',
  '<': 'less',
  '<=': 'less-or-equal',
  '>': 'greater',
  '>=': 'greater-or-equal',
  less: 'less',
  'less-or-equal': 'less-or-equal',
  greater: 'greater',
  'greater-or-equal': 'greater-or-equal',
  semver: 'semver',
  exists: 'exists',
};
const PRINTED: Readonly<Partial<Record<Operator, string>>> = {
  equals: '=',
  less: '<',
  'less-or-equal': '<=',
  greater: '>',
  'greater-or-equal': '>=',
};
const REGEX: ReadonlySet<string> = new Set(['regex', 'matches', '=~', '~', 'like']);
const TEXTUAL: ReadonlySet<Operator> = new Set(['contains', 'starts-with', 'ends-with']);
const ORDERED: ReadonlySet<Operator> = new Set(['less', 'less-or-equal', 'greater', 'greater-or-equal']);

/** Texts, commas, comparison signs; `undefined` when a quote is not closed. */
function tokenize(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const pattern = /\s*(?:("(?:[^"\\]|\\.)*")|(,)|([^\s,"]+)|("))/gy;
  for (let match = pattern.exec(text.trim()); match; match = pattern.exec(text.trim())) {
    const [, quoted, comma, word] = match;
    if (quoted !== undefined) {
      const read = unquote(quoted);
      if (read === undefined) return undefined;
      tokens.push({ text: read, quoted: true });
    } else if (comma !== undefined || word !== undefined) tokens.push({ text: comma ?? word ?? '', quoted: false });
    else return undefined;
  }
  return tokens;
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** A condition as a person writes it, or what is wrong with it. */
export function parseCondition(text: string): Condition | Problem {
  const tokens = tokenize(text);
  const wrong = (what: string): Problem =>
    problem('value-invalid', `condition "${text}": ${what}; such as: country in DE,FR`);
  if (!tokens) return wrong('a double quote is not closed');
  const [outer, words] = strip(tokens, tokens.length > 2 ? 'not' : '');
  if (words.length === 2 && isWord(words[0], 'segment')) return segment(words[1], outer);
  const [attribute, ...rest] = words;
  if (!attribute || attribute.text === '' || isWord(attribute, ',')) return wrong('an attribute belongs first');
  const [inner, [sign, ...operands]] = strip(rest, 'not');
  if (sign && REGEX.has(sign.text)) return notPortable(text);
  const operator = sign && !sign.quoted ? WORDS[sign.text] : undefined;
  if (!operator) return wrong(`after ${attribute.text} one of ${Object.keys(WORDS).join(' ')}`);
  const values = operator === 'semver' ? readVersion(operands) : readValues(operands, operator);
  if (!values) return wrong(`what follows ${sign?.text ?? ''} is no value for it`);
  const name = isWord(attribute, 'user') ? UNIT : attribute.text;
  return { attribute: name, operator, values, ...(outer !== inner && { not: true }) };
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.text === word && !token.quoted;
}

/** Whether a word stands first, and the tokens without it. */
function strip(tokens: readonly Token[], word: string): readonly [boolean, readonly Token[]] {
  return isWord(tokens[0], word) ? [true, tokens.slice(1)] : [false, tokens];
}

function segment(name: Token | undefined, negated: boolean): Condition {
  return { attribute: 'segment', operator: 'segment', values: [name?.text ?? ''], ...(negated && { not: true }) };
}

/** The refusal of regular expressions. */
function notPortable(what: string): Problem {
  return problem(
    'operator-not-portable',
    `"${what}": flagd has no regular expressions; say it with starts-with, ends-with, contains, in, or semver`,
  );
}

function readValues(words: readonly Token[], operator: Operator): readonly Scalar[] | undefined {
  if (operator === 'exists') return words.length === 0 ? [] : undefined;
  const values: Scalar[] = [];
  for (const [i, word] of words.entries()) {
    const isComma = word.text === ',' && !word.quoted;
    if (isComma !== (i % 2 === 1)) return undefined;
    if (!isComma) values.push(TEXTUAL.has(operator) ? word.text : scalarOf(word));
  }
  if (values.length === 0 || words.length % 2 === 0) return undefined;
  const single = operator === 'equals' || ORDERED.has(operator);
  if (single && values.length > 1) return undefined;
  return ORDERED.has(operator) && typeof values[0] !== 'number' ? undefined : values;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/;

/** A bare number or truth value is one; quoted it is a text. */
function scalarOf({ text, quoted }: Token): Scalar {
  if (quoted) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return NUMBER.test(text) ? Number(text) : text;
}

/** `^2.1.0`, `>= 2.0.0`, `2.1.0`: flagd's comparison and the version. */
function readVersion(words: readonly Token[]): readonly Scalar[] | undefined {
  if (words.length === 0 || words.length > 2) return undefined;
  const text = words.map((word) => word.text).join('');
  const match = /^(=|!=|<=|>=|<|>|\^|~)?(v?\d+(?:\.\d+){0,2}[-+.0-9A-Za-z]*)$/.exec(text);
  return match ? [match[1] ?? '=', match[2] ?? ''] : undefined;
}

/** The condition in canonical form; `parseCondition` reads it back the same. */
export function printCondition(condition: Condition): string {
  const { attribute, operator, values, not } = condition;
  const negation = not ? 'not ' : '';
  if (operator === 'segment') return `${negation}segment ${quoteIfNeeded(String(values[0]))}`;
  const name = attribute === UNIT ? 'user' : attribute === 'user' ? '"user"' : quoteIfNeeded(attribute);
  return `${name} ${negation}${PRINTED[operator] ?? operator}${printValues(operator, values)}`;
}

function printValues(operator: Operator, values: readonly Scalar[]): string {
  if (operator === 'exists') return '';
  if (operator === 'semver') return ` ${values.join('')}`;
  return ` ${values.map((value) => (typeof value === 'string' ? printText(value, operator) : String(value))).join(',')}`;
}

function printText(text: string, operator: Operator): string {
  const readsAsOther = !TEXTUAL.has(operator) && typeof scalarOf({ text, quoted: false }) !== 'string';
  return readsAsOther ? JSON.stringify(text) : quoteIfNeeded(text);
}

function quoteIfNeeded(text: string): string {
  return /^[^\s,"\\]+$/.test(text) && !RESERVED.has(text) ? text : JSON.stringify(text);
}

const RESERVED: ReadonlySet<string> = new Set(['not', 'segment', ...Object.keys(WORDS), ...SEMVER_OPERATORS]);

export function printConditions(conditions: readonly Condition[]): string {
  return conditions.map(printCondition).join(' and ');
}
