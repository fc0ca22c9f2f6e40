/** GitHub's OpenAPI as the referee: to come. */
import type { Reply } from '../route.ts';

export interface RequestParts {
  readonly params: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export function checkRequest(_route: string, _parts: RequestParts): readonly string[] {
  return [];
}

export function checkReply(_route: string, _reply: Reply): readonly string[] {
  return [];
}
