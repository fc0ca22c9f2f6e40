/** What a token may do, and how GitHub says that it may not. */
import type { FakeToken } from './state.ts';

/** `contents:write`, `issues:write | pull-requests:write`, `metadata:read`, `none` */
export function permits({ permissions }: FakeToken, wanted: string): boolean {
  if (permissions === undefined || wanted === 'none') return true;
  return wanted.split(' | ').some((one) => {
    const [name = '', level] = one.split(':');
    const held = name === 'metadata' ? 'read' : permissions[name];
    return held !== undefined && (level === 'read' || held === 'write');
  });
}

/** The value of `X-Accepted-GitHub-Permissions`: `issues=write; pull_requests=write`. */
export function acceptedHeader(wanted: string): string | undefined {
  if (wanted === 'none') return undefined;
  return wanted
    .split(' | ')
    .map((one) => one.replace(':', '=').replaceAll('-', '_'))
    .join('; ');
}
