/** Which route an address is. */
import type { Route } from './route.ts';

export interface Matched {
  readonly route: Route;
  /** Decoded. */
  readonly params: ReadonlyMap<string, string>;
}

export type Table = (method: string, path: string) => Matched | undefined;

/** Parameters that may hold slashes: GitHub takes them as they are and percent-encoded. */
const LONG = new Set(['ref', 'path', 'basehead', 'branch', 'branch_policy_id']);

interface Entry {
  readonly route: Route;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** More words of its own are looked at first: `/commits/{ref}/status` before `/commits/{ref}`. */
  readonly words: number;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function entryOf(route: Route): Entry {
  const [method = '', template = ''] = route.name.split(' ');
  const names: string[] = [];
  const parts = template.split('/').map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return escaped(part);
    names.push(name);
    if (name === 'path') return '(.*)';
    return LONG.has(name) ? '(.+)' : '([^/]+)';
  });
  const words = template.split('/').filter((part) => part !== '' && !part.startsWith('{')).length;
  // Of `/contents/{path}` the top folder is asked without its slash.
  const pattern = `^${parts.join('/')}$`.replace('/(.*)$', '(?:/(.*))?$');
  return { route, method, pattern: new RegExp(pattern), names, words };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Looks an address up by method and path (as it came, still encoded). */
export function tableOf(routes: readonly Route[]): Table {
  const entries = routes.map(entryOf).toSorted((a, b) => b.words - a.words);
  return (method, path) => {
    for (const { route, method: own, pattern, names } of entries) {
      if (own !== method) continue;
      const found = pattern.exec(path);
      if (found === null) continue;
      const params = new Map(names.map((name, index) => [name, decode(found[index + 1] ?? '')]));
      return { route, params };
    }
    return undefined;
  };
}
