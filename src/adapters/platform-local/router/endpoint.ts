/** Parts of a path that name one thing and not a kind of things: numbers, UUIDs, hashes, very long ones. */
const PARTICULAR = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|.{33,})$/i;

/** A path as a label: its first two segments, particular ones as `:id`. `/users/42/posts?x=1` -> `/users/:id`. */
export function endpointOf(url: string): string {
  const query = url.search(/[?#]/);
  const path = query < 0 ? url : url.slice(0, query);
  const [, one, two] = path.split('/', 3);
  if (one === undefined || one === '') return '/';
  return two === undefined || two === '' ? `/${template(one)}` : `/${template(one)}/${template(two)}`;
}

function template(segment: string): string {
  return PARTICULAR.test(segment) ? ':id' : segment;
}
