/** The rollout's room: finds its subject, asks policy where a command needs a right of its own, words the outcome. */
import type { Command } from '../command/command.ts';
import { type Decision, refuse } from '../decision.ts';
import { pairKey } from '../facts.ts';
import type { Code } from '../model/code.ts';
import { printLine } from '../model/document.ts';
import type { Rollout, Wake } from '../model/rollout.ts';
import { paths } from '../model/state.ts';
import { printDuration } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { matches, permitVerb } from '../policy/permit.ts';
import { experimentGoesOn, servesAgain } from '../report/flag-back.ts';
import { rolloutReport } from '../report/rollout.ts';
import { exposure } from '../report/stages.ts';
import { lagging } from '../report/users.ts';
import { bakeEnd, stageOf } from './bake.ts';
import { changesOf, messageOf, shortId } from './changes.ts';
import { stageAwaited } from './command.ts';
import { overridden } from './deploy.ts';
import { findQueued, findRollout } from './find.ts';
import type { RolloutCommand } from './input.ts';
import { withReviews } from './its-job.ts';
import { rollbackOf } from './rollback.ts';
import type { Room } from './room.ts';
import { circumstances } from './surroundings.ts';
import { transition } from './transition.ts';
import { approvalsOf, validApprovals } from './vote.ts';

