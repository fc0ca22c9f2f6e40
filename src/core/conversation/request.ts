import { digestOf } from '../digest.ts';
import type { Said } from './said.ts';

/** Names what a comment asks: told of twice, in two runs or by two servers, it acts once. What it said is part of it. */
export function requestOf({ id, body }: Pick<Said, 'id' | 'body'>): string {
  return `comment-${id}-${digestOf(body)}`;
}
