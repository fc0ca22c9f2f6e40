/** The check that says of a commit whether it is live (core/review/deployed.ts answers it). */
import type { Config } from '../model/config.ts';
import { lastEnvironment } from '../review/deployed.ts';

const DEPLOYED = 'sluice / deployed';

/** Its name, for all who write it: bare for the last environment of the order, with the environment's for another. */
export function deployedCheck(config: Pick<Config, 'environments'>, environment: string): string {
  return environment === lastEnvironment(config) ? DEPLOYED : `${DEPLOYED} (${environment})`;
}
