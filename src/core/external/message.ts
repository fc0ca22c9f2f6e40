/** What is said beside the changes; the same shape as the store port's. */
export interface MessageParts {
  readonly title: string;
  readonly body?: string;
  readonly trailers: readonly (readonly [string, string])[];
}

/** A commit's message taken apart. */
export interface ParsedMessage {
  readonly title: string;
  readonly body: string;
  readonly trailers: ReadonlyMap<string, string>;
}

/** Keeps CI systems from running for a state commit. */
const SKIP = '[skip ci]';
const TRAILER = /^([A-Za-z0-9][A-Za-z0-9-]*): ?(.*)$/;

/**
 * The whole message: title, body, `[skip ci]`, trailers, the seal last.
 * Trailers are one line each: line breaks in a value become spaces, so no value can forge another trailer,
 * and as the trailers are a paragraph of their own, no line of the body is ever read as one.
 */
export function printMessage({ title, body = '', trailers }: MessageParts, seal: string): string {
  const lines = [...trailers, ['Sluice-Seal', seal] as const].map(
    ([name, value]) => `${trailerName(name)}: ${line(value)}`,
  );
  return `${[line(title) || 'sluice', text(body), SKIP, lines.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
}

/** Reads any commit's message; trailers are its last paragraph if every line of that is one. The last of a name counts. */
export function parseMessage(message: string): ParsedMessage {
  const paragraphs = message
    .replace(/\r\n/g, '\n')
    .trim()
    .split(/\n[ \t]*\n+/);
  const [title = '', ...rest] = paragraphs;
  const found = (rest.at(-1) ?? '').split('\n').map((one) => TRAILER.exec(one));
  const isTrailers = rest.length > 0 && found.every((match) => match !== null);
  if (isTrailers) rest.pop();
  if (rest.at(-1) === SKIP) rest.pop();
  const trailers = isTrailers ? found.map((match) => [match[1] ?? '', match[2] ?? ''] as const) : [];
  return { title: title.replace(/\s*\n\s*/g, ' '), body: rest.join('\n\n'), trailers: new Map(trailers) };
}

/** Whether a trailer of that name stands there, with that value where one is given; asked for none, every message has it. */
export function hasTrailer(
  trailers: ReadonlyMap<string, string>,
  wanted: readonly [name: string, value?: string] | undefined,
): boolean {
  if (wanted === undefined) return true;
  const [name, value] = wanted;
  return value === undefined ? trailers.has(name) : trailers.get(name) === value;
}

function trailerName(name: string): string {
  return name.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+/, '') || 'Sluice-Note';
}

/** One line: every run of white space and control characters is one space. */
function line(value: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not get in
  return value.replace(/[\s\u0000-\u001f\u007f\u0085]+/g, ' ').trim();
}

/** Paragraphs apart by one empty line, no control characters but line breaks and tabs. */
function text(value: string): string {
  return (
    value
      .replace(/\r\n?/g, '\n')
      // eslint-disable-next-line no-control-regex -- these are what must not get in
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
      .replace(/\n[ \t]*(?:\n[ \t]*)+/g, '\n\n')
      .trim()
  );
}
