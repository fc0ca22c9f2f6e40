/** Why a path cannot be a file on the state branch; undefined: it can. */
export function pathProblem(path: string): string | undefined {
  if (path === '' || path.length > 1_024) return 'a path of 1 to 1,024 characters is expected';
  // eslint-disable-next-line no-control-regex -- these are what must not get in
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'control characters and backslashes cannot stand in a path';
  const odd = path.split('/').find((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part));
  return odd === undefined ? undefined : `"${odd}" cannot be a part of a path`;
}

/** Whether the needs (files, and folders ending in a slash) ask for this path. */
export function covers(needs: readonly string[], path: string): boolean {
  return needs.some((need) => need === path || (need.endsWith('/') && path.startsWith(need)) || need === '/');
}

/** Order of the bytes in UTF-8, which is that of the code points and not of JavaScript's code units. */
export function comparePaths(one: string, other: string): number {
  const a = Array.from(one, (sign) => sign.codePointAt(0) ?? 0);
  const b = Array.from(other, (sign) => sign.codePointAt(0) ?? 0);
  const at = a.findIndex((code, index) => code !== b[index]);
  if (at === -1) return a.length - b.length;
  return (a[at] ?? 0) - (b[at] ?? -1);
}

/** Why a name cannot be a mark's; undefined: it can. Marks are refs below `refs/sluice/` (git-check-ref-format(1)). */
export function markProblem(name: string): string | undefined {
  const wellFormed = /^refs\/sluice(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(name);
  if (wellFormed && !/\.lock(\/|$)|\.\.|\.(\/|$)/.test(name)) return undefined;
  return 'a name such as refs/sluice/sent/slack is expected';
}
