/** Names that must mean something, and chains of names that must not lead back. */
import type { Config } from '../../model/config.ts';
import { exists, namesOf, type Parts, unknownName } from '../parts.ts';
import type { Findings } from '../problem.ts';
import { type Path, record } from '../tree.ts';

interface Checking {
  readonly parts: Parts;
  readonly config: Pick<Config, 'environments' | 'services' | 'metrics' | 'experiments'>;
  readonly findings: Findings;
}

/** Environments in `order` and in services, services in `depends-on`, probes in triggers, environments that differ only by case. */
export function checkNames(checking: Checking): void {
  const { parts, findings } = checking;
  const environments = [...new Set([...Object.keys(checking.config.environments), ...namesOf(parts.environments)])];
  checkCase(environments, findings);
  const unknown = (path: Path, name: string, at: 'key' | 'value' = 'value'): void => {
    if (!environments.includes(name))
      unknownName(findings, path, { what: 'environment', name, known: environments, at });
  };
  if (parts.defaults.environment !== undefined) unknown(['defaults', 'environment'], parts.defaults.environment);
  for (const [name, part] of parts.environments.parts)
    part.order?.forEach((before, index) => unknown(['environments', name, 'order', index], before));
  for (const [name, part] of parts.services.parts)
    for (const environment of Object.keys(part.environments ?? {}))
      unknown(['services', name, 'environments', environment], environment, 'key');
  checkOrder(checking);
  checkDependencies(checking);
  checkProbes(checking);
  checkUsers(checking);
}

function checkCase(names: readonly string[], findings: Findings): void {
  for (const name of names) {
    const twin = names.find((other) => other !== name && other.toLowerCase() === name.toLowerCase());
    if (twin === undefined || names.indexOf(twin) > names.indexOf(name)) continue;
    findings.problem(['environments', name], {
      at: 'key',
      message: `\`${name}\` and \`${twin}\` differ only by case, and GitHub takes them for one`,
      found: name,
      expected: 'a name of its own',
    });
  }
}

function checkOrder({ parts, findings }: Checking): void {
  const next = record([...parts.environments.parts].map(([name, part]) => [name, part.order ?? []] as const));
  for (const [name, circle] of circlesOf(next)) {
    findings.problem(['environments', name, 'order'], {
      message: `\`order\` leads back to where it began: ${circle.join(' -> ')}`,
      found: circle.join(' -> '),
      expected: 'an order without a circle',
    });
  }
}

function checkDependencies({ parts, config, findings }: Checking): void {
  const known = namesOf(parts.services);
  const next = record(known.map((name) => [name, Object.keys(config.services[name]?.dependsOn ?? {})] as const));
  for (const [name, part] of parts.services.parts)
    for (const other of Object.keys(part['depends-on'] ?? {}))
      if (!exists(parts.services, other))
        unknownName(findings, ['services', name, 'depends-on', other], {
          what: 'service',
          name: other,
          known,
          at: 'key',
        });
  for (const [name, circle] of circlesOf(next)) {
    findings.problem(['services', name, 'depends-on'], {
      message: `services depend on each other in a circle: ${circle.join(' -> ')}`,
      found: circle.join(' -> '),
      expected: 'dependencies without a circle',
    });
  }
}

/** Each circle once, at its first member in the order of the text. */
function circlesOf(
  next: Readonly<Record<string, readonly string[]>>,
): readonly (readonly [string, readonly string[]])[] {
  const seen = new Set<string>();
  return Object.keys(next).flatMap((name) => {
    const circle = seen.has(name) ? undefined : circleFrom(name, next);
    circle?.forEach((member) => seen.add(member));
    return circle ? [[name, circle] as const] : [];
  });
}

/** The shortest way from a name back to itself. */
function circleFrom(start: string, next: Readonly<Record<string, readonly string[]>>): readonly string[] | undefined {
  const ways: string[][] = [[start]];
  const visited = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift())
    for (const name of next[way.at(-1) ?? ''] ?? []) {
      if (name === start) return [...way, name];
      if (visited.has(name)) continue;
      visited.add(name);
      ways.push([...way, name]);
    }
  return undefined;
}

function checkProbes({ parts, config, findings }: Checking): void {
  const probes = new Set(Object.values(config.services).flatMap((service) => service.health.map(({ name }) => name)));
  if (parts.services.broken.size > 0) return;
  for (const [name, { health }] of parts.triggers.parts) {
    if (health === undefined || health === 'any' || probes.has(health)) continue;
    unknownName(findings, ['triggers', name, 'health'], { what: 'probe', name: health, known: ['any', ...probes] });
  }
}

/** A misspelt one would let the metrics' own totals stand for users without a word. */
function checkUsers({ parts, config, findings }: Checking): void {
  const { users: name } = config.experiments;
  if (name === undefined || parts.metrics.broken.has(name)) return;
  const path = ['experiments', 'users'];
  const metric = config.metrics[name];
  if (!metric) {
    unknownName(findings, path, { what: 'metric', name, known: Object.keys(config.metrics) });
    return;
  }
  if (metric.kind === 'count' && Object.values(metric.queries).some((query) => query.includes('{{variant}}'))) return;
  const expected = 'a metric of kind count with `{{variant}}` in its query';
  findings.problem(path, { message: `\`users\` is \`${name}\`: expected ${expected}`, found: name, expected });
}
