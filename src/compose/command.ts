/** The platform of the user's own commands, for one pair. */
import type { PlatformConfig, ServiceConfig } from '../core/model/config.ts';
import { processRunner } from '../adapters/runner-process/runner.ts';
import type { PlacedPlatform } from '../engine/wiring.ts';

interface CommandPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its commands run. */
  readonly folder: string;
}

/** It needs a checkout: its commands are files of the repository. */
export async function commandPlaced(service: ServiceConfig, { env, folder }: CommandPlace): Promise<PlacedPlatform> {
  const { commandPlatform } = await import('../adapters/platform-command/platform.ts');
  const { timeout } = service.platform;
  const options = withVariables(service, service.platform);
  const platform = commandPlatform({ options, runner: processRunner(env), timeout, folder });
  return { platform, needs: ['checkout'], ...(service.url === undefined ? {} : { address: service.url }) };
}

/** The service's `env` names what its commands may see; the platform's own options win. */
export function withVariables({ env }: ServiceConfig, { options }: PlatformConfig): Readonly<Record<string, unknown>> {
  return env.length === 0 ? options : { env, ...options };
}
