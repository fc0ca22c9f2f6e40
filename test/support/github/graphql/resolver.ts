/** What a field of the fake's GraphQL is made of. */
import { GraphQLError } from 'graphql';
import { permits } from '../permission.ts';
import type { FakeState, FakeToken } from '../state.ts';

export interface GraphqlContext {
  readonly state: FakeState;
  readonly token: FakeToken;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** Answers a root field. Objects it returns have their fields as properties or functions `(args, context)`, and `__typename` where a union asks. */
export type RootField = (args: Arguments, context: GraphqlContext) => unknown;
export type RootFields = Readonly<Record<string, RootField>>;

/** An error with GitHub's `type`: `NOT_FOUND`, `FORBIDDEN`, `STALE_DATA`, `UNPROCESSABLE`. */
export function refuseField(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** @throws GraphQLError FORBIDDEN without the permission */
export function demand({ token }: GraphqlContext, permission: string): void {
  if (!permits(token, permission)) throw refuseField('FORBIDDEN', 'Resource not accessible by integration');
}

/** The `input` of a mutation. */
export function inputOf<T>(args: Arguments): T {
  return args['input'] as T;
}

interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

const cursorOf = (index: number): string => Buffer.from(`cursor:${String(index)}`).toString('base64');
const indexOf = (cursor: string): number => Number(Buffer.from(cursor, 'base64').toString().slice('cursor:'.length));

/** A connection over a whole list; `edge` adds fields to an edge. */
export function connection<T>(
  items: readonly T[],
  { first, after }: PageArguments,
  edge: (item: T) => Readonly<Record<string, unknown>> = () => ({}),
): Record<string, unknown> {
  const start = after === null || after === undefined ? 0 : indexOf(after) + 1;
  const page = items.slice(start, start + (first ?? items.length));
  const end = start + page.length;
  return {
    nodes: page,
    edges: page.map((node, index) => ({ node, cursor: cursorOf(start + index), ...edge(node) })),
    totalCount: items.length,
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: page.length === 0 ? null : cursorOf(start),
      endCursor: page.length === 0 ? null : cursorOf(end - 1),
    },
  };
}
