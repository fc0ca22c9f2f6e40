/**
 * One step from its inputs to its outputs: never rejects, and always says how it ended. What is not needed to ask GitHub the first
 * question is loaded while the question travels.
 */
import type { Clock } from '../ports/clock.ts';
import { type Env, readContext, type RunContext } from './context.ts';
import { outcomeOf } from './failure.ts';
import { inputsRefused, readInputs } from './inputs.ts';
import { type Log, openLog } from './log.ts';
import { type Mode, modeOf } from './mode.ts';
import { beginOpening } from './opening.ts';
import type { Answer } from './proceed.ts';
import { type ActionName, isActionName } from './registry.ts';
import type { Runner } from './runner.ts';
import type { Step } from './given.ts';
import type { tell, Told } from './tell.ts';

export interface ActionInvocation {
  readonly env: Env;
  /** Takes whole lines of the log. */
  readonly write: (line: string) => void;
  readonly runner: () => Promise<Runner>;
  /** Fires when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
}

/** Runs the action that `SLUICE_ACTION` names, else the root action. Resolves to the exit status: 0, or 1 where the step fails. */
export async function runAction(invocation: ActionInvocation): Promise<number> {
  const { env, write, clock, runner } = invocation;
  const name = env['SLUICE_ACTION'] === undefined || env['SLUICE_ACTION'] === '' ? 'root' : env['SLUICE_ACTION'];
  const secrets = secretsOf(env);
  const log = openLog({ write, now: () => clock.now(), secrets });
  const action: ActionName = isActionName(name) ? name : 'root';
  const told = await answerOf(invocation, { name, log });
  const [end, open] = await Promise.all([telling(), runner()]);
  return end(told, { runner: open, clock, action, log, secrets });
}

const telling = async (): Promise<typeof tell> => (await import('./tell.ts')).tell;

async function answerOf(
  invocation: ActionInvocation,
  { name, log }: { readonly name: string; readonly log: Log },
): Promise<Told> {
  const { env, clock, signal, fetch } = invocation;
  let context: RunContext | undefined;
  const withContext = (answer: Answer): Told => ({ answer, ...(context === undefined ? {} : { context }) });
  try {
    if (!isActionName(name)) return { answer: { outcome: unknown(name) } };
    const read = readInputs(env, name);
    if (!read.ok) return { answer: { outcome: inputsRefused(read.problems) } };
    context = await readContext(env);
    const line = (text: string): void => log.line(text);
    const { inputs } = read;
    return withContext(
      await carryOut(invocation, {
        inputs,
        context,
        env,
        clock,
        signal,
        log: line,
        ...(fetch === undefined ? {} : { fetch }),
      }),
    );
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome.code === 'internal' && error instanceof Error) log.line(error.stack ?? error.message);
    return { ...withContext({ outcome }), error };
  }
}

/** Asks, and loads the mode and what the end needs while the answer is on its way. */
async function carryOut({ runner }: ActionInvocation, step: Step): Promise<Answer> {
  const begun = beginOpening(step);
  await begun?.underWay;
  const loading = modeOf(step.inputs.action);
  // What the end needs is loaded meanwhile, and missed only then.
  void Promise.allSettled([telling(), runner()]);
  const mode: Mode = await loading;
  return mode(begun === undefined ? step : { ...step, begun });
}

function unknown(name: string): Answer['outcome'] {
  const summary = `SLUICE_ACTION is ${JSON.stringify(name.slice(0, 40))}, which is no action of this version`;
  return { schemaVersion: 1, ok: false, code: 'not-yet', summary, details: null };
}

/** What stands in no output and no log: the job's tokens. The user's own secrets the runner masks by itself. */
function secretsOf(env: Env): readonly string[] {
  const names = ['INPUT_TOKEN', 'GITHUB_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_RUNTIME_TOKEN'];
  return names.flatMap((name) => env[name] ?? []).filter((value) => value !== '');
}
