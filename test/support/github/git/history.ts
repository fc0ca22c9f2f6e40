/** Commits from one back, as git walks them. */
import type { FakeGit } from './repository.ts';

export interface Walk {
  readonly from: string;
  readonly path?: string | null;
  /** ISO 8601, inclusive as GitHub's are. */
  readonly since?: string | null;
  readonly until?: string | null;
  readonly skip: number;
  /** `Infinity`: all. */
  readonly count: number;
}

const given = (text: string | null | undefined): text is string => text !== null && text !== undefined;

/** Their ids, newest first. */
export async function walkHistory(git: FakeGit, walk: Walk): Promise<readonly string[]> {
  const { from, path, since, until, skip, count } = walk;
  const seconds = (time: string): string => String(Math.floor(Date.parse(time) / 1_000));
  const args = [
    'rev-list',
    `--skip=${String(skip)}`,
    ...(count === Infinity ? [] : [`--max-count=${String(count)}`]),
    ...(given(since) ? [`--since=@${seconds(since)}`] : []),
    ...(given(until) ? [`--until=@${seconds(until)}`] : []),
    from,
    '--',
    ...(given(path) ? [`:(literal)${path}`] : []),
  ];
  return (await git.run(args)).toString().split('\n').filter(Boolean);
}
