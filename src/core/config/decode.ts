import type { Config } from '../model/config.ts';
import { digestOf } from '../digest.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';
import type { Building } from './build/context.ts';
import { buildEnvironments } from './build/environments.ts';
import { buildAnalysis, buildChannels, buildGeneral } from './build/general.ts';
import { buildMetrics } from './build/metrics.ts';
import { buildServices } from './build/services.ts';
import { buildStrategies } from './build/strategies.ts';
import { buildTriggers } from './build/triggers.ts';
import { checkBaselines } from './check/baseline.ts';
import { checkDelivered } from './check/delivered.ts';
import { checkLater } from './check/later.ts';
import { checkNames } from './check/names.ts';
import { checkPlans } from './check/plans.ts';
import { mergeServices } from './merge.ts';
import { type Parts, readParts } from './parts.ts';
import { type Findings, inOrder, newFindings, type Problem, type Warning } from './problem.ts';
import { type SecretUse, secretsOf } from './secrets.ts';
import type { Locate, Tree } from './tree.ts';

export interface DecodeOptions {
  /** How often whoever watches looks; without it `analysis.interval` where written, else 15 s. */
  readonly tick?: Milliseconds;
  /** `serve` runs somewhere, so that Web Vitals arrive. */
  readonly serve?: boolean;
}

export type Decoded =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly Warning[];
      readonly secrets: readonly SecretUse[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] };

/**
 * What a configuration's text says, typed, defaults filled in and checked: either the whole of it or every problem at once,
 * in the order of the text. Scalars of `tree` are text; `locate` says where a path stands.
 */
export function decodeConfig(tree: Tree, locate: Locate, options: DecodeOptions = {}): Decoded {
  const findings = newFindings(locate);
  const parts = readParts(tree, findings);
  const config = parts && build(parts, { tree, findings, options });
  const warnings = inOrder(findings.warnings);
  if (!config || findings.problems.length > 0) return { ok: false, problems: inOrder(findings.problems), warnings };
  return { ok: true, config: { ...config, digest: digestOf(config) }, warnings, secrets: secretsOf(tree, locate) };
}

interface From {
  readonly tree: Tree;
  readonly findings: Findings;
  readonly options: DecodeOptions;
}

function build(parts: Parts, { tree, findings, options }: From): Omit<Config, 'digest'> {
  const metrics = buildMetrics({ ...parts, platforms: platformsOf(parts), findings });
  const building: Building = { findings, metrics, tick: tickOf(parts, options) };
  const environments = buildEnvironments(parts, findings);
  const services = buildServices({ parts, tree, environments: Object.keys(environments), findings });
  const analysis = buildAnalysis(parts.analysis, building);
  const strategies = unjudged(parts, buildStrategies(parts.strategies, building, analysis.judges));
  const config = {
    version: 1 as const,
    ...(parts.defaults.environment !== undefined && { defaultEnvironment: parts.defaults.environment }),
    ...services,
    strategies,
    environments,
    sources: metrics.sources,
    metrics: metrics.metrics,
    analysis,
    triggers: buildTriggers(parts, building),
    notify: buildChannels(parts, findings),
    ...buildGeneral(parts, findings),
  };
  checkNames({ parts, config, findings });
  checkPlans({ tree, parts, config, findings });
  checkBaselines({ tree, config, findings });
  checkDelivered({ parts, config, findings, serve: options.serve ?? false });
  checkLater(tree, findings);
  return config;
}

function tickOf({ analysis }: Parts, { tick }: DecodeOptions): Milliseconds {
  return tick ?? (analysis === 'none' ? undefined : analysis.interval) ?? 15 * SECOND;
}

/** Types of all platforms in use, in any environment. */
function platformsOf({ services, defaults }: Parts): readonly Config['services'][string]['platform']['type'][] {
  const layers = [...services.parts.values()].flatMap(({ environments, ...own }) => {
    const base = [defaults.service ?? {}, own];
    return [base, ...Object.values(environments ?? {}).map((inside) => [...base, inside])];
  });
  return layers.flatMap((layer) => mergeServices(layer).platform?.type ?? []);
}

/** `analysis: none` holds for every stage. */
function unjudged({ analysis }: Parts, strategies: Config['strategies']): Config['strategies'] {
  if (analysis !== 'none') return strategies;
  const entries = Object.entries(strategies).map(([name, strategy]) => {
    const stages = strategy.stages.map((stage) => ({ ...stage, analysis: 'none' as const }));
    return [name, { ...strategy, stages }] as const;
  });
  return Object.assign(
    Object.create(null) as Record<string, Config['strategies'][string]>,
    Object.fromEntries(entries),
  );
}
