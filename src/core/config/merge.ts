/** Defaults < service < environment < service in environment, key by key; lists and scalars are replaced whole. */
import type { EnvironmentPart } from './part/environment.ts';
import type { PlatformPart } from './part/platform.ts';
import type { ServicePart } from './part/service.ts';

/** Layers from the weakest to the strongest as one. */
export function mergeServices(layers: readonly ServicePart[]): ServicePart {
  return layers.map(withoutShorthand).reduce(mergeTwo, {});
}

/** What an environment says of every service in it. */
export function environmentLayer({ strategy, url }: EnvironmentPart): ServicePart {
  return { ...(strategy !== undefined && { strategy }), ...(url !== undefined && { url }) };
}

const SHORT = ['deploy', 'set-traffic', 'status', 'remove'] as const;

/** `deploy: ./x` is `platform: {type: command, deploy: ./x}`. */
function withoutShorthand(part: ServicePart): ServicePart {
  const { deploy, 'set-traffic': setTraffic, status, remove, ...rest } = part;
  const written = Object.entries({ deploy, 'set-traffic': setTraffic, status, remove }).filter(
    ([, value]) => value !== undefined,
  );
  if (written.length === 0) return rest;
  const short = Object.fromEntries(written) as PlatformPart;
  return { ...rest, platform: deploy === undefined ? short : { type: 'command', ...short } };
}

/** Which of the short keys a part writes. */
export function shorthandOf(part: ServicePart): readonly string[] {
  return SHORT.filter((key) => part[key] !== undefined);
}

function mergeTwo(weaker: ServicePart, stronger: ServicePart): ServicePart {
  const merged = mergeMaps(weaker, stronger) as ServicePart;
  const type = stronger.platform?.type;
  // Another platform shares no keys with the one that it replaces.
  const replaced = type !== undefined && weaker.platform?.type !== undefined && weaker.platform.type !== type;
  return replaced && stronger.platform ? { ...merged, platform: stronger.platform } : merged;
}

function mergeMaps(weaker: object, stronger: object): object {
  const result: Record<string, unknown> = { ...weaker };
  for (const [key, value] of Object.entries(stronger)) {
    if (value === undefined) continue;
    const before = result[key];
    result[key] = isPlain(before) && isPlain(value) ? mergeMaps(before, value) : value;
  }
  return result;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
