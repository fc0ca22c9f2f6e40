/** The baseline arm as a rollout's document has it: a fresh copy of the stable version, as old as the candidate, with the same share. */
import type { PlannedStage, Rollout } from '../model/rollout.ts';
import { WHOLE, type Weight } from '../model/weight.ts';

/** Room for the ending in a label of at most 128 characters. */
const LONGEST = 110;

/** What the copy of a version goes by: `1.3.2+baseline`; another ending where a label of that name is known already. */
export function copyLabel(stable: string, known: readonly (string | undefined)[]): string {
  const usual = `${stable.slice(0, LONGEST)}+baseline`;
  let label = usual;
  for (let count = 2; known.includes(label); count++) label = `${usual}.${count}`;
  return label;
}

/** The copy that the rollout has asked for, whatever became of it. */
export function copyOf({ operations }: Pick<Rollout, 'operations'>): string | undefined {
  return operations.findLast((one) => one.purpose === 'baseline' && one.kind === 'deploy')?.label;
}

/** Whether a share can be had twice, by the candidate and by a copy of the stable version. */
export function fitsTwice(weight: Weight): boolean {
  return weight > 0 && 2 * weight <= WHOLE;
}

/** Whether the stage the rollout is in, or one that may follow, compares with a copy. */
export function needsCopy({ plan, phase, stage }: Pick<Rollout, 'plan' | 'phase' | 'stage'>): boolean {
  if (phase === 'deploying' || phase === 'validating') return plan.stages.some(hasArm);
  return phase === 'exposing' && plan.stages.slice(stage).some(hasArm);
}

function hasArm({ baseline }: PlannedStage): boolean {
  return baseline === true;
}

/** The label that takes the candidate's share a second time in the present stage; undefined where the stage has no such arm. */
export function armAt(rollout: Rollout): string | undefined {
  if (rollout.phase !== 'exposing' || rollout.plan.stages[rollout.stage]?.baseline !== true) return undefined;
  const last = rollout.operations.findLast((one) => one.purpose === 'baseline');
  return last?.kind === 'deploy' && last.state === 'done' ? last.label : undefined;
}
