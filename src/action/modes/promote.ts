/** `actions/promote`: waits until the stage before has passed, begins the next in its own GitHub environment, and waits there. */
import type { GithubComposed } from '../../compose/github.ts';
import type { Command } from '../../core/command/command.ts';
import { printCommand } from '../../core/command/print.ts';
import { hasEnded } from '../../core/rollout/input.ts';
import type { Config } from '../../core/model/config.ts';
import { refuse } from '../../core/decision.ts';
import { SLUICE } from '../../core/model/actor.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import { permit } from '../../core/policy/permit.ts';
import { exactId } from '../../core/report/subject.ts';
import { findRollout } from '../../core/rollout/find.ts';
import { environmentOfStage } from '../../core/rollout/its-job.ts';
import { readMoving } from '../../engine/tick.ts';
import type { Asker } from '../actor.ts';
import { evidenceOf } from '../evidence.ts';
import { valueAt } from '../context.ts';
import { ActionError } from '../failure.ts';
import { follow } from '../follow.ts';
import { numberOf, textOf } from '../inputs.ts';
import { waitsForNext } from '../passage.ts';
import { type Answer, failed } from '../proceed.ts';
import { askerOf, carryOutCommand, granted, OPEN, openEngine, type Step } from '../step.ts';
import { findRolloutById } from '../wait.ts';
import { sealedAnswer } from './sealed.ts';

export async function promote(step: Step): Promise<Answer> {
  const { command } = step.inputs;
  if (!command) throw new ActionError('command-invalid', 'which rollout? set the input `rollout`, or `service`');
  const endpoint = textOf(step.inputs, 'endpoint');
  if (endpoint !== undefined) return sealedAnswer(step, { endpoint, command });
  const opened = await openEngine(step);
  try {
    const found = await meant(opened, command);
    if ('outcome' in found) return { outcome: found.outcome };
    const { rollout } = found;
    const target = targetOf(rollout, command, opened.config);
    step.log(`${OPEN} ${printCommand(command)}`);
    if (command.options['dry-run'] === true) return { outcome: await carryOutCommand(step, opened, { command }) };
    const by = isCalledFor(step, rollout, target) ? OURS : await askerOf(step, opened);
    const { environment } = rollout.subject;
    const may = permit('promote', { config: opened.config, environment, ...by });
    if (!may.allowed) return { outcome: refuse(may.code, may.because, { rollout: rollout.id }).outcome, rollout };
    return await goTo(step, opened, { rollout, target, command, by });
  } finally {
    await opened.close();
  }
}

const OURS: Asker = { actor: SLUICE, rights: { teams: [] } };

/**
 * Sluice itself started this run for this very stage, once all that is asked of people was answered: the workflow's token is its sender,
 * and has no role that could be asked. A person who runs it again is asked.
 */
function isCalledFor({ context }: Step, { hold, stage }: Rollout, target: number): boolean {
  const wake = hold?.kind === 'job' && target === stage + 1 ? hold.wake : undefined;
  const isBot = context.attempt === 1 && valueAt(context.payload, 'sender', 'type') === 'Bot';
  return isBot && wake?.run === context.runId && wake.own !== true;
}

interface Going {
  readonly rollout: Rollout;
  /** The stage's place in the plan. */
  readonly target: number;
  readonly command: Command;
  readonly by: Asker;
}

/**
 * Waits for what comes before, says `promote` once, as whoever asks, and waits for the stage itself. Only that one command has the
 * job's GitHub environment: no look begins a stage by it, and where several share the environment, the next is the next job's.
 */
async function goTo(step: Step, opened: GithubComposed, { rollout, target, command, by }: Going): Promise<Answer> {
  const until = rollout.plan.stages[target]?.name;
  const waiting = { id: rollout.id, ...(until === undefined ? {} : { until }) };
  const end = step.clock.now() + (numberOf(step.inputs, 'timeout') ?? 0);
  const atTheDoor = (now: Rollout): boolean => now.stage < target && waitsForNext(now, step.clock.now());
  const isThere = (now: Rollout): boolean => now.stage >= target;
  const before = await follow(step, granted(opened, jobOf(rollout)), {
    ...waiting,
    end,
    enough: (now) => isThere(now) || atTheDoor(now),
  });
  const now = before.rollout;
  if (!now || hasEnded(now) || before.continue === true || failed(before)) return before;
  if (isThere(now)) return follow(step, opened, { ...waiting, end });
  if (!atTheDoor(now)) return before;
  const asked: Command = {
    ...command,
    args: { target: exactId(rollout.id) },
    options: { ...command.options, ...(until === undefined ? {} : { to: until }) },
  };
  const begins = granted(opened, await grantsOf(step, now, target));
  const outcome = await carryOutCommand(step, begins, { command: asked, of: 'promote', by });
  if (!outcome.ok) return { outcome, rollout: now, proceed: false };
  return follow(step, opened, {
    ...waiting,
    end,
    ...(outcome.commit === undefined ? {} : { commit: outcome.commit }),
  });
}

/**
 * The stage that is asked for; else the one after that which users are in. A first release goes to everybody in one stage: the jobs of
 * those that it has not got find it there, and pass.
 */
function targetOf({ plan, stage }: Rollout, { options }: Command, { strategies }: Config): number {
  const last = plan.stages.length - 1;
  if (options['full'] === true) return last;
  if (options['to'] === undefined) return Math.min(stage + 1, last);
  const index = plan.stages.findIndex(({ name }) => name === options['to']);
  if (index >= 0) return index;
  const isConfigured = Object.values(strategies).some(({ stages }) =>
    stages.some(({ name }) => name === options['to']),
  );
  if (last === 0 && isConfigured) return last;
  const names = plan.stages.map(({ name }) => name).join(', ');
  throw new ActionError('stage-unknown', `the rollout has no stage ${String(options['to'])}; there are: ${names}`);
}

/** What the job's own steps deploy is this rollout's. */
function jobOf({ subject }: Rollout): readonly string[] {
  return subject.type === 'release' ? [`job:${subject.service}/${subject.environment}`] : [];
}

/** The stage's GitHub environment too, whose rules let the job start: where GitHub or Sluice says so, or nothing speaks against it. */
async function grantsOf(step: Step, rollout: Rollout, target: number): Promise<readonly string[]> {
  const { is, because } = await evidenceOf(step, rollout, target);
  step.log(because);
  const place = environmentOfStage(rollout.plan.stages[target], rollout);
  return is === 'denied' ? jobOf(rollout) : [`github-environment:${place}`, ...jobOf(rollout)];
}

/** The rollout that is named, also one that has ended by now; else the active one. */
async function meant(
  { wiring }: GithubComposed,
  { args, environment }: Command,
): Promise<{ readonly rollout: Rollout } | Pick<Answer, 'outcome'>> {
  const target = typeof args['target'] === 'string' ? args['target'] : undefined;
  const found = findRollout(await readMoving(wiring), { target, environment });
  if (found.ok) return found;
  const ended = target === undefined ? undefined : await findRolloutById({ wiring, id: target });
  return ended ? { rollout: ended } : { outcome: found.refusal.outcome };
}
