/** When a tick commits (rollouts.md section 5): a durable bit changed. Every number is volatile and rides along. */
import { printLine } from '../model/document.ts';
import type { Rollout } from '../model/rollout.ts';

/** Whether something durable differs. Members that a step left alone are the same objects and are not looked into. */
export function durablyChanged(before: Rollout, after: Rollout): boolean {
  if (before === after) return false;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Rollout>;
  return [...names].some((name) => before[name] !== after[name] && differs(name, before, after));
}

function differs(name: keyof Rollout, before: Rollout, after: Rollout): boolean {
  switch (name) {
    case 'evidence':
      return false;
    case 'verdicts':
      return !same(bits(before), bits(after));
    case 'stages':
      return !same(records(before), records(after));
    default:
      return !same(before[name], after[name]);
  }
}

/** Of a verdict only whether it fails or is silent is durable. */
function bits({ verdicts }: Rollout): readonly (readonly string[])[] {
  return verdicts
    .filter((one) => one.verdict === 'fail' || one.verdict === 'no-data')
    .map((one) => [one.judge, one.verdict]);
}

function records({ stages }: Rollout): readonly object[] {
  return stages.map(({ verdicts: _, ...record }) => record);
}

function same(one: unknown, other: unknown): boolean {
  return printLine(one) === printLine(other);
}
