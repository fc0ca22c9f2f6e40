/** What a person's command does to a rollout. Going back is never refused for a gate. */
import { sameActor } from '../model/actor.ts';
import type { Code } from '../model/code.ts';
import type { Approval, Rollout } from '../model/rollout.ts';
import { toInstant } from '../model/time.ts';
import { acknowledge, holding } from './acknowledge.ts';
import { goBack } from './back.ts';
import { stageOf } from './bake.ts';
import { bakeAgain, beginStage, closeStage, end, enter, resumed } from './enter.ts';
import { blocking } from './gate-hold.ts';
import { hold, release } from './hold.ts';
import { type Circumstances, hasEnded, type Input, type RolloutCommand } from './input.ts';
import { environmentOfStage, isItsJob } from './its-job.ts';
import { finish } from './leave.ts';
import { hasBegun } from './migrations.ts';
import { voidOpen } from './operation.ts';
import { reduce } from './reduce.ts';
import { mayVote, validApprovals } from './vote.ts';

type Answer = Rollout | { readonly code: Code; readonly summary: string };
type Said = Extract<Input, { type: 'command' }>;

export function obey(rollout: Rollout, said: Said, c: Circumstances): Answer {
  if (hasEnded(rollout)) return no('rollout-ended', `${rollout.id} has ended: ${rollout.phase}`);
  if (rollout.phase === 'failed' && !['rollback', 'resolve', 'retry'].includes(said.command.verb)) {
    return no(
      'needs-a-person',
      `${rollout.id} could go neither on nor back: rollback, retry or resolve it, or \`deploy --emergency\` another version`,
    );
  }
  return VERBS[said.command.verb](rollout, said, c);
}

const VERBS: Readonly<Record<RolloutCommand['verb'], (rollout: Rollout, said: Said, c: Circumstances) => Answer>> = {
  promote,
  pause: (rollout, said, c) => pause(rollout, said, c),
  resume,
  reduce: halve,
  approve,
  reject,
  cancel,
  rollback,
  retry,
  resolve,
};

function no(code: Code, summary: string): Answer {
  return { code, summary };
}

/** The next stage now, or the one named; gates are asked, a bake is cut short. */
function promote(rollout: Rollout, said: Said, c: Circumstances): Answer {
  if (said.command.verb !== 'promote') return rollout;
  if (rollout.phase !== 'exposing')
    return no('phase-wrong', `${rollout.id} is ${rollout.phase}: there is nothing to promote`);
  if (rollout.step === 'shifting')
    return no('phase-wrong', `${stageOf(rollout)?.name} is still being reached: promote when it bakes`);
  const { to, full } = said.command;
  const last = rollout.plan.stages.length - 1;
  const target =
    to === undefined
      ? full === true
        ? last
        : rollout.stage + 1
      : rollout.plan.stages.findIndex((one) => one.name === to);
  if (to !== undefined && target < 0) return no('stage-unknown', `${rollout.id} has no stage ${to}: ${names(rollout)}`);
  if (target <= rollout.stage && to !== undefined)
    return no('phase-wrong', `${rollout.id} is at ${stageOf(rollout)?.name} already`);
  if (c.uncertain) return no(c.uncertain.code, c.uncertain.summary);
  if (c.pairLost)
    return no('phase-wrong', `what ${rollout.id} stands on goes back itself: it goes too, deploy it again afterwards`);
  const free = { ...release(rollout, c.now) };
  const passing = { before: rollout, by: said.by };
  if (target > last || rollout.stage === last) return acknowledge(finish(free, 'promoted', c), passing, c);
  const closed = blocking(c.gates);
  if (closed) return no(GATE_CODES[closed.gate] ?? 'held', closed.detail);
  const refused = unvoted(rollout, target, c) ?? notItsJob(rollout, target, c);
  if (refused) return refused;
  const { until: _, ...on } = free;
  return acknowledge(beginStage(closeStage(on, 'promoted', c), target, c), passing, c);
}

