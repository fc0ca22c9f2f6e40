/** Gates: questions answered before a stage begins. Uncertain is no (fail closed). */
import semver from 'semver';
import type { Facts } from '../facts.ts';
import { freezeNow } from '../environment/frozen.ts';
import { sameActor } from '../model/actor.ts';
import { serviceIn } from '../model/config.ts';
import type { Gate, GateAnswer, PlannedStage, Rollout } from '../model/rollout.ts';
import { paths, type State } from '../model/state.ts';
import { toMilliseconds } from '../model/time.ts';
import { approvalsOf, validApprovals } from './vote.ts';

interface Question {
  readonly rollout: Rollout;
  /** The stage that would begin. */
  readonly stage: PlannedStage | undefined;
  readonly state: State;
  readonly facts: Facts;
}

type Answer = readonly [GateAnswer['answer'], string];

const ASK: Readonly<Record<Gate, (question: Question) => Answer>> = {
  order,
  lock,
  freeze,
  checks,
  compatibility,
  approval,
  health: () => ['not-asked', 'health is watched by probes while the stage bakes'],
};

/** Every gate's answer for the stage at `index`; one that the rollout overrides with a reason is passed over and says so. */
export function askGates(question: Omit<Question, 'stage'>, index: number): readonly GateAnswer[] {
  const stage = question.rollout.plan.stages[index];
  return (Object.keys(ASK) as Gate[]).map((gate) => {
    const [answer, detail] = ASK[gate]({ ...question, stage });
    const overridden = (answer === 'no' || answer === 'wait') && question.rollout.overrides.includes(gate);
    return { gate, answer: overridden ? 'overridden' : answer, detail };
  });
}

function order({ rollout, state }: Question): Answer {
  const { subject } = rollout;
  const before = state.config.environments[subject.environment]?.order ?? [];
  if (subject.type !== 'release' || before.length === 0) return ['not-asked', 'no environment comes before this one'];
  if (rollout.kind === 'rollback') return ['not-asked', 'going back asks no order'];
  const missing = before.filter((environment) => !isGood(state, environment, rollout));
  if (missing.length === 0) return ['yes', `${subject.release.label} is good in ${before.join(', ')}`];
  return [
    'no',
    `${subject.service} ${subject.release.label} is not live and good in ${missing.join(', ')}: deploy it there first`,
  ];
}

function isGood(state: State, environment: string, { subject }: Rollout): boolean {
  if (subject.type !== 'release') return true;
  const place = state.places.get(`${subject.service}/${environment}`);
  const known = [...(place?.good ?? []), ...(place?.live && place.active === undefined ? [place.live] : [])];
  return known.some((one) => one.commit === subject.release.commit);
}

function lock({ rollout, state, facts }: Question): Answer {
  const { subject } = rollout;
  if (subject.type !== 'release') return ['not-asked', 'flags have no lock'];
  const broken = brokenAt(state, paths.place(subject.service, subject.environment));
  if (broken) return broken;
  const required = state.config.environments[subject.environment]?.lock.required === true;
  const held = state.places.get(`${subject.service}/${subject.environment}`)?.lock;
  const live = held && toMilliseconds(held.until) > facts.now ? held : undefined;
  if (live && !sameActor(live.by, rollout.requestedBy))
    return ['wait', `locked by ${live.by.name} until ${live.until}`];
  if (required && !live)
    return ['no', `${subject.environment} asks for a lock: lock ${subject.service} in ${subject.environment}`];
  return ['yes', live ? 'lock taken' : 'nobody holds the lock'];
}

/** A file that does not parse may say anything: uncertain is no. */
function brokenAt(state: State, path: string): Answer | undefined {
  const broken = state.broken.find((one) => one.path === path);
  return broken && ['no', `${path} on the state branch does not parse (${broken.problem}): mend it first`];
}

function freeze({ rollout, state, facts }: Question): Answer {
  const broken = brokenAt(state, paths.environment(rollout.subject.environment));
  if (broken) return broken;
  const frozen = freezeNow(state, rollout.subject.environment, facts.now);
  return frozen
    ? ['wait', `${rollout.subject.environment} is frozen (${frozen.name}) until ${frozen.until}`]
    : ['yes', 'no freeze'];
}

function checks({ rollout, facts }: Question): Answer {
  if (rollout.subject.type !== 'release' || !facts.checks) return ['not-asked', 'no forge reports checks here'];
  const found = facts.checks[rollout.subject.release.commit];
  if (!found) return ['wait', `the checks of ${rollout.subject.release.commit.slice(0, 7)} were not asked yet`];
  if (found.state === 'green') return ['yes', found.detail];
  return found.state === 'red' ? ['no', found.detail] : ['wait', found.detail];
}

/** What the service needs of others (`depends-on`) must be live in the same environment, by semver range (R-115). */
function compatibility({ rollout, state }: Question): Answer {
  const { subject } = rollout;
  if (subject.type !== 'release') return ['not-asked', 'a flag depends on no version'];
  const needs = Object.entries(serviceIn(state.config, subject.service, subject.environment)?.dependsOn ?? {});
  if (needs.length === 0) return ['not-asked', 'depends on no other service'];
  for (const [service, range] of needs) {
    const live = state.places.get(`${service}/${subject.environment}`)?.live;
    if (!live) return ['no', `needs ${service} ${range}, and no ${service} is live in ${subject.environment}`];
    if (!satisfies(live.label, range))
      return ['no', `needs ${service} ${range}, and ${live.label} is live: deploy a ${service} that fits first`];
  }
  return ['yes', `works with ${needs.map(([service]) => service).join(', ')}`];
}

function satisfies(label: string, range: string): boolean {
  const version = semver.parse(label) ?? semver.coerce(label);
  return version !== null && semver.satisfies(version, range, { includePrerelease: true });
}

function approval({ rollout, stage, state, facts }: Question): Answer {
  const needed = stage && approvalsOf(stage, rollout, state.config);
  if (!needed || needed.count === 0) return ['not-asked', 'needs no approval'];
  const votes = validApprovals(rollout, stage.name, facts.now).length;
  const { count, from } = needed;
  if (votes >= count) return ['yes', `${votes} of ${count} approved`];
  return [
    'wait',
    `${stage.name} needs ${count - votes} more of ${count} approvals${from.length > 0 ? ` from ${from.join(', ')}` : ''}`,
  ];
}
