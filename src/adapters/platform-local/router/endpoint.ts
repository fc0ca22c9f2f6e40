const LONGEST = 32;

/** Parts of a path that name one thing and not a kind of things: numbers, UUIDs, hashes. */
const PARTICULAR = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,})$/i;

/**
 * A path as a label: its first two segments, particular or long ones as `:id`. `/users/42/posts?x=1` -> `/users/:id`.
 * It is read on each request, hence by index and not by patterns.
 */
export function endpointOf(url: string): string {
  const query = url.indexOf('?');
  const end = query < 0 ? url.length : query;
  const second = nextSlash(url, 1, end);
  const third = nextSlash(url, second + 1, end);
  if (second <= 1) return '/';
  const one = template(url.slice(1, second));
  return third <= second + 1 ? `/${one}` : `/${one}/${template(url.slice(second + 1, third))}`;
}

function nextSlash(url: string, from: number, end: number): number {
  const at = url.indexOf('/', from);
  return at < 0 || at > end ? end : at;
}

function template(segment: string): string {
  return segment.length > LONGEST || (hasDigit(segment) && PARTICULAR.test(segment)) ? ':id' : segment;
}

function hasDigit(segment: string): boolean {
  for (let index = 0; index < segment.length; index++) {
    const code = segment.charCodeAt(index);
    if (code >= 48 && code <= 57) return true;
  }
  return false;
}