/** Passing over a stage is no way around its approvals. */
function unvoted(rollout: Rollout, target: number, c: Circumstances): Answer | undefined {
  if (rollout.overrides.includes('approval')) return undefined;
  const between = rollout.plan.stages.slice(rollout.stage + 1, target);
  const missing = between.find(
    ({ name, approvals }) => approvals && validApprovals(rollout, name, c.now).length < approvals.count,
  );
  return missing && no('waits-for-approval', `${missing.name} lies between and needs its approvals: approve it first`);
}

/**
 * What comes after a stage left by `promote: job` is begun where its GitHub environment's rules were passed, nowhere else; passing
 * over such a stage is no way around them.
 */
function notItsJob(rollout: Rollout, target: number, c: Circumstances): Answer | undefined {
  const { stages } = rollout.plan;
  const begun = stages.slice(rollout.stage + 1, target + 1);
  const stage = begun.find((one, index) => {
    const left = stages[rollout.stage + index];
    return left?.promote === 'job' && !isItsJob(one, rollout, c);
  });
  if (!stage) return undefined;
  const place = environmentOfStage(stage, rollout);
  const between = stage === stages[target] ? '' : ' and lies between';
  return no('held', `${stage.name} is begun by its job in the GitHub environment ${place}${between}`);
}

/** A person's `reduce` is for what is exposed; elsewhere there is nothing to halve. */
function halve(rollout: Rollout, said: Said, c: Circumstances): Answer {
  if (rollout.phase !== 'exposing')
    return no('phase-wrong', `${rollout.id} is ${rollout.phase}: there is nothing to halve, roll it back`);
  return reduce(rollout, { by: said.by, reason: said.reason ?? 'reduced by hand' }, c);
}

const GATE_CODES: Readonly<Record<string, Code>> = {
  approval: 'waits-for-approval',
  freeze: 'frozen',
  lock: 'locked',
  order: 'order-missing',
  checks: 'checks-failed',
  compatibility: 'incompatible',
};

function names(rollout: Rollout): string {
  return rollout.plan.stages.map((one) => one.name).join(', ');
}

function pause(rollout: Rollout, said: Said, c: Circumstances): Answer {
  if (rollout.phase === 'provisional' || rollout.phase === 'rolling-back') {
    return no('phase-wrong', `${rollout.id} is ${rollout.phase}: there is nothing to pause`);
  }
  const length = said.command.verb === 'pause' ? said.command.for : undefined;
  const { hold: _, ...free } = rollout;
  const why = { kind: 'paused' as const, by: said.by, reason: said.reason ?? 'paused by hand', now: c.now };
  return hold(free, length === undefined ? why : { ...why, for: length });
}

/** Where a judge had failed the stage bakes anew: what held it was known to whoever resumes, and only news holds it again. */
function resume(rollout: Rollout, { by }: Said, c: Circumstances): Answer {
  const failed = holding(rollout).length > 0 && rollout.phase === 'exposing';
  if (!rollout.hold && !failed) return rollout;
  if (rollout.hold?.kind === 'approval')
    return no('waits-for-approval', `${rollout.id} waits for an approval: approve or promote it`);
  const free = resumed(rollout, c);
  if (!failed) return free;
  const begun = free.stages.length > rollout.stages.length;
  return acknowledge(begun ? free : bakeAgain(free, c), { before: rollout, by }, c);
}

/** The stage votes are about: the next one, or the first while nothing is exposed. */
export function stageAwaited(rollout: Rollout): string | undefined {
  const index = rollout.phase === 'exposing' ? rollout.stage + 1 : rollout.stage;
  return rollout.plan.stages[index]?.name;
}

