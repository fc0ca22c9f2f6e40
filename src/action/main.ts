/** One step from its inputs to its outputs: never rejects, and always says how it ended. */
import type { Clock } from '../ports/clock.ts';
import { annotate, outcomeAnnotations } from './annotations.ts';
import { type Env, readContext, type RunContext } from './context.ts';
import { outcomeOf } from './failure.ts';
import { inputsRefused, readInputs } from './inputs.ts';
import { type Log, openLog } from './log.ts';
import { modeOf } from './mode.ts';
import { writeOutputs } from './outputs.ts';
import { type Answer, failed } from './proceed.ts';
import { type ActionName, isActionName } from './registry.ts';
import { linksOf, resultOf } from './result.ts';
import type { Runner } from './runner.ts';
import { writeSummary } from './summary.ts';

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
  const { env, write, clock } = invocation;
  const name = env['SLUICE_ACTION'] === undefined || env['SLUICE_ACTION'] === '' ? 'root' : env['SLUICE_ACTION'];
  const log = openLog({ write, now: () => clock.now(), secrets: secretsOf(env) });
  const action: ActionName = isActionName(name) ? name : 'root';
  const told = await answerOf(invocation, { name, log });
  return tell(invocation, { ...told, action, log });
}

interface Told {
  readonly answer: Answer;
  readonly context?: RunContext;
}

async function answerOf(
  invocation: ActionInvocation,
  { name, log }: { readonly name: string; readonly log: Log },
): Promise<Told> {
  const { env, clock, signal, fetch } = invocation;
  let context: RunContext | undefined;
  const withContext = (answer: Answer): Told => ({ answer, ...(context === undefined ? {} : { context }) });
  try {
    const mode = isActionName(name) ? await modeOf(name) : undefined;
    if (!mode || !isActionName(name)) return { answer: { outcome: unknown(name) } };
    const read = readInputs(env, name);
    if (!read.ok) return { answer: { outcome: inputsRefused(read.problems) } };
    context = await readContext(env);
    const line = (text: string): void => log.line(text);
    const { inputs } = read;
    return withContext(
      await mode({ inputs, context, env, clock, signal, log: line, ...(fetch === undefined ? {} : { fetch }) }),
    );
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome.code === 'internal' && error instanceof Error) log.line(error.stack ?? error.message);
    return withContext({ outcome });
  }
}

function unknown(name: string): Answer['outcome'] {
  const summary = `SLUICE_ACTION is ${JSON.stringify(name.slice(0, 40))}, which is no action of this version`;
  return { schemaVersion: 1, ok: false, code: 'not-yet', summary, details: null };
}

/** Outputs, annotations and the summary. Only outputs matter to others: what cannot be shown besides fails nothing. */
async function tell(
  { env, runner, clock }: ActionInvocation,
  { answer, context, action, log }: Told & { readonly action: ActionName; readonly log: Log },
): Promise<number> {
  const secrets = secretsOf(env);
  const isBad = failed(answer);
  const { outcome, rollout } = answer;
  log.line(`${outcome.code}  ${outcome.summary}`);
  const open = await runner();
  writeOutputs(open, resultOf(answer), { action, secrets });
  try {
    annotate(open, [...(isBad ? outcomeAnnotations(outcome) : []), ...(answer.annotations ?? [])], secrets);
    const links = context ? linksOf(answer, context) : [];
    await writeSummary(open, {
      outcome,
      now: clock.now(),
      links,
      secrets,
      ...(rollout === undefined ? {} : { rollout }),
    });
  } catch (error) {
    log.line(`the summary could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  return isBad ? 1 : 0;
}

/** What stands in no output and no log: the job's tokens. The user's own secrets the runner masks by itself. */
function secretsOf(env: Env): readonly string[] {
  const names = ['INPUT_TOKEN', 'GITHUB_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_RUNTIME_TOKEN'];
  return names.flatMap((name) => env[name] ?? []).filter((value) => value !== '');
}
