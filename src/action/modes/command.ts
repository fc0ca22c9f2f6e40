/** Any command: decided, committed, and what it began carried on for as long as `timeout` says. */
import { printCommand } from '../../core/command/print.ts';
import type { Outcome } from '../../core/decision.ts';
import { inspect, isInspection } from '../../engine/inspect.ts';
import { project } from '../../engine/project.ts';
import type { Wiring } from '../../engine/wiring.ts';
import { ActionError } from '../failure.ts';
import { follow, rolloutIn } from '../follow.ts';
import { textOf } from '../inputs.ts';
import { OF_THE_COMMAND_LINE } from '../opening.ts';
import type { Answer } from '../proceed.ts';
import { carryOutCommand, OPEN, openEngine, type Step } from '../step.ts';
import { sealedAnswer } from './sealed.ts';

export async function runCommand(step: Step): Promise<Answer> {
  const { command } = step.inputs;
  if (!command) throw new ActionError('command-invalid', 'a command belongs here: set the input `command`');
  const { name } = command;
  if (OF_THE_COMMAND_LINE.includes(name))
    throw new ActionError(
      'event-unsuitable',
      `${name} is for the command line: use actions/setup and \`sluice ${name}\``,
    );
  if (name === 'reconcile') return (await import('./reconcile.ts')).reconcile(step);
  if (name === 'deploy') return (await import('./deploy.ts')).deploy(step);
  if (name === 'promote') return (await import('./promote.ts')).promote(step);
  const endpoint = textOf(step.inputs, 'endpoint');
  if (endpoint !== undefined) return sealedAnswer(step, { endpoint, command });
  const engine = await openEngine(step);
  try {
    if (isInspection(name)) return { outcome: (await inspect(engine.wiring, command)).outcome };
    step.log(`${OPEN} ${printCommand(command)}`);
    const outcome = await carryOutCommand(step, engine, { command });
    const id = began(outcome);
    if (id !== undefined)
      return asAsked(name, await follow(step, engine, { id, begun: true, commit: outcome.commit ?? '' }));
    if (outcome.commit !== undefined) await tellOthers(engine.wiring);
    return { outcome };
  } finally {
    await engine.close();
  }
}

/** Commands whose end is that what moved is gone: a rollout that went back has done what they ask. */
const TAKES_BACK: readonly string[] = ['rollback', 'cancel', 'retry', 'resolve'];

/** A rollback that was asked for and is over is no failure. */
function asAsked(command: string, answer: Answer): Answer {
  const phase = answer.rollout?.phase;
  if (!TAKES_BACK.includes(command) || (phase !== 'rolled-back' && phase !== 'cancelled')) return answer;
  return { ...answer, outcome: { ...answer.outcome, ok: true, code: 'done' }, proceed: false };
}

/** Nothing that is shown on GitHub has moved: its channel is not asked how far it is. */
async function tellOthers(wiring: Wiring): Promise<void> {
  const channels = wiring.channels.filter(({ show }) => show === undefined);
  await project({ ...wiring, channels }, { last: true });
}

/** The rollout that the command moved, if it did. */
function began(outcome: Outcome): string | undefined {
  return outcome.ok && outcome.commit !== undefined ? rolloutIn(outcome) : undefined;
}
