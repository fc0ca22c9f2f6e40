import { digestOf } from '../core/digest.ts';
import type { RunContext } from './context.ts';

/**
 * Names what this step asks, so that the same step never acts twice: run, attempt, job, step, its start and the words of the command.
 * Legs of a matrix share a job and a step, and differ in their words; `of` tells apart what one step asks one after another.
 */
export function requestId(
  { repository, runId, attempt, job, step, start }: RunContext,
  { command, of = '' }: { readonly command: string; readonly of?: string },
): string {
  const where = JSON.stringify([repository.owner, repository.name, job, step, start, command, of]);
  return `run-${runId}-${attempt}-${digestOf(where).slice(0, 16)}`;
}
