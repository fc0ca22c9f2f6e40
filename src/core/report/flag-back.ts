/** What users have of a flag when its rollout has gone back. */
import { printServe } from '../flag/lower.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Rollout } from '../model/rollout.ts';

/** `50% control, 50% treatment`, `off`: what the flag serves again, by itself, to who matches no rule. */
export function servesAgain({ subject }: Pick<Rollout, 'subject'>): string {
  if (subject.type !== 'flag') return '';
  const { before, stable } = subject;
  if (before === null || before?.enabled === false) return 'off';
  return printServe(before?.serve ?? stable);
}

/** Whose winner it was to ship: that is to be decided again. */
export function experimentGoesOn(
  { id, goingBack }: Pick<Rollout, 'id' | 'goingBack'>,
  experiments: Iterable<Experiment>,
): string | undefined {
  if (!goingBack) return undefined;
  const shipped = [...experiments].find(({ rollout }) => rollout === id);
  return (
    shipped &&
    `experiment ${shipped.key} is not shipped: experiment ship ${shipped.key} does it again, experiment stop ${shipped.key} ends it`
  );
}