/** A vote for (version, stage, plan digest); never the requester's nor an author's. */
function approve(rollout: Rollout, said: Said, c: Circumstances): Answer {
  const stage = (said.command.verb === 'approve' ? said.command.stage : undefined) ?? stageAwaited(rollout);
  const planned = rollout.plan.stages.find((one) => one.name === stage);
  if (stage === undefined || !planned) return no('stage-unknown', `${rollout.id} has no such stage: ${names(rollout)}`);
  if (!mayVote(rollout, said.by))
    return no('vote-not-counted', `${said.by.name} asked for it or wrote it: somebody else must approve`);
  if (validApprovals(rollout, stage, c.now).some((one) => sameActor(one.by, said.by))) {
    return no('already-voted', `${said.by.name} has approved ${stage} already`);
  }
  const vote: Approval = {
    by: said.by,
    stage,
    label: rollout.subject.type === 'release' ? rollout.subject.release.label : rollout.subject.flag,
    digest: rollout.plan.digest,
    at: toInstant(c.now),
    until: toInstant(c.now + (planned.approvals?.expires ?? 4 * 3_600_000)),
    ...(said.source === undefined ? {} : { source: said.source }),
  };
  return { ...rollout, approvals: [...rollout.approvals, vote] };
}

function reject(rollout: Rollout, said: Said, c: Circumstances): Answer {
  const stage = stageAwaited(rollout) ?? '';
  const reason = said.reason ?? 'rejected';
  const rejections = [...rollout.rejections, { by: said.by, stage, at: toInstant(c.now), reason }];
  const { hold: _, ...free } = rollout;
  // A click on GitHub stays known, so that it is not counted anew.
  const approvals = rollout.approvals.flatMap((one) =>
    one.run === undefined ? [] : [{ ...one, until: toInstant(c.now) }],
  );
  return hold(
    { ...free, rejections, approvals },
    { kind: 'paused', by: said.by, reason: `rejected: ${reason}`, now: c.now },
  );
}

function cancel(rollout: Rollout, said: Said, c: Circumstances): Answer {
  if (rollout.phase === 'rolling-back' && !hasBegun(rollout)) return rollout;
  if (rollout.phase !== 'queued' && rollout.phase !== 'preparing') {
    return no('phase-wrong', `${rollout.id} is ${rollout.phase}: something was changed already, so roll it back`);
  }
  const reason = said.reason ?? `cancelled by ${said.by.name}`;
  return goBack(rollout, { by: said.by, automatic: false, reason, cause: 'command' }, c);
}

function rollback(rollout: Rollout, said: Said, c: Circumstances): Answer {
  if (rollout.phase === 'rolling-back') return rollout;
  if (rollout.phase === 'provisional' && c.replaced)
    return no('phase-wrong', `another version replaced what ${rollout.id} brought: roll that one back`);
  const gradual = said.command.verb === 'rollback' && said.command.gradual === true;
  const reason = said.reason ?? `rolled back by ${said.by.name}`;
  return goBack(rollout, { by: said.by, automatic: false, gradual, reason, cause: 'command' }, c);
}

/** Again from the failed step: tries are counted anew. */
function retry(rollout: Rollout, _: Said, c: Circumstances): Answer {
  if (rollout.phase !== 'failed')
    return no('phase-wrong', `${rollout.id} is ${rollout.phase}: only a failed one can be tried again`);
  const { outcome: __, ...rest } = rollout;
  return enter(rest, 'rolling-back', c);
}

/** A person says how it stands; what still runs is superseded. */
function resolve(rollout: Rollout, said: Said, c: Circumstances): Answer {
  const how = said.command.verb === 'resolve' ? said.command.how : 'back';
  if (rollout.phase !== 'failed')
    return no('phase-wrong', `${rollout.id} is ${rollout.phase}: only a failed one needs a person's word`);
  const said2 = said.reason ?? `resolved by ${said.by.name}`;
  return end(voidOpen(rollout, c), { phase: how === 'live' ? 'completed' : 'rolled-back', outcome: said2 }, c);
}
