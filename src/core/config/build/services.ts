import * as semver from 'semver';
import type { PlatformConfig, ServiceConfig } from '../../model/config.ts';
import { MINUTE } from '../../model/time.ts';
import { USUAL_STRATEGY } from '../../rollout/presets.ts';
import { environmentLayer, mergeServices, shorthandOf } from '../merge.ts';
import { nearest } from '../nearest.ts';
import type { EnvironmentPart } from '../part/environment.ts';
import { PLATFORM_KEYS, type PlatformPart } from '../part/platform.ts';
import type { ServiceEntry, ServicePart } from '../part/service.ts';
import type { Parts } from '../parts.ts';
import type { Findings } from '../problem.ts';
import { type Path, record, type Tree, treeAt } from '../tree.ts';
import { checksOf, probesOf } from './checks.ts';

export interface Services {
  readonly services: Readonly<Record<string, ServiceConfig>>;
  readonly servicesByEnvironment: Readonly<Record<string, Readonly<Record<string, ServiceConfig>>>>;
}

interface From {
  readonly parts: Parts;
  readonly tree: Tree;
  readonly environments: readonly string[];
  readonly findings: Findings;
}

/** Each service as it is by itself, and as it is in each environment. */
export function buildServices(from: From): Services {
  const { parts, environments, findings } = from;
  for (const [name, entry] of parts.services.parts) checkShorthand(['services', name], entry, findings);
  if (parts.defaults.service) checkShorthand(['defaults', 'service'], parts.defaults.service, findings);
  const names = [...parts.services.parts.keys()];
  const all = (environment?: string): Readonly<Record<string, ServiceConfig>> =>
    record(
      names.flatMap((name) => {
        const service = oneService(name, { ...from, environment });
        return service ? [[name, service] as const] : [];
      }),
    );
  return {
    services: all(),
    servicesByEnvironment: record(environments.map((environment) => [environment, all(environment)] as const)),
  };
}

function checkShorthand(path: Path, part: ServicePart, findings: Findings): void {
  const short = shorthandOf(part)[0];
  if (short === undefined || part.platform === undefined) return;
  findings.problem([...path, short], {
    at: 'key',
    message: `\`${short}\` is short for a key of \`platform\`, which is written too`,
    found: `${short} and platform`,
    expected: 'one of them',
  });
}

interface One extends From {
  readonly environment: string | undefined;
}

function oneService(name: string, from: One): ServiceConfig | undefined {
  const { parts, environment, findings, tree } = from;
  const entry: ServiceEntry = parts.services.parts.get(name) ?? {};
  const { environments, ...own } = entry;
  const around: EnvironmentPart = (environment !== undefined && parts.environments.parts.get(environment)) || {};
  const inside = (environment !== undefined && environments?.[environment]) || {};
  const merged = mergeServices([parts.defaults.service ?? {}, own, environmentLayer(around), inside]);
  const at = originIn(tree, name, environment);
  const platform = platformOf(name, merged.platform, { at, findings });
  return platform && serviceOf({ name, part: merged, platform: withEnv(platform, merged.env), at, findings });
}

const RUNS_COMMANDS: readonly string[] = ['command', 'job', 'local'];

/** What a service's commands may see belongs to what its platform runs. */
function withEnv(platform: PlatformConfig, env: readonly string[] = []): PlatformConfig {
  if (env.length === 0 || !RUNS_COMMANDS.includes(platform.type)) return platform;
  return { ...platform, options: record(Object.entries({ ...platform.options, env })) };
}

export type Origin = (path: Path) => Path;

/** Where a service's setting was written: the strongest layer that has it. */
export function originIn(tree: Tree, service: string, environment: string | undefined): Origin {
  const layers: Path[] = [
    ['services', service],
    ['defaults', 'service'],
  ];
  if (environment !== undefined)
    layers.unshift(['services', service, 'environments', environment], ['environments', environment]);
  return (path) => {
    const found = layers.find((layer) => treeAt(tree, [...layer, ...path]) !== undefined);
    return found ? [...found, ...path] : ['services', service];
  };
}

