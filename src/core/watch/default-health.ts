/** The rule that every service with health probes is watched by, where the configuration says nothing else of them. */
import type { Config, ProbeConfig, ServiceConfig, TriggerConfig } from '../model/config.ts';
import { MINUTE } from '../model/time.ts';

type HealthTrigger = Extract<TriggerConfig, { kind: 'health' }>;

const COMMON = {
  kind: 'health',
  within: MINUTE,
  then: 'rollback',
  cooldown: 2 * MINUTE,
  tags: [],
  severity: 'critical',
} as const;

/**
 * For each pair its own probes with their own `failures`: one rule `health` where one number holds for all of them, else
 * `health-PROBE` for each. A probe that a trigger of the configuration watches (by its name, or by `any`) has no second rule.
 */
export function defaultHealth({ triggers, servicesByEnvironment }: Config): readonly TriggerConfig[] {
  const watched = new Set(triggers.flatMap((one) => (one.kind === 'health' ? [one.probe] : [])));
  if (watched.has('any')) return [];
  return Object.entries(servicesByEnvironment).flatMap(([environment, services]) =>
    Object.values(services).flatMap((service) => rulesOf(service, environment, watched)),
  );
}

function rulesOf(
  { name, health }: ServiceConfig,
  environment: string,
  watched: ReadonlySet<string>,
): readonly HealthTrigger[] {
  const left = health.filter((probe) => !watched.has(probe.name));
  const [first] = left;
  if (!first) return [];
  const common = { ...COMMON, of: { service: name, environment } };
  const isOne = left.length === health.length && left.every(({ failures }) => failures === first.failures);
  if (isOne) return [{ ...common, name: 'health', probe: 'any', failures: first.failures }];
  return left.map((probe) => ({ ...common, ...ruleOf(probe) }));
}

function ruleOf({ name, failures }: ProbeConfig): Pick<HealthTrigger, 'name' | 'probe' | 'failures'> {
  return { name: `health-${name}`, probe: name, failures };
}
