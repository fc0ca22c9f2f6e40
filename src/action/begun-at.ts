/** When what a step asks can have come into being. */
import { stat } from 'node:fs/promises';
import { DAY } from '../core/model/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Env } from './context.ts';

/**
 * The start of the job, in ms: the runner writes the event's file then, and before it nobody can have asked with this job's ids. What
 * a job waited for (reviewers, a runner) lies before that and makes nothing too old. undefined: not known, or a day ago and more, as in
 * a job that watches for days; the request is then as young as its step.
 */
export async function begunAt(env: Env, { now }: Pick<Clock, 'now'>): Promise<number | undefined> {
  const path = env['GITHUB_EVENT_PATH'];
  if (path === undefined || path === '') return undefined;
  const at = await stat(path).then(
    ({ mtimeMs }) => Math.floor(mtimeMs),
    () => undefined,
  );
  return at !== undefined && at <= now() && now() - at < DAY ? at : undefined;
}
