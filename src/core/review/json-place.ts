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

/** Characters of a key in a sentence. */
const SHOWN = 100;

interface Scan {
  readonly text: string;
  readonly path: (string | number)[];
  /** Called with the place of each member's key, of each element's value. */
  readonly see: (path: JsonPath, offset: number) => void;
  readonly fault: (offset: number, message: string, isReadable?: true) => false;
  at: number;
}

/** Faults of one text that are told of; the others are counted. */
const MOST_FAULTS = 50;

/** The first faults of a text, the one that makes it unreadable last: beyond it nothing is known. One pass, however many there are. */
export function jsonFaults(text: string): readonly JsonFault[] {
  if (text.length > LONGEST) return [{ line: 1, message: `larger than ${LONGEST.toLocaleString('en-US')} characters` }];
  const found: Fault[] = [];
  let more = 0;
  scanAll(text, {
    see: () => undefined,
    fault: (offset, message, isReadable) => {
      if (isReadable && found.length >= MOST_FAULTS) more += 1;
      else found.push({ offset, message, ...(isReadable && { isReadable }) });
      return false;
    },
  });
  const placeAt = placesIn(text);
  const faults = found.map(({ offset, ...fault }): JsonFault => ({ ...placeAt(offset), ...fault }));
  return more === 0
    ? faults
    : [{ line: 1, message: `and ${more} more keys that stand twice`, isReadable: true }, ...faults];
}

interface Fault extends Omit<JsonFault, 'line' | 'column'> {
  readonly offset: number;
}

/** The place of a path's key (of an element its value), or of the nearest thing around it that stands in the text. */
export function placeInJson(text: string, path: JsonPath): Place {
  return placesInJson(text, [path])[0] ?? { line: 1 };
}

/** A step that somebody asks for, and where it stands. */
interface Step {
  readonly below: Map<string, Step>;
  offset?: number;
}

/** The same of many paths, in their order: the text is read once. */
export function placesInJson(text: string, paths: readonly JsonPath[]): readonly Place[] {
  if (text.length > LONGEST) return paths.map(() => ({ line: 1 }));
  const root: Step = { below: new Map() };
  for (const path of paths) wanted(root, path);
  // By depth: the step that stands at each level of where the reader is; undefined: nobody asks for it.
  const open: (Step | undefined)[] = [root];
  scanAll(text, {
    see: (here, offset) => {
      const depth = here.length;
      const step = open[depth - 1]?.below.get(String(here[depth - 1]));
      open[depth] = step;
      if (step) step.offset ??= offset;
    },
    fault: () => false,
  });
  const placeAt = placesIn(text);
  return paths.map((path) => placeAt(nearest(root, path)));
}

function wanted(root: Step, path: JsonPath): void {
  let at = root;
  for (const name of path.map(String)) {
    const step = at.below.get(name) ?? { below: new Map() };
    at.below.set(name, step);
    at = step;
  }
}

function nearest(root: Step, path: JsonPath): number {
  let at: Step | undefined = root;
  let found = 0;
  for (const name of path.map(String)) {
    at = at.below.get(name);
    if (at?.offset === undefined) return found;
    found = at.offset;
  }
  return found;
}

/** Where an offset stands: the lines are found once. */
function placesIn(text: string): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
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
      scan.fault(
        offset,
        `the key ${JSON.stringify(name.slice(0, SHOWN))} stands here twice: the last one counts`,
        true,
      );
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