interface Where {
  readonly at: Origin;
  readonly findings: Findings;
}

function platformOf(
  service: string,
  part: PlatformPart | undefined,
  { at, findings }: Where,
): PlatformConfig | undefined {
  if (part?.type === undefined) {
    const expected = '`deploy: COMMAND`, or `platform: {type: ...}`';
    const message = `\`${service}\` does not say how it is deployed: expected ${expected}`;
    return void findings.problem(part ? at(['platform']) : ['services', service], {
      at: 'key',
      message,
      found: 'nothing',
      expected,
    });
  }
  const { type, timeout = 15 * MINUTE, ...rest } = part;
  const { needs, takes } = PLATFORM_KEYS[type];
  const known = [...needs, ...takes];
  for (const key of Object.keys(rest)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    findings.problem(originOfKey(at, key), {
      code: 'config-key-unknown',
      at: 'key',
      message: `\`${key}\` is not a key of the platform ${type}${meant === undefined ? '' : `: did you mean \`${meant}\`?`}`,
      found: key,
      expected: `one of ${known.join(', ')}`,
    });
  }
  for (const key of needs) {
    if (rest[key] !== undefined) continue;
    const message = `the platform ${type} of \`${service}\` is missing \`${key}\``;
    findings.problem(at(['platform']), { at: 'key', message, found: 'nothing', expected: `\`${key}\`` });
  }
  const { sticky } = rest;
  if (typeof sticky === 'object' && 'header' in sticky === 'cookie' in sticky)
    findings.problem(originOfKey(at, 'sticky'), {
      message: '`sticky` needs one of `header` and `cookie`',
      found: 'header' in sticky ? 'both' : 'neither',
      expected: 'exactly one of `header`, `cookie`',
    });
  return { type, timeout, options: record(Object.entries(rest)) };
}

/** A short key stands at the service itself. */
function originOfKey(at: Origin, key: string): Path {
  const inPlatform = at(['platform', key]);
  return inPlatform.at(-1) === key ? inPlatform : at([key]);
}

interface Reading extends Where {
  readonly name: string;
  readonly part: ServicePart;
  readonly platform: PlatformConfig;
}

function serviceOf({ name, part, platform, at, findings }: Reading): ServiceConfig {
  const { url, verify, versions, migrations, backup } = part;
  const checks = (key: 'checks' | 'smoke' | 'consistency' | 'after-deploy'): ServiceConfig['checks'] =>
    checksOf(part[key] ?? [], at([key]), findings);
  checkRanges(part['depends-on'] ?? {}, { at, findings });
  return {
    name,
    platform,
    ...(url !== undefined && { url }),
    paths: part.paths ?? [],
    ...(verify && { verify }),
    keep: part.keep ?? 5,
    env: part.env ?? [],
    health: probesOf(part.health, at(['health']), findings),
    checks: checks('checks'),
    smoke: checks('smoke'),
    consistency: checks('consistency'),
    afterDeploy: checks('after-deploy'),
    strategy: part.strategy ?? USUAL_STRATEGY,
    queue: part.queue ?? 'latest',
    dependsOn: record(Object.entries(part['depends-on'] ?? {})),
    ...(versions && {
      versions: { from: versions.from ?? 'tag', ...(versions.pattern !== undefined && { pattern: versions.pattern }) },
    }),
    ...(migrations && { migrations }),
    ...(backup !== undefined && { backup }),
  };
}

function checkRanges(ranges: Readonly<Record<string, string>>, { at, findings }: Where): void {
  for (const [service, range] of Object.entries(ranges)) {
    if (semver.validRange(range) !== null) continue;
    findings.problem(at(['depends-on', service]), {
      message: `\`${service}\` is \`${range}\`: expected a range of versions, such as \`>=2.0.0 <3.0.0\``,
      found: range,
      expected: 'a range of versions',
    });
  }
}
