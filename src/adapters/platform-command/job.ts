import type { Platform } from '../../ports/platform.ts';
import type { ForgeRuns } from '../../ports/forge.ts';
import { type CommandPlatformSetup, commandPlatform } from './platform.ts';

export interface JobPlatformSetup extends CommandPlatformSetup {
  /** Who knows what became of a workflow run; absent: nobody here, and what runs is taken to run on. */
  readonly runs?: Pick<ForgeRuns, 'run'>;
}

/** What no command does: the user's own steps in a workflow deploy, between `actions/deploy` and `actions/report`. */
const STEPS = ['workflow'];

/**
 * A platform whose deploys are the user's own steps in a workflow. A deploy is handed to the run that has taken it, and its end is
 * reported by that run; one that ended without a report has failed, unless `status` knows better. Weights, what runs now and
 * removing are commands, each if there is one. Throws `config-invalid` on keys that are wrong.
 */
export function jobPlatform({ runs, ...setup }: JobPlatformSetup): Platform {
  const own = Object.entries(setup.options).filter(([key]) => !STEPS.includes(key));
  const commands = commandPlatform({ ...setup, options: { ...Object.fromEntries(own), deploy: NEVER } });
  return {
    ...commands,
    type: 'job',
    deploy: ({ operation }) =>
      Promise.resolve({
        state: 'failed',
        detail: `${operation} is for a job's own steps, and this is none: none was done`,
      }),
    find: async (request) => {
      const run = runOf(request.ref);
      if (!run) return commands.find(request);
      const found = runs && (await runs.run(run.id));
      const isOver = runs !== undefined && (found === undefined || found.ended || found.attempt > run.attempt);
      if (!isOver) return { state: 'running', ref: request.ref ?? '' };
      const seen = await whatCame(commands, setup.options['status'] !== undefined, request);
      if (seen && seen.state !== 'unknown') return seen;
      const how = found?.conclusion === undefined || found.attempt > run.attempt ? '' : ` (${found.conclusion})`;
      return { state: 'failed', detail: `run ${run.id} ended${how} without a report of ${request.operation}` };
    },
  };
}

/** Never started: a deploy is no command here. */
const NEVER = ['false'];

function whatCame(
  commands: Platform,
  asks: boolean,
  request: Parameters<Platform['find']>[0],
): ReturnType<Platform['find']> | undefined {
  // A status that cannot tell of one operation is no reason to believe that it was done.
  return asks ? commands.find(request).catch(() => ({ state: 'unknown' })) : undefined;
}

function runOf(ref: string | undefined): { readonly id: string; readonly attempt: number } | undefined {
  const [, id, attempt] = /^run:(\d+)\/(\d+)$/.exec(ref ?? '') ?? [];
  return id === undefined ? undefined : { id, attempt: Number(attempt) };
}
