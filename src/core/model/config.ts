/**
 * The configuration after decoding: defaults filled in, durations in ms, percents as weights or fractions,
 * keys in camel case. `decodeConfig` (core/config/decode.ts) makes it from what the YAML said.
 */
import type { ExperimentKind } from './experiment.ts';
import type { Action, JudgeSpec, MetricConfig } from './metric.ts';
import type { Severity } from './place.ts';
import type { CheckSpec } from './rollout.ts';
import type { Milliseconds } from './time.ts';
import type { Weight } from './weight.ts';

/** A shell text (`bash -eo pipefail`, values only as environment) or an argv (no shell). */
export type CommandText = string | readonly string[];

export interface ProbeConfig {
  readonly name: string;
  readonly get?: string;
  readonly url?: string;
  readonly run?: CommandText;
  readonly every: Milliseconds;
  readonly timeout: Milliseconds;
  readonly failures: number;
  readonly expect?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `type` decides which other keys count; each adapter decodes its own from `options` (keys as written, durations in ms). */
export interface PlatformConfig {
  readonly type: 'command' | 'job' | 'local' | 'vercel' | 'netlify' | 'kubernetes' | 'haproxy';
  readonly timeout: Milliseconds;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface StageConfig {
  readonly name: string;
  readonly weight: Weight;
  readonly bake: Milliseconds;
  readonly promote: 'auto' | 'manual' | 'job';
  readonly judges?: readonly JudgeConfig[];
  readonly checks: readonly CheckSpec[];
  readonly interval?: Milliseconds;
  readonly shift?: { readonly over: Milliseconds; readonly every: Milliseconds };
  readonly analysis?: 'none';
}

export interface StrategyConfig {
  readonly name: string;
  readonly stages: readonly StageConfig[];
  readonly keepOld: Milliseconds;
  readonly deadline: Milliseconds;
  /** Blue-green deploys whole and validates before the switch: the platform must be able to preview. */
  readonly preview: boolean;
}

/** A judge in the configuration: a JudgeSpec before its metric's facts are filled in. */
export type JudgeConfig = Omit<JudgeSpec, 'id' | 'kind' | 'better' | 'source' | 'delay' | 'perVersion'>;

export interface ServiceConfig {
  readonly name: string;
  readonly platform: PlatformConfig;
  readonly url?: string;
  readonly paths: readonly string[];
  readonly verify?: { readonly header?: string; readonly path?: string };
  /** How many old deployments are kept. */
  readonly keep: number;
  readonly env: readonly string[];
  readonly health: readonly ProbeConfig[];
  readonly checks: readonly CheckSpec[];
  readonly smoke: readonly CheckSpec[];
  readonly consistency: readonly CheckSpec[];
  readonly afterDeploy: readonly CheckSpec[];
  readonly strategy: string;
  readonly queue: 'latest' | 'all';
  /** Other services' versions it needs, as semver ranges. */
  readonly dependsOn: Readonly<Record<string, string>>;
  readonly versions?: { readonly from: 'tag' | 'sha'; readonly pattern?: string };
  readonly migrations?: Readonly<Partial<Record<'apply' | 'revert' | 'check' | 'backup' | 'restore', CommandText>>>;
  readonly backup?: CommandText;
}

export interface ApprovalsConfig {
  readonly before: readonly string[];
  readonly count: number;
  readonly from: readonly string[];
  readonly expires: Milliseconds;
  readonly by: 'sluice' | 'github';
}

/** A freeze in the configuration: weekly (`fri 16:00`) or dated (`2026-12-19T16:00`), in `timeZone`. */
export interface FreezeConfig {
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly timeZone: string;
  readonly override: readonly string[];
}

export interface EnvironmentConfig {
  readonly name: string;
  readonly strategy?: string;
  readonly order: readonly string[];
  readonly githubEnvironments: Readonly<Record<string, string>>;
  readonly url?: string;
  /** Verb -> who: `role:write`, `team:sre`, `user:alice`, `app:name`. Absent verb: the default of the grammar. */
  readonly allow: Readonly<Record<string, readonly string[]>>;
  readonly lock: { readonly required: boolean; readonly for: Milliseconds };
  readonly approvals?: ApprovalsConfig;
  readonly freezes: readonly FreezeConfig[];
}

export interface SourceConfig {
  readonly name: string;
  readonly type: 'prometheus' | 'datadog' | 'cloudwatch' | 'new-relic' | 'sentry' | 'http' | 'router';
  readonly url?: string;
  readonly token?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Milliseconds;
}

interface TriggerCommon {
  readonly name: string;
  readonly then: Action;
  readonly cooldown: Milliseconds;
  readonly tags: readonly string[];
  readonly severity: Severity;
}
/** A standing rule. Bounds in the metric's own unit (rates as fractions), times in ms. */
export type TriggerConfig = TriggerCommon &
  (
    | {
        readonly kind: 'metric';
        readonly metric: string;
        readonly read?: string;
        readonly above?: number;
        readonly below?: number;
        readonly for: Milliseconds;
        readonly minSamples: number;
      }
    | {
        readonly kind: 'health';
        readonly probe: string;
        readonly failures: number;
        readonly within: Milliseconds;
        /** Of this pair alone; absent: of all. */
        readonly of?: { readonly service: string; readonly environment: string };
      }
    | {
        readonly kind: 'spike';
        readonly metric: string;
        /** Expected level, and by how much more than it (as a fraction of it) is a spike. */
        readonly baseline: number;
        readonly increase: number;
        readonly window: Milliseconds;
        /** At least so many bad events in the window. */
        readonly atLeast: number;
      }
    | { readonly kind: 'dependency'; readonly url: string; readonly failures: number; readonly timeout: Milliseconds }
  );

export interface AnalysisConfig {
  readonly interval: Milliseconds;
  /** The whole rollout's false-rollback budget, as a fraction. */
  readonly falseRollbacks: number;
  /** By how much of its planned share the candidate may get more or less, as a fraction; 0.25 where nobody says, 1 and more: never asked. */
  readonly sampleRatio?: number;
  readonly judges: readonly JudgeConfig[];
  readonly undecided: { readonly extend: Milliseconds; readonly then: Action | 'promote' };
  readonly noData: Action | 'promote';
}

export interface ChannelConfig {
  readonly channel: string;
  readonly to?: string;
  readonly url?: string;
  readonly token?: string;
  readonly routingKey?: string;
  readonly events: readonly string[];
  readonly severity: Severity;
  readonly quiet?: string;
}

/** A metric of experiments as the configuration names it; `effect` and `margin` are relative to the control. */
export interface ExperimentMetricConfig {
  readonly name: string;
  readonly kind: ExperimentKind;
  readonly better: 'lower' | 'higher';
  /** `better` is only assumed: neither written nor said by the name. A guardrail asks for more. */
  readonly isAssumed?: true;
  readonly margin?: number;
  readonly effect?: number;
  readonly q?: number;
  readonly usual?: { readonly mean: number; readonly variance?: number };
}

export interface IngestConfig {
  /** On loopback. */
  readonly port: number;
  /** `$NAME` */
  readonly token?: string;
  /** Pages of these origins may send; `*`: all. */
  readonly origins: readonly string[];
}

export interface ExperimentsConfig {
  readonly metrics: Readonly<Record<string, ExperimentMetricConfig>>;
  /** No winner before so many users in each variant, and so much time. */
  readonly minUsers: number;
  readonly minTime: Milliseconds;
  readonly alpha: number;
  /** Layers by name: so many equal slots, never reordered; a raised generation draws everybody's slot anew. */
  readonly layers: Readonly<Record<string, { readonly slots: number; readonly generation: number }>>;
  /** Shares of users that stay out of every experiment which names them. */
  readonly holdouts: Readonly<Record<string, Weight>>;
  /** The metric (of kind count, by variant) that says how many users there were, where numbers come from a source. */
  readonly users?: string;
  readonly onGuardrailLost: 'alert' | 'stop';
  /** Where `sluice serve` takes events; absent: nowhere. */
  readonly ingest?: IngestConfig;
}

export interface Config {
  readonly version: 1;
  readonly defaultEnvironment?: string;
  readonly services: Readonly<Record<string, ServiceConfig>>;
  /** Overrides already merged: `serviceIn(config, service, environment)` reads it. */
  readonly servicesByEnvironment: Readonly<Record<string, Readonly<Record<string, ServiceConfig>>>>;
  readonly strategies: Readonly<Record<string, StrategyConfig>>;
  readonly environments: Readonly<Record<string, EnvironmentConfig>>;
  readonly sources: Readonly<Record<string, SourceConfig>>;
  readonly metrics: Readonly<Record<string, MetricConfig>>;
  readonly analysis: AnalysisConfig;
  readonly triggers: readonly TriggerConfig[];
  readonly rollback: {
    readonly automatic: boolean;
    readonly attempts: number;
    readonly gradual: readonly { readonly weight: Weight; readonly bake: Milliseconds }[];
    readonly cooldown: Milliseconds;
  };
  readonly notify: readonly ChannelConfig[];
  readonly people: readonly { readonly github: string; readonly id?: number; readonly slack?: string }[];
  readonly comments: { readonly prefix: string; readonly bare: readonly string[]; readonly progress: Milliseconds };
  readonly experiments: ExperimentsConfig;
  readonly flags: { readonly names?: string; readonly unusedAfter: Milliseconds; readonly cacheFor: Milliseconds };
  readonly state: {
    readonly repository?: string;
    readonly branch: string;
    readonly externalCommits: 'accept' | 'hold' | 'refuse';
    readonly keepHistory: Milliseconds;
  };
  /** Digest of the decoded configuration: the policy revision plans are bound to. */
  readonly digest: string;
}

/** One service's settings in one environment: defaults < service < environment < service in environment. */
export function serviceIn(config: Config, service: string, environment: string): ServiceConfig | undefined {
  return config.servicesByEnvironment[environment]?.[service] ?? config.services[service];
}

/** The environment a command without `in ENV` means: the default, else the only one; undefined: say which. */
export function impliedEnvironment(config: Config): string | undefined {
  if (config.defaultEnvironment !== undefined) return config.defaultEnvironment;
  const names = Object.keys(config.environments);
  return names.length === 1 ? names[0] : undefined;
}
