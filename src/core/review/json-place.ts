/** Where things stand in a JSON text, and what is wrong with it that `JSON.parse` does not tell: places, keys that stand twice. */
import type { Place } from './finding.ts';

export type JsonPath = readonly (string | number)[];

export interface JsonFault extends Place {
  readonly message: string;
  /** The text is JSON all the same: only a reader is misled. */
  readonly isReadable?: true;
}

/** Deeper than any document; beyond it a text is refused, so that no reader runs out of stack. */
const DEEPEST = 64;
/** Characters: larger than any document may be. */
const LONGEST = 1_000_000;

interface Scan {
  readonly text: string;
  readonly path: (string | number)[];
  /** Called with the place of each member's key, of each element's value. */
  readonly see: (path: JsonPath, offset: number) => void;
  readonly fault: (offset: number, message: string, isReadable?: true) => false;
  at: number;
}

/** Every fault of a text, the first that makes it unreadable last: beyond it nothing is known. */
export function jsonFaults(text: string): readonly JsonFault[] {
  if (text.length > LONGEST) return [{ line: 1, message: `larger than ${LONGEST.toLocaleString('en-US')} characters` }];
  const faults: JsonFault[] = [];
  scanAll(text, {
    see: () => undefined,
    fault: (offset, message, isReadable) => {
      faults.push({ ...placeAt(text, offset), message, ...(isReadable && { isReadable }) });
      return false;
    },
  });
  return faults;
}

/** The place of a path's key (of an element its value), or of the nearest thing around it that stands in the text. */
export function placeInJson(text: string, path: JsonPath): Place {
  let found = 0;
  let depth = 0;
  if (text.length > LONGEST) return { line: 1 };
  scanAll(text, {
    see: (here, offset) => {
      if (here.length <= depth || here.length > path.length) return;
      if (here.some((step, index) => String(step) !== String(path[index]))) return;
      depth = here.length;
      found = offset;
    },
    fault: () => false,
  });
  return placeAt(text, found);
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

function scanAll(text: string, { see, fault }: Pick<Scan, 'see' | 'fault'>): void {
  const scan: Scan = { text, path: [], see, fault, at: text.startsWith('\uFEFF') ? 1 : 0 };
  if (!value(scan)) return;
  space(scan);
  if (scan.at < text.length) fault(scan.at, 'nothing may stand after the document');
}

function space(scan: Scan): void {
  while (' \t\n\r'.includes(scan.text[scan.at] ?? '#')) scan.at += 1;
}

/** Steps over a sign where it stands next. */
function sign(scan: Scan, wanted: string): boolean {
  space(scan);
  if (scan.text[scan.at] !== wanted) return false;
  scan.at += 1;
  return true;
}

/** All return whether the text can be read on. */
function value(scan: Scan): boolean {
  space(scan);
  if (scan.path.length > DEEPEST) return scan.fault(scan.at, `nested deeper than ${DEEPEST} levels`);
  const first = scan.text[scan.at];
  if (first === '{') return object(scan);
  if (first === '[') return array(scan);
  if (first === '"') return string(scan) !== undefined;
  return literal(scan);
}

function object(scan: Scan): boolean {
  scan.at += 1;
  if (sign(scan, '}')) return true;
  const names = new Set<string>();
  do {
    space(scan);
    const offset = scan.at;
    const name = scan.text[offset] === '"' ? string(scan) : scan.fault(offset, 'a key in double quotes is expected');
    if (typeof name !== 'string') return false;
    if (names.has(name))
      scan.fault(offset, `the key ${JSON.stringify(name)} stands here twice: the last one counts`, true);
    if (name === '__proto__') scan.fault(offset, '"__proto__" cannot be a key', true);
    names.add(name);
    if (!sign(scan, ':')) return scan.fault(scan.at, 'a colon is expected');
    if (!member(scan, name, offset)) return false;
  } while (sign(scan, ','));
  return sign(scan, '}') || scan.fault(scan.at, 'a comma or } is expected');
}

function array(scan: Scan): boolean {
  scan.at += 1;
  if (sign(scan, ']')) return true;
  let index = 0;
  do {
    space(scan);
    if (!member(scan, index, scan.at)) return false;
    index += 1;
  } while (sign(scan, ','));
  return sign(scan, ']') || scan.fault(scan.at, 'a comma or ] is expected');
}

function member(scan: Scan, step: string | number, offset: number): boolean {
  scan.path.push(step);
  scan.see(scan.path, offset);
  const isRead = value(scan);
  scan.path.pop();
  return isRead;
}

/** The text between the quotes, decoded; undefined: it is none. Read by hand: a pattern would need stack for a long one. */
function string(scan: Scan): string | undefined {
  const { text } = scan;
  const from = scan.at;
  let at = from + 1;
  for (; at < text.length && text[at] !== '"'; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.charCodeAt(at) < 0x20) return unreadable(scan, at, 'a line break or control character inside a text');
  }
  if (at >= text.length) return unreadable(scan, from, 'this text is never closed');
  scan.at = at + 1;
  try {
    return JSON.parse(text.slice(from, at + 1)) as string;
  } catch {
    return unreadable(scan, from, 'a backslash stands before a sign that it cannot stand before');
  }
}

function unreadable(scan: Scan, offset: number, message: string): undefined {
  scan.fault(offset, message);
  return undefined;
}

const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function literal(scan: Scan): boolean {
  LITERAL.lastIndex = scan.at;
  const found = LITERAL.exec(scan.text)?.[0];
  if (found === undefined) return scan.fault(scan.at, 'a value is expected');
  scan.at += found.length;
  return true;
}
