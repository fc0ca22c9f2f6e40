/** Rollouts that are not a plain deploy: a flag's, weights set by hand, and the record of what is live already. */
import { type Decision, refuse } from '../decision.ts';
import { shareInRamp, shareOf } from '../flag/share.ts';
import { environmentOf, serviceOf } from '../environment/resolve.ts';
import type { Facts } from '../facts.ts';
import { heldByExperiment } from '../experiment/held.ts';
import type { Flag, PlainServe } from '../model/flag.ts';
import { emptyPlace, type Place } from '../model/place.ts';
import type { Plan, Rollout } from '../model/rollout.ts';
import { paths, type State } from '../model/state.ts';
import { toInstant } from '../model/time.ts';
import { printPercent, WHOLE } from '../model/weight.ts';
import { changesOf, messageOf, shortId } from './changes.ts';
import { overridden } from './deploy.ts';
import type { Room } from './room.ts';
import { askGates } from './gates.ts';
import { planForFlag } from './plan.ts';
import { sealed } from './plan-variants.ts';
import { startRollout } from './start.ts';

/** A new rollout as a decision; a dry run only says so. */
export function begun(room: Room, after: Rollout, summary: string): Decision {
  const { state, asking } = room;
  const step = { state, before: undefined, after, now: asking.now };
  const code = asking.dryRun ? ('planned' as const) : ('started' as const);
  const outcome = {
    schemaVersion: 1 as const,
    ok: true,
    code,
    summary: `${shortId(after)}: ${summary}`,
    details: { rollout: after.id, stages: after.plan.stages.map((one) => one.weight) },
  };
  return asking.dryRun ? { changes: [], outcome } : { changes: changesOf(step), outcome, message: messageOf(step) };
}

export interface FlagRolloutOptions {
  /** An experiment has found the candidate better: a stage that nothing can judge only bakes. */
  readonly judged?: boolean;
}

/** `flag rollout KEY [PERCENT]`: the flag's candidate takes the stages of a strategy. */
export function decideFlagRollout(room: Room, { judged = false }: FlagRolloutOptions = {}): Decision {
  const { state, command, asking, facts } = room;
  const environment = environmentOf(state.config, command);
  if (!environment.ok) return environment.refusal;
  const key = String(command.args['key']);
  const flag = state.flags.get(key);
  if (!flag) return refuse('flag-unknown', `there is no flag ${key}`);
  if (flag.archived === true) return refuse('flag-archived', `${key} is archived`);
  const moving = moverOf(state, key, environment.name);
  if (moving) return refuse('flag-in-rollout', `${shortId(moving)} moves ${key} in ${environment.name} already`);
  const compared = heldByExperiment(state, key, environment.name);
  if (compared) return refuse(compared.code, compared.message);
  const variant = typeof command.options['variant'] === 'string' ? command.options['variant'] : 'on';
  if (flag.variants[variant] === undefined)
    return refuse('variant-unknown', `${key} has no variant ${variant}: ${Object.keys(flag.variants).join(', ')}`);
  const strategy = command.options['strategy'];
  const planned = planForFlag({
    config: state.config,
    flagKey: key,
    environment: environment.name,
    services: flag.services,
    judged,
    ...(facts.sources === undefined ? {} : { sources: facts.sources }),
    ...(typeof strategy === 'string' ? { strategy } : {}),
  });
  if (!planned.ok) return refuse(planned.code, planned.summary);
  const percent = typeof command.args['percent'] === 'number' ? command.args['percent'] : WHOLE;
  const served = servedNow(flag, environment.name, variant);
  if (typeof served === 'string') return refuse('refused', served);
  if (served.from >= percent) {
    const summary = `${key} serves ${variant} to ${served.from / 1000}% in ${environment.name} already`;
    return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details: null } };
  }
  const after = startRollout({
    kind: 'flag',
    subject: flagSubject(flag, { environment: environment.name, variant, served }),
    stable: null,
    plan: between(planned.plan, served.from, percent),
    asking,
  });
  const gates = askGates({ rollout: after, state, facts }, 0);
  const frozen = gates.find(({ gate, answer }) => gate === 'freeze' && (answer === 'wait' || answer === 'no'));
  if (frozen) return refuse('frozen', frozen.detail);
  return begun(
    room,
    { ...after, gates },
    [
      `${key} -> ${variant} in ${environment.name}, stages ${after.plan.stages.map(({ weight }) => printPercent(weight)).join(', ')}`,
      ...(served.from === 0 ? [] : [`${printPercent(served.from)} have it already`]),
      ...bakesOnly(after.plan, judged),
      ...(overridden(gates) === '' ? [] : [overridden(gates)]),
    ].join('; '),
  );
}

/** Stages that go by without a judge because the candidate had one before. */
function bakesOnly({ stages }: Plan, judged: boolean): readonly string[] {
  const names = stages.filter(({ unjudged, bake }) => unjudged === true && bake > 0).map(({ name }) => name);
  return judged && names.length > 0
    ? [`nothing judges ${names.join(' and ')}, which only ${names.length === 1 ? 'bakes' : 'bake'}`]
    : [];
}

