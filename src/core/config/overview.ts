/** What `sluice check` says of a configuration: what is configured, and what is worth a look. */
import type { Config, ServiceConfig, StrategyConfig } from '../model/config.ts';
import { printDuration } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { pairKey } from '../facts.ts';
import { fewWindowsIn } from '../judge/forecast/few-windows.ts';
import { samplesOutOfReach } from '../judge/forecast/sight.ts';
import type { Block, Report } from '../report/report.ts';
import { fewWindowsWords, outOfReachWords } from '../report/sight.ts';
import { judgesOf } from '../rollout/plan-judges.ts';
import type { Problem, Warning } from './problem.ts';

export interface CheckOptions {
  readonly file: string;
  readonly warnings: readonly Warning[];
  /** Secrets that are empty here. */
  readonly missing?: readonly Problem[];
  /** Recorded traffic by `service/environment`, in requests per second. */
  readonly traffic?: Readonly<Record<string, number>>;
  /** What else is worth a look, one sentence each. */
  readonly more?: readonly string[];
}

/** The report of `sluice check`: a row for each service in each environment, then warnings. */
export function checkConfig(config: Config, options: CheckOptions): Report {
  const { file, warnings, missing = [], traffic = {}, more = [] } = options;
  const places = pairsOf(config);
  const remarks = [...missing, ...warnings].map(
    ({ line, column, message, hint }) => `${file}:${line}:${column} ${message}${hint === undefined ? '' : `. ${hint}`}`,
  );
  const reach = places.flatMap((pair) =>
    outOfReach(config, pair, traffic[pairKey({ service: pair.service.name, environment: pair.environment })]),
  );
  const blocks: Block[] = [
    {
      type: 'heading',
      text: `${file}: ${counted(Object.keys(config.services).length, 'service')}, ${counted(Object.keys(config.environments).length, 'environment')}`,
      mood: missing.length > 0 ? 'bad' : 'good',
    },
    {
      type: 'table',
      columns: ['service', 'environment', 'platform', 'strategy', 'judged by', 'approvals'].map((title) => ({ title })),
      rows: places.map((pair) => rowOf(config, pair)),
    },
    { type: 'list', items: settingsOf(config) },
  ];
  const all = [...remarks, ...reach, ...more];
  if (all.length > 0)
    blocks.push({ type: 'heading', text: 'Worth a look', mood: 'waiting' }, { type: 'list', items: all });
  return { blocks };
}

interface Pair {
  readonly environment: string;
  readonly service: ServiceConfig;
}

function pairsOf(config: Config): readonly Pair[] {
  return Object.entries(config.servicesByEnvironment).flatMap(([environment, services]) =>
    Object.values(services).map((service) => ({ environment, service })),
  );
}

function rowOf(config: Config, { environment, service }: Pair): readonly string[] {
  const strategy = config.strategies[service.strategy];
  const approvals = config.environments[environment]?.approvals;
  const asked = approvals && `${approvals.count}${approvals.from.length > 0 ? ` of ${approvals.from.join(', ')}` : ''}`;
  return [
    service.name,
    environment,
    service.platform.type,
    strategy ? printStrategy(strategy) : service.strategy,
    judgedBy(config, service),
    asked ?? 'none',
  ];
}

/** `canary: 5% 5m, 25% 15m (manual), 100% 30m` */
export function printStrategy({ name, stages }: StrategyConfig): string {
  const shown = stages.map(
    ({ weight, bake, promote }) =>
      `${printPercent(weight)} ${printDuration(bake)}${promote === 'auto' ? '' : ` (${promote})`}`,
  );
  return `${name}: ${shown.join(', ')}`;
}

function judgedBy(config: Config, service: ServiceConfig): string {
  const strategy = config.strategies[service.strategy];
  const judges = (strategy?.stages ?? []).flatMap((stage) => judgesOf(config, stage, service).map(({ id }) => id));
  const probes = service.health.length > 0 ? [`health (${service.health.map(({ name }) => name).join(', ')})`] : [];
  return [...probes, ...new Set(judges)].join(', ') || 'nothing';
}

function settingsOf(config: Config): readonly string[] {
  const { triggers, notify, rollback, experiments, state } = config;
  const measured = Object.keys(experiments.metrics);
  const { minUsers, minTime, alpha } = experiments;
  return [
    `state: branch ${state.branch}${state.repository === undefined ? '' : ` of ${state.repository}`}`,
    `rollback: ${rollback.automatic ? 'automatic' : 'by command only'}`,
    `triggers: ${triggers.map(({ name, then }) => `${name} (${then})`).join(', ') || 'none'}`,
    ...(measured.length > 0
      ? [
          `experiments: ${measured.join(', ')}; a winner after ${minUsers} users a variant and ${printDuration(minTime)}, ${Number((alpha * 100).toPrecision(3))}% false winners`,
        ]
      : []),
    `told: ${notify.map(({ channel, to }) => (to === undefined ? channel : `${channel} ${to}`)).join(', ') || 'nobody'}`,
  ];
}

/** Judges whose samples a stage cannot bring at the recorded traffic, or whose windows it does not have, with what would. */
function outOfReach(config: Config, { service, environment }: Pair, perSecond: number | undefined): readonly string[] {
  const strategy = config.strategies[service.strategy];
  if (!strategy) return [];
  const stages = strategy.stages.map((stage) => ({ ...stage, judges: judgesOf(config, stage, service) }));
  const short = [
    ...(perSecond === undefined ? [] : samplesOutOfReach(stages, perSecond).map(outOfReachWords)),
    ...fewWindowsIn(stages).map(fewWindowsWords),
  ];
  return short.map((one) => `${service.name} in ${environment}: ${one}`);
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
