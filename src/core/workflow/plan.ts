/** Which jobs a repository's workflows have, from its configuration: environments in their order, a job for each stage. */
import { type Config, serviceIn, type StageConfig } from '../model/config.ts';
import { HOUR, MINUTE, type Milliseconds } from '../model/time.ts';

/** A job of the staged deploy: one stage of one environment. */
export interface StageJob {
  /** A job's id: letters, digits, `-`, `_`, no digit first. */
  readonly id: string;
  readonly environment: string;
  readonly stage: string;
  /** Its rules, reviewers and secrets are the job's. */
  readonly githubEnvironment: string;
  readonly bake: Milliseconds;
  /** The environment's first stage is begun by `deploy`, the others by `promote`. */
  readonly first: boolean;
  /** The environment's last stage. */
  readonly last: boolean;
}

export interface DeployPlan {
  readonly service: string;
  /** The file's name. */
  readonly file: string;
  /** `stages`: a job for each, in one run. `days`: a bake is longer than a job; the tick starts the stages. `own-steps`: platform `job`. */
  readonly form: 'stages' | 'days' | 'own-steps';
  /** In order. Of `own-steps` the last environment's first; of `days` the last environment has its first only, ticks start the rest. */
  readonly jobs: readonly StageJob[];
  /** Stages, as `environment/stage`, that begin without asking the reviewers of their job's environment: the one before is not left by `job`. */
  readonly unasked: readonly string[];
}

export interface WorkflowPlan {
  readonly deploys: readonly DeployPlan[];
  /** Whether the tick starts jobs of stages. */
  readonly hasStageWorkflow: boolean;
  /** GitHub environments whose reviewers may be asked, in order. */
  readonly gated: readonly string[];
  /** One for each environment, without reviewers: going back never waits for a click. */
  readonly operate: readonly string[];
  /** Where the tick, comments and `settle` run: that of the last environment. */
  readonly tickEnvironment: string;
}

/** A job ends after 6 h (https://docs.github.com/actions/reference/limits); what is baked for longer is left to ticks. */
const LONGEST_BAKE: Milliseconds = 5 * HOUR;

/** `production-operate`. */
export function operateEnvironment(environment: string): string {
  return `${environment}-operate`;
}

/** The workflows that the configuration asks for. Pure; the same configuration gives the same plan. */
export function workflowPlan(config: Config): WorkflowPlan {
  const environments = inOrder(config);
  const services = Object.keys(config.services);
  const deploys = services.map((service) =>
    deployPlan(config, { service, environments, alone: services.length === 1 }),
  );
  const last = environments.at(-1) ?? 'production';
  const stages = services.flatMap((service) =>
    environments.flatMap((environment) => stageJobs(config, { service, environment, alone: true })),
  );
  return {
    deploys,
    hasStageWorkflow: deploys.some(({ form }) => form === 'days') || waitsForJobs(config, { services, environments }),
    gated: [...new Set(stages.map(({ githubEnvironment }) => githubEnvironment))],
    operate: environments.map(operateEnvironment),
    tickEnvironment: operateEnvironment(last),
  };
}

/** Whether a stage waits for the job of the next: a rollout that a comment began has no run that goes on. */
function waitsForJobs(
  config: Config,
  { services, environments }: { readonly services: readonly string[]; readonly environments: readonly string[] },
): boolean {
  return services.some((service) =>
    environments.some((environment) =>
      stagesOf(config, service, environment)
        .slice(0, -1)
        .some(({ promote }) => promote === 'job'),
    ),
  );
}

/** A version goes to an environment after all those it has to be good in; otherwise as they are written. */
function inOrder({ environments }: Config): readonly string[] {
  const sorted: string[] = [];
  const visit = (name: string, above: readonly string[]): void => {
    if (sorted.includes(name) || above.includes(name) || !environments[name]) return;
    for (const before of environments[name].order) visit(before, [...above, name]);
    sorted.push(name);
  };
  for (const name of Object.keys(environments)) visit(name, []);
  return sorted;
}

interface Place {
  readonly service: string;
  readonly environment: string;
  /** The only environment: stages give the jobs their names. */
  readonly alone: boolean;
}

function stageJobs(config: Config, { service, environment, alone }: Place): readonly StageJob[] {
  const stages = stagesOf(config, service, environment);
  const named = config.environments[environment]?.githubEnvironments ?? {};
  return stages.map(({ name, bake }, index) => ({
    id: jobId(stages.length === 1 ? environment : alone ? name : `${environment}-${name}`),
    environment,
    stage: name,
    githubEnvironment: named[name] ?? environment,
    bake,
    first: index === 0,
    last: index === stages.length - 1,
  }));
}

function stagesOf(config: Config, service: string, environment: string): readonly StageConfig[] {
  const own = serviceIn(config, service, environment);
  return own ? (config.strategies[own.strategy]?.stages ?? []) : [];
}

function jobId(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_-]/g, '-');
  return /^[A-Za-z_]/.test(plain) && plain !== 'settle' ? plain : `stage-${plain}`;
}

interface Deployed {
  readonly service: string;
  readonly environments: readonly string[];
  readonly alone: boolean;
}

function deployPlan(config: Config, { service, environments, alone }: Deployed): DeployPlan {
  const all = environments.flatMap((environment) =>
    stageJobs(config, { service, environment, alone: environments.length === 1 }),
  );
  const last = all.filter(({ environment }) => environment === environments.at(-1));
  const { type, options } = serviceIn(config, service, environments.at(-1) ?? '')?.platform ?? {};
  const file = alone ? 'deploy.yml' : `deploy-${service}.yml`;
  if (type === 'job') {
    const workflow = options?.['workflow'];
    const own = typeof workflow === 'string' && /^[\w.-]+\.ya?ml$/.test(workflow) ? workflow : file;
    return { service, file: own, form: 'own-steps', jobs: last.slice(0, 1), unasked: [] };
  }
  const isLong = all.some(({ bake }) => bake > LONGEST_BAKE);
  if (isLong) return { service, file, form: 'days', jobs: daysOf(all, last), unasked: unasked(config, service, last) };
  return { service, file, form: 'stages', jobs: all, unasked: unasked(config, service, all) };
}

/** What comes before the last environment is waited for in the run, unless it bakes too long for that itself. */
function daysOf(all: readonly StageJob[], last: readonly StageJob[]): readonly StageJob[] {
  const before = all.filter((job) => !last.includes(job));
  const waits = before.every(({ bake }) => bake <= LONGEST_BAKE);
  return [...(waits ? before : []), ...last.slice(0, 1)];
}

function unasked(config: Config, service: string, jobs: readonly StageJob[]): readonly string[] {
  return jobs.flatMap((job, index) => {
    const before = jobs[index - 1];
    if (job.first || !before || before.githubEnvironment === job.githubEnvironment) return [];
    const stage = stagesOf(config, service, job.environment).find(({ name }) => name === before.stage);
    return stage?.promote === 'auto' ? [`${job.environment}/${job.stage}`] : [];
  });
}

/** Minutes of a stage's job and of its step: room for the deploy and the last window, and Sluice ends before the job does. */
export function minutesFor(bake: Milliseconds): { readonly job: number; readonly step: number } {
  const job = Math.ceil((bake / MINUTE + 25) / 15) * 15;
  return { job, step: Math.floor((job - Math.min(10, job / 10)) / 5) * 5 };
}
