/** The command `deploy`: from a version to a rollout, or its place in the queue, or a refusal that says what to do. */
import type { Command } from '../command/command.ts';
import { readRelease } from '../command/target.ts';
import { type Asking, type Change, type Decision, refuse } from '../decision.ts';
import { BUILT } from '../config/built.ts';
import { environmentOf, serviceOf } from '../environment/resolve.ts';
import { type Facts, pairKey } from '../facts.ts';
import { serviceIn, type ServiceConfig } from '../model/config.ts';
import { emptyPlace, type Place, type QueueEntry } from '../model/place.ts';
import type { Release } from '../model/release.ts';
import type { GateAnswer, Plan, Rollout } from '../model/rollout.ts';
import { paths, type State } from '../model/state.ts';
import { planReport } from '../report/plan.ts';
import { changesOf, messageOf, shortId } from './changes.ts';
import { atNight, staysIn, superseded } from './emergency.ts';
import { foresight, foresightOfPlan } from './foresight.ts';
import { askGates } from './gates.ts';
import { planFor } from './plan.ts';
import { emergencyPlan, firstReleasePlan } from './plan-variants.ts';
import { replaceRunning } from './replace.ts';
import { withReviews } from './its-job.ts';
import { startRollout } from './start.ts';
import { coolingUntil, outdated, waitFor, withoutQueued } from './wait.ts';

export interface DeployOptions {
  readonly state: State;
  readonly command: Command;
  readonly asking: Asking;
  readonly facts: Facts;
  /** The id of its place in the queue, when its turn has come. */
  readonly id?: string;
}

/** One release after another, all in one commit or none. */
export function decideDeploy(options: DeployOptions): Decision {
  const texts = (options.command.args['releases'] as readonly string[] | undefined) ?? [];
  if (texts.length === 0) return refuse('version-expected', 'which version? deploy SERVICE@VERSION');
  const decisions = texts.map((text) => deployOne(text, options));
  const refused = decisions.find((one) => !one.outcome.ok);
  if (refused) return refused;
  const [first, ...others] = decisions;
  if (!first || others.length === 0) return first ?? refuse('version-expected', 'which version?');
  const summary = decisions.map((one) => one.outcome.summary).join('; ');
  const details = decisions.map((one) => one.outcome.details);
  return {
    ...first,
    changes: decisions.flatMap((one) => one.changes),
    outcome: { ...first.outcome, summary, details },
  };
}

/** A pair and what shall go there, every word of the command resolved. */
export interface Order {
  readonly service: ServiceConfig;
  readonly environment: string;
  readonly release: Release;
  readonly place: Place;
}

function deployOne(text: string, options: DeployOptions): Decision {
  const order = readOrder(text, options);
  if ('outcome' in order) return order;
  const { place, release, service, environment } = order;
  const active = place.active;
  const emergency = options.command.options['emergency'] === true;
  // What is recorded as live may have gone from its platform: in an emergency it is deployed again.
  const isLive = place.live?.label === release.label && place.live.commit === release.commit;
  if (active === undefined && isLive && !emergency) {
    const summary = `${service.name} ${release.label} is live in ${environment} already`;
    return {
      changes: [],
      outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details: { live: release.label } },
    };
  }
  if (active === undefined) return begin(order, options);
  if (emergency) return instead(order, active, options);
  const waiting = waitFor(order, { active, text }, options);
  const running = options.state.rollouts.get(active);
  if (options.command.options['replace'] !== true || !running) return waiting;
  return replaceRunning(waiting, running, options);
}

/** An emergency deploy ends the rollout in its own commit, where that failed or goes back. */
function instead(order: Order, active: string, options: DeployOptions): Decision {
  const { state, asking } = options;
  const old = state.rollouts.get(active);
  const stays = old ? staysIn(old, order.service.name) : `${shortId({ id: active })} moves ${order.service.name}`;
  if (!old || stays !== undefined) return refuse('rollout-active', stays ?? '');
  const ended = superseded(old, asking.now);
  const { active: _, ...free } = order.place;
  const places = new Map(state.places).set(pairKey(free), free);
  const begun = begin({ ...order, place: free }, { ...options, state: { ...state, places } });
  if (!begun.outcome.ok || begun.changes.length === 0) return begun;
  const over: readonly Change[] = [
    { path: paths.rollout(active), document: null },
    { path: paths.history('rollout', active, ended.ended), document: ended },
  ];
  return { ...begun, changes: [...begun.changes, ...over] };
}

