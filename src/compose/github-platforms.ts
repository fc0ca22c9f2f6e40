/** Platforms of a job on a runner. */
import { type Config, type ServiceConfig, serviceIn } from '../core/model/config.ts';
import type { PlacedPlatform } from '../engine/wiring.ts';
import type { ForgeRuns } from '../ports/forge.ts';
import { checkedOut, type Clone, deploysAtCommit } from './checkout.ts';
import { commandPlaced } from './command.ts';
import { jobPlaced } from './job.ts';

interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Variables that let git fetch from where the checkout came from. */
  readonly credentials: NonNullable<Clone['credentials']>;
  readonly log: (line: string) => void;
  /** Who knows what became of a run whose own steps deploy. */
  readonly runs: Pick<ForgeRuns, 'run'>;
}

export interface Checkout {
  /** The full SHA that is checked out in the folder; absent: no repository lies there. */
  readonly head?: string;
}

/** By `service/environment`. Where nothing runs commands nobody looks whether something is checked out. */
export async function platformsOf(
  config: Config,
  machine: Machine,
): Promise<Checkout & { readonly platforms: ReadonlyMap<string, PlacedPlatform> }> {
  const pairs = pairsOf(config);
  const runs = pairs.some(({ service }) => ['command', 'job'].includes(service.platform.type));
  const head = runs ? await checkedOut(machine) : undefined;
  const platforms = new Map<string, PlacedPlatform>();
  for (const { service, environment } of pairs) {
    const placed = await platformOf({ service, environment }, machine, head);
    if (placed) platforms.set(`${service.name}/${environment}`, placed);
  }
  return { platforms, ...(head === undefined ? {} : { head }) };
}

interface Pair {
  readonly service: ServiceConfig;
  readonly environment: string;
}

function pairsOf(config: Config): readonly Pair[] {
  return Object.keys(config.environments).flatMap((environment) =>
    Object.keys(config.services).flatMap((name) => {
      const service = serviceIn(config, name, environment);
      return service ? [{ service, environment }] : [];
    }),
  );
}

async function platformOf(
  { service, environment }: Pair,
  machine: Machine,
  head: string | undefined,
): Promise<PlacedPlatform | undefined> {
  if (service.platform.type === 'job') return jobPlaced(service, { ...machine, environment });
  if (service.platform.type !== 'command') return undefined;
  const placed = await commandPlaced(service, machine);
  if (head === undefined) return placed;
  const inFolder = async (folder: string): Promise<PlacedPlatform['platform']> =>
    (await commandPlaced(service, { ...machine, folder })).platform;
  return {
    ...placed,
    platform: deploysAtCommit(placed.platform, { clone: machine, head, inFolder, log: machine.log }),
  };
}