function flagSubject(
  flag: Flag,
  { environment, variant, served }: { readonly environment: string; readonly variant: string; readonly served: Served },
): Extract<Rollout['subject'], { type: 'flag' }> {
  const there = flag.environments[environment];
  return {
    type: 'flag',
    flag: flag.key,
    environment,
    rule: 'default',
    candidate: variant,
    stable: served.stable,
    services: flag.services,
    ...(served.from === 0 ? {} : { from: served.from }),
    before: there === undefined ? null : { enabled: there.enabled, serve: there.serve },
  };
}

function moverOf(state: State, flag: string, environment: string): Rollout | undefined {
  return [...state.rollouts.values()].find(
    ({ subject }) => subject.type === 'flag' && subject.flag === flag && subject.environment === environment,
  );
}

interface Served {
  readonly stable: PlainServe;
  /** The candidate's share now. */
  readonly from: number;
}

/** What the flag serves by default now; a sentence where another variant than the candidate is on its way. */
function servedNow(flag: Flag, environment: string, candidate: string): Served | string {
  const there = flag.environments[environment];
  if (!there?.enabled) return { stable: flag.off, from: 0 };
  const { serve } = there;
  if (typeof serve === 'string') return { stable: serve, from: serve === candidate ? WHOLE : 0 };
  if ('split' in serve) return { stable: serve, from: shareOf(serve, candidate) };
  const { ramp } = serve;
  if (ramp.candidate === candidate) return { stable: ramp.stable, from: shareInRamp(ramp) };
  const other = typeof ramp.candidate === 'string' ? ramp.candidate : 'a split';
  return `${flag.key} serves ${other} to ${ramp.percent / 1000}% in ${environment}: enable it for all or disable it first`;
}

/** The stages above what is served already, up to a percentage; the last one is exactly it. */
function between(plan: Plan, from: number, percent: number): Plan {
  const inside = plan.stages.filter((stage) => stage.weight > from && stage.weight < percent);
  const last = plan.stages.find((stage) => stage.weight >= percent) ?? plan.stages.at(-1);
  return last ? sealed({ ...plan, stages: [...inside, { ...last, weight: percent }] }) : plan;
}

/** Why a version is not what users have there, as far as the platform could be asked; undefined: it is, or nobody knows. */
function strange(label: string, pair: string, { seen = {} }: Facts): string | undefined {
  const running = seen[pair];
  if (!running) return undefined;
  const [service = '', environment = ''] = pair.split('/');
  const others = Object.entries(running).filter(([one]) => one !== label);
  const isServed = (running[label] ?? 0) > 0 || others.every(([, weight]) => weight === 0);
  if (label in running && isServed) return undefined;
  const there = Object.entries(running).map(([one, weight]) => `${one} ${printPercent(weight)}`);
  if (there.length === 0)
    return `nothing runs of ${service} in ${environment}: deploy ${service}@${label} in ${environment}`;
  const what = label in running ? 'has no users' : 'does not run';
  return `${label} ${what} in ${pair}; there: ${there.join(', ')}: adopt what users have`;
}

/** `adopt SERVICE VERSION`: what is live already, recorded as live and good by a person's word. */
export function decideAdopt(room: Room): Decision {
  const { state, command, asking, facts } = room;
  const environment = environmentOf(state.config, command);
  if (!environment.ok) return environment.refusal;
  const service = serviceOf(state.config, String(command.args['service']));
  if (!service.ok) return service.refusal;
  const version = String(command.args['version']);
  const release = facts.releases[version];
  if (!release)
    return refuse('version-unknown', `no commit goes by ${version}: tag it, or name a commit of this repository`);
  const key = `${service.name}/${environment.name}`;
  const place = state.places.get(key) ?? emptyPlace(service.name, environment.name);
  if (place.active !== undefined)
    return refuse('rollout-active', `${shortId({ id: place.active })} moves ${service.name}: finish it first`);
  const stranger = strange(release.label, key, facts);
  if (stranger !== undefined) return refuse('version-unknown', stranger);
  if (place.live?.label === release.label) {
    return {
      changes: [],
      outcome: {
        schemaVersion: 1,
        ok: true,
        code: 'unchanged',
        summary: `${release.label} is recorded as live already`,
        details: null,
      },
    };
  }
  const live = { ...release, since: toInstant(asking.now), rollout: 'adopted' };
  const next: Place = {
    ...place,
    live,
    good: [live, ...place.good].slice(0, 10),
    weights: { [release.label]: WHOLE },
    generation: place.generation + 1,
  };
  const summary = `${service.name} ${release.label} is recorded as live in ${environment.name}`;
  const outcome = {
    schemaVersion: 1 as const,
    ok: true,
    code: asking.dryRun ? ('planned' as const) : ('done' as const),
    summary,
    details: { live: release.label },
  };
  if (asking.dryRun) return { changes: [], outcome };
  return {
    changes: [{ path: paths.place(service.name, environment.name), document: next }],
    outcome,
    message: { title: summary, event: 'release.adopted', subject: key },
  };
}