/** The words of the command as a service, an environment and a release, or why they are none. */
function readOrder(text: string, { state, command, facts }: DeployOptions): Order | Decision {
  const { service: named, version } = readRelease(text);
  if (named === undefined && state.config.services[version]) {
    return refuse('version-expected', `${version} is a service, not a version: deploy ${version}@VERSION`);
  }
  const environment = environmentOf(state.config, command);
  if (!environment.ok) return environment.refusal;
  const service = serviceOf(state.config, named);
  if (!service.ok) return service.refusal;
  const settings = serviceIn(state.config, service.name, environment.name);
  const pair = pairKey({ service: service.name, environment: environment.name });
  const type = settings?.platform.type ?? '';
  if (settings && !BUILT.platforms.includes(type) && !facts.platforms[pair])
    return refuse(
      'not-yet',
      `the platform ${type} of ${service.name} comes with a later version: deploy it by commands until then (\`deploy: COMMAND\`)`,
    );
  const release = facts.releases[text];
  if (!settings || !release) {
    return refuse('version-unknown', `no commit goes by ${version}: tag it, or name a commit of this repository`);
  }
  const other = reusedLabel(state, service.name, release);
  if (other)
    return refuse(
      'label-reused',
      `${release.label} was ${other.commit.slice(0, 7)} before, now ${release.commit.slice(0, 7)}: use a new label`,
    );
  const place = state.places.get(pair) ?? emptyPlace(service.name, environment.name);
  return { service: settings, environment: environment.name, release, place };
}

function reusedLabel(state: State, service: string, release: Release): Release | undefined {
  return [...state.places.values()]
    .filter((place) => place.service === service)
    .flatMap((place) => [...place.good, ...(place.live ? [place.live] : [])])
    .find((known) => known.label === release.label && known.commit !== release.commit);
}

function begin(order: Order, options: DeployOptions): Decision {
  const { state, asking, facts } = options;
  const planned = planOf(order, options);
  if (!planned.ok) {
    const release = `${order.service.name}@${order.release.label}`;
    return refuse(planned.code, `${planned.summary}${atNight(planned.code, release, order.environment)}`);
  }
  const rollout = withReviews(newRollout(order, planned.plan, options), 0, { config: state.config, facts });
  const gates = askGates({ rollout, state, facts }, 0);
  const closed = closedGate(gates, options.command);
  if (closed) return refuse(CODES[closed.gate], closed.detail);
  const after: Rollout = { ...rollout, gates };
  if (asking.dryRun) return dryRun(after, foresightOfPlan(after, { ...options, usual: planned.usual }));
  const left = outdated(order, options);
  const step = { state: withoutQueued(state, order.place, left), before: undefined, after, now: asking.now };
  const first = after.plan.stages[0];
  const { service, environment, release } = order;
  const remarks = [passedOver(gates, options.command), ...besides(order, left, options)].map((one) =>
    one === '' ? '' : `; ${one}`,
  );
  const seen = foresight(after, { ...options, runs: 40 });
  const summary = `${shortId(after)}: ${service.name} ${release.label} -> ${environment}, ${first ? `${first.name} ${first.weight / 1000}%` : ''} first${remarks.join('')}`;
  return {
    changes: changesOf(step),
    outcome: {
      schemaVersion: 1,
      ok: true,
      code: 'started',
      summary,
      details: { rollout: after.id, plan: after.plan.digest },
      ...(seen.length > 0 && { report: { blocks: [{ type: 'list', items: seen }] } }),
    },
    message: messageOf(step),
  };
}

/** The gates that would have refused, by name and with what they said; an emergency says so too when there were none. */
function passedOver(gates: readonly GateAnswer[], { options }: Pick<Command, 'options'>): string {
  const over = overridden(gates);
  if (options['emergency'] !== true) return over;
  return over === '' ? 'emergency, no gate was closed' : `emergency, ${over}`;
}

/** `passed over: freeze (production is frozen ...)`; empty when every gate was open. */
export function overridden(gates: readonly GateAnswer[]): string {
  const over = gates.filter(({ answer }) => answer === 'overridden').map(({ gate, detail }) => `${gate} (${detail})`);
  return over.length === 0 ? '' : `passed over: ${over.join(', ')}`;
}

