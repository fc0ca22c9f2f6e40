/** Whether the strategies that services use can be carried out: they exist, and the platform can do what they need. */
import type { Config, EnvironmentConfig, ServiceConfig, StrategyConfig } from '../../model/config.ts';
import { printPercent, WHOLE } from '../../model/weight.ts';
import { originIn } from '../build/services.ts';
import { exists, namesOf, type Parts, unknownName } from '../parts.ts';
import type { Findings } from '../problem.ts';
import { type Path, type Tree } from '../tree.ts';

type Checked = Pick<Config, 'services' | 'servicesByEnvironment' | 'strategies' | 'environments' | 'triggers'>;

interface Checking {
  readonly tree: Tree;
  readonly parts: Parts;
  readonly config: Checked;
  readonly findings: Findings;
}

export function checkPlans(checking: Checking): void {
  const { config } = checking;
  for (const [environment, services] of Object.entries(config.servicesByEnvironment)) {
    const used = Object.values(services).flatMap((service) => checkStrategy(service, environment, checking) ?? []);
    const settings = config.environments[environment];
    if (settings) checkStageNames(settings, used, checking);
  }
  checkActions(checking);
}

function checkStrategy(service: ServiceConfig, environment: string, checking: Checking): StrategyConfig | undefined {
  const { tree, parts, config, findings } = checking;
  const at = originIn(tree, service.name, environment)(['strategy']);
  const strategy = config.strategies[service.strategy];
  if (!strategy) {
    const known = [...new Set([...Object.keys(config.strategies), ...namesOf(parts.strategies)])];
    if (!exists(parts.strategies, service.strategy))
      unknownName(findings, at, { what: 'strategy', name: service.strategy, known });
    return undefined;
  }
  checkWeights(service, strategy, { at, findings });
  return strategy;
}

/** A command that is given no weights to set moves all traffic at once; neither can it show a candidate beforehand. */
function cannotWeigh({ platform }: Pick<ServiceConfig, 'platform'>): boolean {
  return (platform.type === 'command' || platform.type === 'job') && platform.options['set-traffic'] === undefined;
}

function checkWeights(
  service: ServiceConfig,
  strategy: StrategyConfig,
  where: { readonly at: Path; readonly findings: Findings },
): void {
  if (!cannotWeigh(service)) return;
  const partial = strategy.stages.find((stage) => stage.weight < WHOLE);
  if (!partial) return;
  where.findings.problem(where.at, {
    message: `\`${strategy.name}\` gives ${printPercent(partial.weight)} to stage \`${partial.name}\`, and the platform ${service.platform.type} of \`${service.name}\` has no \`set-traffic\``,
    found: strategy.name,
    expected: '`set-traffic: COMMAND`, or a strategy of 100% only',
    hint: 'Add `set-traffic`, or use `all-at-once`.',
  });
}

/** `approvals.before` names stages of what is rolled out there; a name that means nothing would ask nobody. */
function checkStageNames(environment: EnvironmentConfig, used: readonly StrategyConfig[], checking: Checking): void {
  const { parts, config, findings } = checking;
  if (parts.strategies.broken.size > 0 || used.length === 0) return;
  const own = [...parts.strategies.parts.keys()].flatMap((name) => config.strategies[name] ?? []);
  const stages = [...new Set([...used, ...own].flatMap((strategy) => strategy.stages.map(({ name }) => name)))];
  environment.approvals?.before.forEach((name, index) => {
    if (stages.includes(name)) return;
    const path = ['environments', environment.name, 'approvals', 'before', index];
    unknownName(findings, path, { what: 'stage', name, known: stages });
  });
  for (const name of Object.keys(environment.githubEnvironments))
    if (!stages.includes(name))
      findings.warning(['environments', environment.name, 'github-environments', name], {
        at: 'key',
        message: `no strategy that is used here has a stage \`${name}\``,
      });
}

const DOWN: readonly string[] = ['reduce', 'rollback-gradually'];

/** Vercel's rolling releases know only on, complete and abort. */
function checkActions({ parts, config, findings }: Checking): void {
  const vercel = Object.values(config.services).find((service) => service.platform.type === 'vercel');
  if (!vercel) return;
  const refuse = (path: Path, then: string | undefined): void => {
    if (then === undefined || !DOWN.includes(then)) return;
    findings.problem(path, {
      message: `\`${then}\` lowers a share, and the platform vercel of \`${vercel.name}\` cannot: only going on, completing and aborting`,
      found: then,
      expected: '`rollback` or `pause`',
    });
  };
  for (const [name, part] of parts.triggers.parts) refuse(['triggers', name, 'then'], part.then);
  if (parts.analysis !== 'none')
    parts.analysis.judges?.forEach((judge, index) => refuse(['analysis', 'judges', index, 'then'], judge.then));
}
