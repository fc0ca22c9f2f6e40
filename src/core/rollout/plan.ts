/** From configuration to the plan that a rollout keeps: pure, whole, with a digest that binds approvals. */
import type { Code } from '../model/code.ts';
import {
  type Config,
  type EnvironmentConfig,
  type ServiceConfig,
  serviceIn,
  type StageConfig,
  type StrategyConfig,
} from '../model/config.ts';
import type { Plan, PlannedStage } from '../model/rollout.ts';
import { DAY, MINUTE } from '../model/time.ts';
import { WHOLE } from '../model/weight.ts';
import {
  checksAfter,
  checksAfterRollback,
  checksBefore,
  checksOfStage,
  checksToRevert,
  checksToValidate,
} from './plan-checks.ts';
import { withBudget } from './plan-budget.ts';
import { type Asked, isAsked, judgesOf, unjudgedStage, withDistinctJudges } from './plan-judges.ts';
import { cannot, cannotCopy, type Capable, comparedWithCopy } from './plan-platform.ts';
import { sealed } from './plan-variants.ts';

export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly code: Code; readonly summary: string };

export interface PlanOptions {
  readonly config: Config;
  readonly service: string;
  readonly environment: string;
  /** Instead of the service's own. */
  readonly strategy?: string;
  /** A stage that the rollout does not go beyond. */
  readonly until?: string;
  /** Absent: nobody knows, and the plan is made as the configuration says. */
  readonly capabilities?: Capable;
  /** Sources that can be asked; absent: nobody knows, and all are taken to be. */
  readonly sources?: readonly string[];
  readonly kind: 'deploy' | 'emergency';
}

function refused(code: Code, summary: string): Planned & { readonly ok: false } {
  return { ok: false, code, summary };
}

/**
 * The plan of a deploy. Refused: `service-unknown`, `environment-unknown`, `strategy-unknown`, `stage-unknown`,
 * `platform-cannot` (with the nearest plan that works), `nothing-applicable`.
 */
export function planFor(options: PlanOptions): Planned {
  const found = placeOf(options);
  if (!found.ok) return found;
  const { service, environment } = found;
  const { config, until, capabilities } = options;
  const strategy = strategyOf(config, options.strategy ?? service.strategy);
  if (!strategy.ok) return strategy;
  const { stages } = strategy.strategy;
  if (until !== undefined && !stages.some(({ name }) => name === until))
    return refused(
      'stage-unknown',
      `${strategy.strategy.name} has no stage ${until}: it has ${stages.map(({ name }) => name).join(', ')}`,
    );
  const unable = capabilities && cannot(strategy.strategy, service, capabilities);
  if (unable !== undefined) return refused('platform-cannot', unable);
  const asked = { sources: options.sources, judged: options.kind === 'emergency' };
  const planned = plannedStages(strategy.strategy, { config, environment, service, capabilities, ...asked });
  if (!planned.ok) return planned;
  const { verify } = service;
  const revert = checksToRevert(service);
  return finished(config, {
    strategy: strategy.strategy,
    stages: planned.stages,
    before: checksBefore(service),
    ...(revert.length > 0 && { revert }),
    validate: checksToValidate(service),
    after: checksAfter(service),
    ...(verify && { verify: { ...verify, url: service.url ?? '' } }),
  });
}

type Found =
  | { readonly ok: true; readonly service: ServiceConfig; readonly environment: EnvironmentConfig }
  | (Planned & { readonly ok: false });

function placeOf({
  config,
  service: name,
  environment: where,
}: Pick<PlanOptions, 'config' | 'service' | 'environment'>): Found {
  const environment = environmentOf(config, where);
  if (!environment.ok) return environment;
  const service = serviceIn(config, name, where);
  if (service) return { ok: true, service, environment: environment.environment };
  return refused('service-unknown', `there is no service ${name}: there is ${Object.keys(config.services).join(', ')}`);
}

function environmentOf(
  config: Config,
  name: string,
): { readonly ok: true; readonly environment: EnvironmentConfig } | (Planned & { ok: false }) {
  const environment = config.environments[name];
  if (environment) return { ok: true, environment };
  return refused(
    'environment-unknown',
    `there is no environment ${name}: there is ${Object.keys(config.environments).join(', ')}`,
  );
}