/** promote, pause, resume, reduce, approve, reject, cancel, rollback, retry, resolve. */
export function decideRollout(room: Room): Decision {
  const { state, command, asking } = room;
  if (command.name === 'rollback') {
    const special = rollbackOf(room);
    if (special) return special;
  }
  const queued = command.name === 'cancel' ? cancelQueued(room) : undefined;
  if (queued) return queued;
  const found = findRollout(state, { target: text(command.args['target']), environment: command.environment });
  if (!found.ok) return found.refusal;
  const { rollout } = found;
  const said = commandOf(command, found.stage);
  const denied = ownRight(room, rollout, said);
  if (denied) return denied;
  const after = obeyed(rollout, said, room);
  if ('votes' in after) return votedOnly(room, rollout, after);
  if ('code' in after) return refuse(after.code, after.summary, { rollout: rollout.id });
  if (after === rollout || printLine(after) === printLine(rollout))
    return {
      changes: [],
      outcome: {
        schemaVersion: 1,
        ok: true,
        code: 'unchanged',
        summary: `${shortId(rollout)} is so already: ${standing(rollout, asking.now)}`,
        details: { rollout: rollout.id },
      },
    };
  return decided(room, rollout, after);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function commandOf(command: Command, stage: string | undefined): RolloutCommand {
  const { name, options } = command;
  switch (name) {
    case 'promote':
      return {
        verb: 'promote',
        ...(options['full'] === true ? { full: true } : {}),
        ...(typeof options['to'] === 'string' ? { to: options['to'] } : {}),
      };
    case 'pause':
      return { verb: 'pause', ...(typeof options['for'] === 'number' ? { for: options['for'] } : {}) };
    case 'approve':
    case 'reject':
      return { verb: name, ...(stage === undefined ? {} : { stage }) };
    case 'rollback':
      return { verb: 'rollback', gradual: options['gradual'] === true };
    case 'resolve':
      return { verb: 'resolve', how: options['as'] === 'live' || options['as'] === 'completed' ? 'live' : 'back' };
    case 'resume':
    case 'reduce':
    case 'cancel':
    case 'retry':
      return { verb: name };
    default:
      throw new Error(`${name} is not a command of this room`);
  }
}

/** Rights that depend on the rollout: who may approve this stage, who may cut a bake short. */
function ownRight({ state, asking }: Room, rollout: Rollout, said: RolloutCommand): Decision | undefined {
  const { environment } = rollout.subject;
  const asked = { config: state.config, environment, actor: asking.actor, rights: asking.rights };
  if (said.verb === 'approve' || said.verb === 'reject') {
    const stage = rollout.plan.stages.find((one) => one.name === (said.stage ?? stageAwaited(rollout)));
    const needed = stage && approvalsOf(stage, rollout, state.config);
    const from = needed?.from ?? [];
    if (needed && said.verb === 'approve' && !asking.actor.verified)
      return refuse(
        'not-permitted',
        `nobody vouches for ${asking.actor.kind}:${asking.actor.id}, and only votes of people a forge vouches for approve ${stage.name} in ${environment}: say it with a forge's token`,
      );
    if (from.length === 0 || (asking.actor.verified && matches(from, asked))) return undefined;
    return refuse(
      'not-permitted',
      `${stage?.name} in ${environment} is approved by ${from.join(', ')}; ${asking.actor.name} is none of them`,
    );
  }
  if (said.verb !== 'promote' || rollout.step !== 'baking' || asking.now >= bakeEnd(rollout, asking.now))
    return undefined;
  const may = permitVerb('skip-bake', 'write', asked);
  return may.allowed ? undefined : refuse(may.code, may.because);
}

type Answer = Rollout | Voted | { readonly code: Code; readonly summary: string };

/** Reviewers of the run said yes, and more are needed: their votes are kept. */
interface Voted {
  readonly votes: Rollout;
  readonly summary: string;
}

/** The command's step; a vote that fills the quorum, or a resume, goes on at once in the same commit. */
function obeyed(rollout: Rollout, said: RolloutCommand, { state, asking, facts }: Room): Answer {
  const target = said.verb === 'promote' ? targetStage(rollout, said) : undefined;
  const passing =
    asking.overrides.length === 0
      ? rollout
      : { ...rollout, overrides: [...new Set([...rollout.overrides, ...asking.overrides])] };
  const overridden = target === undefined ? passing : withReviews(passing, target, { config: state.config, facts });
  const around = { state, facts, ...(target === undefined ? {} : { gatesFor: target }) };
  const first = transition(
    overridden,
    {
      type: 'command',
      command: said,
      by: asking.actor,
      ...(asking.reason === undefined ? {} : { reason: asking.reason }),
      ...(asking.source === undefined ? {} : { source: asking.source }),
    },
    circumstances(overridden, around),
  );
  if (!first.ok && first.code === 'waits-for-approval' && overridden !== passing)
    return { votes: { ...rollout, approvals: overridden.approvals }, summary: first.summary };
  if (!first.ok) return first;
  if (first.rollout === overridden) return rollout;
  if (said.verb !== 'approve' || rollout.phase === 'rolling-back') return first.rollout;
  const onward = transition(first.rollout, { type: 'time' }, circumstances(first.rollout, { state, facts }));
  return onward.ok ? onward.rollout : first.rollout;
}

function targetStage(rollout: Rollout, said: Extract<RolloutCommand, { verb: 'promote' }>): number {
  const last = rollout.plan.stages.length - 1;
  if (said.full === true) return last;
  const named = said.to === undefined ? -1 : rollout.plan.stages.findIndex((one) => one.name === said.to);
  return named >= 0 ? named : Math.min(rollout.stage + 1, last);
}

/** A rollout's step as a decision: the outcome says how it stands now. */
function decided(room: Pick<Room, 'state' | 'asking'>, before: Rollout, after: Rollout): Decision {
  const { state, asking } = room;
  const step = { state, before, after, now: asking.now };
  const moved = after.gates !== before.gates && after.stages.length > before.stages.length;
  const passed = moved && overridden(after.gates) !== '' ? [overridden(after.gates)] : [];
  const goesOn = experimentGoesOn(after, state.experiments.values());
  const waits = after.hold?.kind === 'approval' && after.approvals.length > before.approvals.length;
  const outcome = {
    schemaVersion: 1 as const,
    ok: true,
    code: (asking.dryRun ? 'planned' : waits ? 'waits-for-approval' : 'done') as Code,
    summary: [
      `${shortId(after)}: ${standing(after, asking.now)}`,
      ...passed,
      ...(goesOn === undefined ? [] : [goesOn]),
    ].join('; '),
    details: { rollout: after.id, phase: after.phase, stage: stageOf(after)?.name ?? null, weight: exposure(after) },
    report: rolloutReport(after, asking.now),
  };
  if (asking.dryRun) return { changes: [], outcome };
  return { changes: changesOf(step), outcome, message: messageOf(step) };
}

/** `; sluice-stage.yml was started for it (run 7001)` */
function called(wake: Wake | undefined): string {
  if (wake?.sent !== true) return '';
  return `; ${wake.workflow ?? 'a workflow'} was started for it${wake.run === undefined ? '' : ` (run ${wake.run})`}`;
}

/** How a rollout stands, in one line. */
export function standing(rollout: Rollout, now: number): string {
  const stage = stageOf(rollout);
  const where = stage && rollout.phase === 'exposing' ? `${stage.name} ${printPercent(rollout.weight)}` : rollout.phase;
  const awaited = stageAwaited(rollout);
  if (rollout.hold?.kind === 'approval' && awaited !== undefined) {
    const planned = rollout.plan.stages.find((one) => one.name === awaited)?.approvals;
    const votes = validApprovals(rollout, awaited, now).length;
    return `${where}; ${planned ? `${votes} of ${planned.count} approved` : rollout.hold.reason}`;
  }
  if (rollout.hold) return `${where}, held: ${rollout.hold.reason}${called(rollout.hold.wake)}`;
  if (rollout.phase === 'rolling-back')
    return [
      `going back to ${(servesAgain(rollout) || rollout.goingBack?.to) ?? 'nothing'}: ${rollout.goingBack?.reason ?? ''}`,
      lagging(rollout),
    ]
      .filter((one) => one !== undefined)
      .join('; ');
  const left = bakeEnd(rollout, now) - now;
  if (rollout.step !== 'baking') return rollout.step === 'shifting' ? `${where}, shifting` : where;
  return left > 0 && Number.isFinite(left)
    ? `${where}, ${printDuration(Math.ceil(left / 1000) * 1000)} of bake left`
    : `${where}, being judged`;
}

function votedOnly(room: Room, before: Rollout, { votes, summary }: Voted): Decision {
  const decision = decided(room, before, votes);
  return { ...decision, outcome: { ...decision.outcome, code: 'waits-for-approval', summary } };
}

/** A deploy that waits in a queue is no rollout yet: cancelling takes it out. */
function cancelQueued({ state, command, asking }: Room): Decision | undefined {
  const found = findQueued(state, { target: text(command.args['target']), environment: command.environment });
  if (!found) return undefined;
  if (!found.ok) return found.refusal;
  const { entry, place } = found;
  const pair = pairKey(place);
  const summary = `${shortId(entry)} left the queue of ${pair}; nothing had started`;
  const code: Code = asking.dryRun ? 'planned' : 'done';
  const outcome = { schemaVersion: 1 as const, ok: true, code, summary, details: { rollout: entry.id } };
  if (asking.dryRun) return { changes: [], outcome };
  const next = { ...place, queue: place.queue.filter((one) => one !== entry) };
  const title = `${pair}: ${shortId(entry)} left the queue`;
  return {
    changes: [{ path: paths.place(place.service, place.environment), document: next }],
    outcome,
    message: { title, event: 'rollout.cancelled', subject: shortId(entry) },
  };
}
