/** Which edits of an experiment's file by hand are taken over: words always, the design of a draft, nothing else. */
import { printLine } from '../model/document.ts';
import type { Experiment } from '../model/experiment.ts';
import { designFault } from './design.ts';

/** Words that only people read. */
const WORDS: ReadonlySet<string> = new Set(['name', 'description', 'hypothesis', 'owner']);
/** What commands alone write; a draft has none of it. */
const PROGRESS = ['tuning', 'started', 'stopped', 'before', 'decision', 'rollout'] as const;

/** Why an edit cannot be taken over, as a sentence; undefined: it can. Undefined documents are not there. */
export function editProblem(before: Experiment | undefined, after: Experiment | undefined): string | undefined {
  if (!after) return before && deletionProblem(before);
  if (before && before.state !== 'draft') return changeProblem(before, after);
  if (after.state !== 'draft')
    return `experiment-not-running: a file cannot start an experiment: let it be a draft, and say experiment start ${after.key}`;
  const written = PROGRESS.find((key) => after[key] !== undefined);
  if (written !== undefined) return `value-invalid: ${written} is written by Sluice when the experiment runs`;
  if (after.generation !== 0 || (after.layer && after.layer.slots.length > 0))
    return 'value-invalid: generation and slots are drawn at the start';
  const fault = designFault(after);
  return fault === undefined ? undefined : `value-invalid: ${fault}`;
}

function deletionProblem({ key, state, started }: Experiment): string | undefined {
  if (state === 'running') return `experiment-running: ${key} runs: experiment stop ${key} first`;
  if (started === undefined) return undefined;
  return `experiment-running: users were drawn by ${key}: without its file their generation and slots would be drawn again`;
}

function changeProblem(before: Experiment, after: Experiment): string | undefined {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Experiment)[];
  const changed = keys.find((key) => !WORDS.has(key) && printLine(before[key]) !== printLine(after[key]));
  if (changed === undefined) return undefined;
  const instead =
    before.state === 'running'
      ? `experiment stop ${before.key}, or experiment ship ${before.key}`
      : 'create another experiment';
  return `experiment-running: ${changed} of ${before.key} (${before.state}) is changed by commands alone: ${instead}`;
}
