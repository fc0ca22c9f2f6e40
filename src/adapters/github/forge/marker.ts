/** How a comment of ours is found again: a line that nobody sees. */
import { keepTail } from '../../../core/report/tail.ts';

/** https://docs.github.com/rest/issues/comments: what a comment takes. */
const MOST = 65_536;
const SHOWN = /^<!-- sluice:[^\n]* -->$/;

/** The hidden line; what an HTML comment must not hold is written by its code. */
export function markerLine(marker: string): string {
  const safe = marker.replaceAll(/[^\w.:/ -]|-(?=-|$)/gu, (character) => `%${character.codePointAt(0)?.toString(16)}`);
  return `<!-- sluice:${safe} -->`;
}

/** Only a first or last line counts: what is quoted in between is somebody's text. */
export function hasMarker(body: string, marker: string): boolean {
  const lines = normal(body).split('\n');
  const wanted = markerLine(marker);
  return lines[0] === wanted || lines.at(-1) === wanted;
}

export function withMarker(body: string, marker: string): string {
  return commentBody(`${markerLine(marker)}\n${body}`);
}

/** As GitHub takes it: the tail of what is too long, and a marker in the first line stays. */
export function commentBody(text: string): string {
  const body = normal(text);
  const [first = ''] = body.split('\n', 1);
  if (body.length <= MOST || !SHOWN.test(first)) return keepTail(body, MOST);
  return `${first}\n${keepTail(body.slice(first.length + 1), MOST - first.length - 1)}`;
}

/** GitHub keeps line ends as they were sent, browsers send both. */
export function sameText(one: string, other: string): boolean {
  return normal(one) === normal(other);
}

function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}