function strategyOf(
  config: Config,
  name: string,
): { readonly ok: true; readonly strategy: StrategyConfig } | (Planned & { ok: false }) {
  const strategy = config.strategies[name];
  if (strategy) return { ok: true, strategy };
  return refused(
    'strategy-unknown',
    `there is no strategy ${name}: there is ${Object.keys(config.strategies).join(', ')}`,
  );
}

interface Surroundings extends Asked {
  readonly environment: EnvironmentConfig;
  /** Absent: a flag's plan. */
  readonly service?: ServiceConfig;
  readonly capabilities?: Capable | undefined;
  /** Health of these speaks for a flag's stages. */
  readonly watched?: readonly ServiceConfig[];
  readonly judged?: boolean | undefined;
}

type Stages = { readonly ok: true; readonly stages: readonly PlannedStage[] } | (Planned & { readonly ok: false });

function plannedStages(strategy: StrategyConfig, around: Surroundings): Stages {
  const { config, environment, service, capabilities, watched = [] } = around;
  const stages: PlannedStage[] = [];
  const waiting = waitingStages(strategy, environment);
  for (const [index, stage] of strategy.stages.entries()) {
    const judges = judgesOf(config, stage, service);
    const recorded = strategy.stages.slice(0, index).some(({ weight }) => weight > 0 && weight < WHOLE);
    const healthy = watched.find(({ health }) => health.length > 0);
    const standing = { stage, judges, recorded, answers: isAsked(around) };
    const lacking = unjudgedStage(standing, service ?? healthy, strategy.name);
    const isMute = lacking !== undefined && around.judged === true;
    if (lacking !== undefined && !isMute) return refused('nothing-applicable', lacking);
    const checks = service ? checksOfStage(stage.checks, service) : stage.checks;
    const compared = service && comparedWithCopy(stage, judges);
    if (compared && capabilities && capabilities.baseline !== true)
      return refused('platform-cannot', cannotCopy(compared, stage.name, service));
    const next = strategy.stages[index + 1]?.name;
    const asksGithub = environment.approvals?.by === 'github' && next !== undefined && waiting.includes(next);
    const left: StageConfig = asksGithub ? { ...stage, promote: 'job' } : stage;
    const planned = plannedStage(left, environment, waiting.includes(stage.name));
    const looking = isMute ? { judges: [], unjudged: true } : { judges };
    stages.push({ ...planned, ...looking, ...(compared && { baseline: true }), checks });
  }
  return { ok: true, stages: withBudget(withDistinctJudges(stages), config.analysis, service !== undefined) };
}

/**
 * Stages that wait for approval. A strategy that has none of those the environment names waits before its last one,
 * so that choosing another strategy never is a way around an approval.
 */
function waitingStages(strategy: StrategyConfig, { approvals }: EnvironmentConfig): readonly string[] {
  if (!approvals) return [];
  const named = strategy.stages.map(({ name }) => name).filter((name) => approvals.before.includes(name));
  const last = strategy.stages.at(-1);
  return named.length > 0 || !last ? named : [last.name];
}

function plannedStage(
  stage: StageConfig,
  environment: EnvironmentConfig,
  waits: boolean,
): Omit<PlannedStage, 'judges' | 'checks'> {
  const { name, weight, bake, promote, shift, analysis } = stage;
  const { approvals, githubEnvironments } = environment;
  return {
    name,
    weight,
    bake,
    promote,
    ...(waits &&
      approvals && { approvals: { count: approvals.count, from: approvals.from, expires: approvals.expires } }),
    githubEnvironment: githubEnvironments[name] ?? environment.name,
    ...(shift && { shift }),
    ...(analysis === 'none' && { unjudged: true }),
  };
}

interface Content extends Pick<Plan, 'stages' | 'before' | 'revert' | 'validate' | 'after' | 'verify'> {
  readonly strategy: Pick<StrategyConfig, 'name' | 'keepOld' | 'deadline'>;
}

