/** A commit's history, a page at a time, as git walks it. */
import { type Commit, commitAt } from '../git/commit.ts';
import { walkHistory } from '../git/history.ts';
import type { FakeState } from '../state.ts';
import { commitObject } from './git-objects.ts';

export interface HistoryArguments {
  readonly first?: number | null;
  /** GitHub's cursor: the commit that was asked, and how far. */
  readonly after?: string | null;
  readonly path?: string | null;
  /** ISO 8601 */
  readonly since?: string | null;
  readonly until?: string | null;
}

const PAGE = 100;

export async function historyOf(
  state: FakeState,
  commit: Commit,
  args: HistoryArguments,
): Promise<Record<string, unknown>> {
  const { first, after } = args;
  const skip = after === null || after === undefined ? 0 : Number(after.split(' ')[1] ?? 0) + 1;
  const wanted = first ?? PAGE;
  const found = await walkHistory(state.git, { ...args, from: commit.oid, skip, count: wanted + 1 });
  const page = found.slice(0, wanted);
  const commits = await Promise.all(page.map((oid) => commitAt(state.git, oid)));
  const nodes = commits.filter((one) => one !== undefined).map((one) => commitObject(state, one));
  const cursor = (index: number): string => `${commit.oid} ${String(skip + index)}`;
  return {
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: cursor(index) })),
    totalCount: async () =>
      (await walkHistory(state.git, { ...args, from: commit.oid, skip: 0, count: Infinity })).length,
    pageInfo: {
      hasNextPage: found.length > page.length,
      hasPreviousPage: skip > 0,
      startCursor: page.length === 0 ? null : cursor(0),
      endCursor: page.length === 0 ? null : cursor(page.length - 1),
    },
  };
}
