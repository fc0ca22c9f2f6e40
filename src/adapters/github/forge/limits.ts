/** What GitHub's fields take. */

/** At most so many characters; what is cut is shown by `…`. Never half of a surrogate pair. */
export function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** An address a browser opens; anything else (`javascript:`, a user name in it) is left out. */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { protocol, username, password, href } = new URL(text);
  const web = protocol === 'https:' || protocol === 'http:';
  return web && username === '' && password === '' ? href : undefined;
}