function finished(config: Config, { strategy, ...content }: Content): Planned {
  const { analysis, rollback } = config;
  const plan: Plan = {
    strategy: strategy.name,
    ...content,
    keepOld: strategy.keepOld,
    settle: 0,
    deadline: strategy.deadline,
    extendMax: analysis.undecided.extend,
    onUndecided: analysis.undecided.then,
    onNoData: analysis.noData,
    gradual: [...rollback.gradual.filter(({ weight }) => weight < WHOLE), { weight: WHOLE, bake: 0 }],
    automaticRollback: rollback.automatic,
    policy: config.digest,
    digest: '',
  };
  return { ok: true, plan: sealed(plan) };
}

export interface FlagPlanOptions {
  readonly config: Config;
  readonly flagKey: string;
  readonly environment: string;
  /** `gradual` by default. */
  readonly strategy?: string;
  /** The flag's services; all when it names none. */
  readonly services: readonly string[];
  readonly sources?: readonly string[];
  /** The candidate has been judged elsewhere: a stage that nothing can judge only bakes. */
  readonly judged?: boolean;
}

/** The strategy of a flag's rollout that names none. */
const USUAL_FLAG_STRATEGY = 'gradual';

/** The plan of a flag's rollout: percentages of users instead of traffic, nothing to deploy, nothing to keep. */
export function planForFlag({
  config,
  flagKey,
  environment: where,
  strategy: name,
  services,
  sources,
  judged,
}: FlagPlanOptions): Planned {
  const environment = environmentOf(config, where);
  if (!environment.ok) return environment;
  const strategy = strategyOf(config, name ?? USUAL_FLAG_STRATEGY);
  if (!strategy.ok) return strategy;
  const names = services.length > 0 ? services : Object.keys(config.services);
  const watched = names.flatMap((service) => serviceIn(config, service, where) ?? []);
  // Nobody is served a flag at 0 %: a preview has nothing to show.
  const exposed = { ...strategy.strategy, stages: strategy.strategy.stages.filter(({ weight }) => weight > 0) };
  const planned = plannedStages(exposed, { config, environment: environment.environment, watched, sources, judged });
  if (!planned.ok) return refused(planned.code, `flag/${flagKey}: ${planned.summary}`);
  const content = { stages: planned.stages, before: [], validate: [], after: [] };
  return finished(config, { ...content, strategy: { ...exposed, keepOld: 0 } });
}

export interface RollbackPlanOptions extends Pick<PlanOptions, 'config' | 'service' | 'environment'> {
  /** The configured steps back before everything; where the platform has no weights all the same at once. */
  readonly gradual: boolean;
  readonly capabilities?: Capable;
}

/** How long a version that came back is watched. */
const WATCHED = MINUTE;

/**
 * The plan of a rollout that takes a finished one back: nothing to approve, nothing that could hold it up;
 * health is asked when it is done. It is never itself taken back automatically.
 */
export function planForRollback(options: RollbackPlanOptions): Planned {
  const found = placeOf(options);
  if (!found.ok) return found;
  const { config, capabilities } = options;
  const { service, environment } = found;
  const steps = options.gradual && capabilities?.weights !== 'none' ? config.rollback.gradual : [];
  const back = (name: string, weight: number, bake: number): PlannedStage => ({
    name,
    weight,
    bake,
    promote: 'auto',
    judges: [],
    checks: [],
    githubEnvironment: environment.name,
    unjudged: true,
  });
  const partial = steps
    .filter(({ weight }) => weight < WHOLE)
    .map(({ weight, bake }) => back(`back-${weight / 1_000}`, weight, bake));
  const planned = finished(config, {
    strategy: { name: partial.length > 0 ? 'rollback-gradually' : 'rollback', keepOld: 0, deadline: DAY },
    stages: [...partial, back('back', WHOLE, WATCHED)],
    before: [],
    validate: [],
    after: checksAfterRollback(service),
    ...(service.verify && { verify: { ...service.verify, url: service.url ?? '' } }),
  });
  return planned.ok ? { ok: true, plan: sealed({ ...planned.plan, automaticRollback: false }) } : planned;
}
