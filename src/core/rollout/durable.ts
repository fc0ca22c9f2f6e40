/** When a tick commits (rollouts.md section 5): a durable bit changed. Every number is volatile and rides along. */
import { printLine } from '../model/document.ts';
import type { Rollout } from '../model/rollout.ts';

/** The durable part of a rollout as one text: equal texts need no commit. */
function durable({ evidence: _, verdicts, stages, ...rest }: Rollout): string {
  const bits = verdicts
    .filter((one) => one.verdict === 'fail' || one.verdict === 'no-data')
    .map((one) => [one.judge, one.verdict]);
  return printLine({ ...rest, bits, stages: stages.map(({ verdicts: __, ...record }) => record) });
}

export function durablyChanged(before: Rollout, after: Rollout): boolean {
  return before !== after && durable(before) !== durable(after);
}
