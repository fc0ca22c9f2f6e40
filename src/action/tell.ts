/** How a step ends: its outputs, what stands on lines of files, its summary. */
import type { Clock } from '../ports/clock.ts';
import { annotate, configAnnotations, outcomeAnnotations } from './annotations.ts';
import type { RunContext } from './context.ts';
import type { Log } from './log.ts';
import { writeOutputs } from './outputs.ts';
import { type Answer, failed } from './proceed.ts';
import type { ActionName } from './registry.ts';
import { linksOf, resultOf } from './result.ts';
import type { Runner } from './runner.ts';
import { writeSummary } from './summary.ts';

export interface Told {
  readonly answer: Answer;
  readonly context?: RunContext;
  /** What the outcome was made of, where something was thrown. */
  readonly error?: unknown;
}

export interface Telling {
  readonly runner: Runner;
  readonly clock: Clock;
  readonly action: ActionName;
  readonly log: Log;
  /** What is shown nowhere. */
  readonly secrets: readonly string[];
}

/** Only outputs matter to others: what cannot be shown besides fails nothing. Resolves to the exit status. */
export async function tell(
  { answer, context, error: thrown }: Told,
  { runner, clock, action, log, secrets }: Telling,
): Promise<number> {
  const isBad = failed(answer);
  const { outcome, rollout } = answer;
  log.line(`${outcome.code}  ${outcome.summary}`);
  writeOutputs(runner, resultOf(answer), { action, secrets });
  try {
    const onLines = configAnnotations(thrown);
    const own = isBad && onLines.length === 0 ? outcomeAnnotations(outcome) : [];
    annotate(runner, [...own, ...onLines, ...(answer.annotations ?? [])], secrets);
    const links = context ? linksOf(answer, context) : [];
    await writeSummary(runner, {
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