/** What else a person should know who begins a deploy by hand. */
function besides({ place }: Order, left: readonly QueueEntry[], { asking, id }: DeployOptions): readonly string[] {
  const until = id === undefined ? coolingUntil(place, asking.now) : undefined;
  return [
    until === undefined ? '' : `begun by hand in the cooldown after an automatic rollback, which lasts until ${until}`,
    left.length === 0 ? '' : `${left.map(shortId).join(', ')} left the queue: this one is newer`,
  ];
}

/** `usual` is the plan of the releases that come after a first one. */
type PlannedOrder =
  | Extract<ReturnType<typeof planFor>, { ok: false }>
  | (Extract<ReturnType<typeof planFor>, { ok: true }> & { readonly usual: Plan | undefined });

function planOf(order: Order, { state, command, facts }: DeployOptions): PlannedOrder {
  const capabilities = facts.platforms[pairKey({ service: order.service.name, environment: order.environment })];
  const strategy = command.options['strategy'] as string | undefined;
  const until = command.options['until'] as string | undefined;
  const emergency = command.options['emergency'] === true;
  const planned = planFor({
    config: state.config,
    service: order.service.name,
    environment: order.environment,
    kind: emergency ? 'emergency' : 'deploy',
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(facts.sources === undefined ? {} : { sources: facts.sources }),
    ...(emergency ? { strategy: 'all-at-once' } : strategy === undefined ? {} : { strategy }),
    ...(until === undefined ? {} : { until }),
  });
  if (!planned.ok) return planned;
  const isFirst = order.place.live === null;
  const plan = isFirst ? firstReleasePlan(planned.plan) : planned.plan;
  const usual = isFirst && !emergency ? planned.plan : undefined;
  return { ...planned, plan: emergency ? emergencyPlan(plan) : plan, usual };
}

function newRollout(order: Order, plan: Plan, { command, asking, facts, id }: DeployOptions): Rollout {
  const { service, environment, release, place } = order;
  const emergency = command.options['emergency'] === true;
  const until = command.options['until'] as string | undefined;
  const live = place.live;
  const authors = facts.authors?.[release.commit];
  return startRollout({
    kind: 'deploy',
    ...(authors === undefined ? {} : { authors }),
    subject: { type: 'release', service: service.name, environment, release },
    stable: live && { label: live.label, commit: live.commit },
    fallback: lastGood(place, live?.label),
    plan,
    asking: emergency
      ? {
          ...asking,
          overrides: [...asking.overrides, 'order', 'lock', 'freeze', 'checks', 'approval', 'compatibility'],
        }
      : asking,
    ...(until === undefined ? {} : { until }),
    ...(id === undefined ? {} : { id }),
  });
}

/** The last release known to be good, other than the one given. */
export function lastGood(place: Place, except: string | undefined): Release | null {
  const good = place.good.find((one) => one.label !== except);
  return good ? { label: good.label, commit: good.commit } : null;
}

const CODES: Readonly<Record<GateAnswer['gate'], Parameters<typeof refuse>[0]>> = {
  order: 'order-missing',
  lock: 'locked',
  freeze: 'frozen',
  checks: 'checks-failed',
  compatibility: 'incompatible',
  approval: 'waits-for-approval',
  health: 'refused',
};

/** A gate that refuses the command itself: approvals are waited for, running checks with --when-green too. */
function closedGate(gates: readonly GateAnswer[], command: Command): GateAnswer | undefined {
  return gates.find((gate) => {
    if (gate.gate === 'approval') return gate.answer === 'no';
    if (gate.gate === 'checks' && gate.answer === 'wait') return command.options['when-green'] !== true;
    return gate.answer === 'no' || gate.answer === 'wait';
  });
}

function dryRun(rollout: Rollout, remarks: readonly string[]): Decision {
  const summary = `would begin ${rollout.plan.strategy}: ${rollout.plan.stages.map((stage) => `${stage.name} ${stage.weight / 1000}%`).join(', ')}`;
  const { subject, stable, gates } = rollout;
  const name = subject.type === 'release' ? `${subject.service} ${subject.release.label}` : subject.flag;
  const report = planReport(rollout.plan, {
    name,
    environment: subject.environment,
    gates,
    remarks,
    ...(stable ? { stable: stable.label } : {}),
  });
  return {
    changes: [],
    outcome: {
      schemaVersion: 1,
      ok: true,
      code: 'planned',
      summary,
      details: { plan: { ...rollout.plan } as never },
      report,
    },
  };
}
