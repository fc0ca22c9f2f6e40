/** The platform whose deploys are the user's own steps in a workflow, for one pair. */
import type { ServiceConfig } from '../core/model/config.ts';
import { processRunner } from '../adapters/runner-process/runner.ts';
import type { PlacedPlatform } from '../engine/wiring.ts';
import type { ForgeRuns } from '../ports/forge.ts';
import { withVariables } from './command.ts';

interface JobPlace {
  readonly environment: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its commands run. */
  readonly folder: string;
  /** Absent: nobody here knows what became of a run. */
  readonly runs?: Pick<ForgeRuns, 'run'>;
}

/** What a job has that can hand a deploy of the pair to its own steps. */
function jobNeed(service: string, environment: string): string {
  return `job:${service}/${environment}`;
}

/** A deploy needs the job's own steps; weights and removing, where they are commands, a checkout. */
export async function jobPlaced(
  service: ServiceConfig,
  { environment, env, folder, runs }: JobPlace,
): Promise<PlacedPlatform> {
  const { jobPlatform } = await import('../adapters/platform-command/job.ts');
  const { timeout } = service.platform;
  const options = withVariables(service, service.platform);
  const platform = jobPlatform({ options, runner: processRunner(env), timeout, folder, ...(runs && { runs }) });
  return {
    platform,
    needs: ['checkout'],
    deployNeeds: [jobNeed(service.name, environment)],
    ...(service.url === undefined ? {} : { address: service.url }),
  };
}
