/** What a deploy of the pull request's commit would go through: the plan of each service it changes, in each environment. */
import { type Facts, pairKey } from '../facts.ts';
import { type Config, serviceIn } from '../model/config.ts';
import type { Plan } from '../model/plan.ts';
import type { GateAnswer } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { SLUICE } from '../model/actor.ts';
import { printLine } from '../model/document.ts';
import { whoMay } from '../command/rights.ts';
import { emptyPlace } from '../model/place.ts';
import { foresight } from '../rollout/foresight.ts';
import { askGates } from '../rollout/gates.ts';
import { type Planned, planFor } from '../rollout/plan.ts';
import { startRollout } from '../rollout/start.ts';
import { GLOB_WORK, globMatcher } from './glob.ts';

export interface PairPlan {
  readonly service: string;
  readonly environment: string;
  readonly planned: Planned;
  /** By the configuration of the default branch, where it plans something else; undefined: the same. */
  readonly before?: Planned;
  /** What is live there now; undefined: nothing. */
  readonly live?: string;
  /** As they would be answered if the commit were deployed now. */
  readonly gates: readonly GateAnswer[];
  /** Who may deploy there: `role:write`. */
  readonly deployers: readonly string[];
  /** What its stages can see, sentences. */
  readonly sees: readonly string[];
}

export interface PlanQuestion {
  /** State with the configuration that counts: the default branch's. */
  readonly state: State;
  /** As the pull request has it, where it changes it and it is valid. */
  readonly proposed: Config | undefined;
  /** Every path the pull request changes, on either side of a rename; absent: every service is planned. */
  readonly paths?: readonly string[];
  /** Of this environment alone. */
  readonly environment?: string;
  /** Full; the head of the pull request. */
  readonly sha: string;
  /** Milliseconds. */
  readonly now: number;
}

/** Services whose files the paths are, in the configuration's order. */
export function changedServices({ services }: Pick<Config, 'services'>, paths: readonly string[]): readonly string[] {
  const work = { left: GLOB_WORK };
  return Object.values(services)
    .filter((service) => paths.some(globMatcher(service.paths, work)))
    .map(({ name }) => name);
}

/** Pairs of the services that are changed, and those that the proposed configuration plans otherwise. */
export function plansOf(question: PlanQuestion): readonly PairPlan[] {
  const { state, proposed, paths, environment: only } = question;
  const config = proposed ?? state.config;
  const services = paths ? changedServices(config, paths) : Object.keys(config.services);
  return Object.entries(config.servicesByEnvironment)
    .filter(([environment]) => only === undefined || environment === only)
    .flatMap(([environment, settings]) => Object.keys(settings).map((service) => ({ service, environment })))
    .flatMap((pair) => {
      const planned = planFor({ config, ...pair, kind: 'deploy' });
      const before = proposed && wasPlanned(state.config, pair, planned);
      if (!services.includes(pair.service) && !before) return [];
      return [pairPlan(pair, { planned, before }, question)];
    });
}

interface Pair {
  readonly service: string;
  readonly environment: string;
}

/** Undefined where both plan the same, whatever else the configuration says. */
function wasPlanned(config: Config, pair: Pair, now: Planned): Planned | undefined {
  const before = planFor({ config, ...pair, kind: 'deploy' });
  return printLine(bare(before)) === printLine(bare(now)) ? undefined : before;
}

function bare(planned: Planned): unknown {
  return planned.ok ? { ...planned.plan, policy: '', digest: '' } : planned;
}

interface Plans {
  readonly planned: Planned;
  readonly before: Planned | undefined;
}

function pairPlan(pair: Pair, { planned, before }: Plans, question: PlanQuestion): PairPlan {
  const config = question.proposed ?? question.state.config;
  const place = question.state.places.get(pairKey(pair)) ?? emptyPlace(pair.service, pair.environment);
  const asked = planned.ok ? askAt(pair, planned.plan, question) : { gates: [], sees: [] };
  return {
    ...pair,
    planned,
    ...(before && { before }),
    ...(place.live && { live: place.live.label }),
    ...asked,
    deployers: config.environments[pair.environment]?.allow['deploy'] ?? [
      `role:${ROLES[whoMay('deploy') ?? ''] ?? 'write'}`,
    ],
  };
}

const ROLES: Readonly<Record<string, string>> = { R: 'read', W: 'write', M: 'maintain', A: 'admin' };

/** Approvals and commit checks are for the deploy; health is for its bake. */
const NOT_NOW: readonly GateAnswer['gate'][] = ['approval', 'checks', 'health'];

function askAt({ service, environment }: Pair, plan: Plan, question: PlanQuestion): Pick<PairPlan, 'gates' | 'sees'> {
  const { state: stored, proposed, sha, now } = question;
  const state = proposed ? { ...stored, config: proposed } : stored;
  const live = state.places.get(pairKey({ service, environment }))?.live;
  const rollout = startRollout({
    kind: 'deploy',
    subject: { type: 'release', service, environment, release: { label: sha.slice(0, 7), commit: sha } },
    stable: live ? { label: live.label, commit: live.commit } : null,
    plan,
    asking: { now, actor: SLUICE, rights: { teams: [] }, request: sha, dryRun: true, overrides: [], command: '' },
  });
  const facts = factsAt(now);
  const gates = askGates({ rollout, state, facts }, 0).filter(
    ({ gate, answer }) => !NOT_NOW.includes(gate) && answer !== 'not-asked',
  );
  const sees = live ? foresight(rollout, { state, facts, command: { options: {} }, runs: FORECASTS }) : [];
  return { gates, sees };
}

/** A forecast per pair has to be quick. */
const FORECASTS = 20;

function factsAt(now: number): Facts {
  return { now, performer: null, platforms: {}, releases: {}, automaticOff: false, clockOff: false };
}

/** Ranges that other services give for this one: whoever reads the plan sees whom a new version has to fit. */
export function dependents(config: Config, { service, environment }: Pair): readonly string[] {
  return Object.keys(config.servicesByEnvironment[environment] ?? {}).flatMap((name) => {
    const range = serviceIn(config, name, environment)?.dependsOn[service];
    return range === undefined ? [] : [`${name} needs ${service} ${range}`];
  });
}
