/** How a rollout is called: in headings, in commands, on the state branch. */
import type { PlannedStage, Rollout } from '../model/rollout.ts';
import { printPercent } from '../model/weight.ts';

/** `web 1.4.0`, `flag new-dashboard`. */
export function nameOf({ subject }: Rollout): string {
  return subject.type === 'release' ? `${subject.service} ${subject.release.label}` : `flag ${subject.flag}`;
}

/** The candidate alone, as a table's column calls it: `1.4.0`, `candidate`. */
export function candidateOf({ subject }: Rollout): string {
  return subject.type === 'release' ? subject.release.label : 'candidate';
}

/** What users have now, as a table's column calls it: `1.3.2`, `stable`, `nothing`. */
export function stableOf(rollout: Rollout): string {
  if (rollout.subject.type === 'flag') return 'stable';
  return rollout.stable?.label ?? 'nothing';
}

/** As `Sluice-Subject` spells it: `web/production`, `flag/new-dashboard`. */
export function subjectOf({ subject }: Pick<Rollout, 'subject'>): string {
  return subject.type === 'release' ? `${subject.service}/${subject.environment}` : `flag/${subject.flag}`;
}

/** What a command says to mean the pair or flag: `web in production`, `flag/new-dashboard in production`. */
export function targetOf({ subject }: Rollout): string {
  return `${subject.type === 'release' ? subject.service : `flag/${subject.flag}`} in ${subject.environment}`;
}

/** The id that people read: `r-7f3a`; of an id without a hash at its end the id itself. */
export function shortId(id: string): string {
  const hash = /-([0-9a-f]{8,})$/.exec(id)?.[1];
  return hash === undefined ? id : `r-${hash.slice(0, 4)}`;
}

/** The id that a command names: with all of the hash, so that no second rollout can match. */
export function exactId(id: string): string {
  const hash = /-([0-9a-f]{8,})$/.exec(id)?.[1];
  return hash === undefined ? id : `r-${hash}`;
}

/** `canary 5%`; of `production 100%` the same. */
export function stageName(stage: PlannedStage): string {
  return `${stage.name} ${printPercent(stage.weight)}`;
}

/** The stage that a waiting rollout would begin next: at a stage's gate that stage itself, else the one after it. */
export function awaitedStage(rollout: Rollout): PlannedStage | undefined {
  const notBegun = rollout.phase !== 'exposing' || rollout.step === 'gate';
  return rollout.plan.stages[notBegun ? rollout.stage : rollout.stage + 1];
}

/** The stage that was left last, or that users are in. */
export function currentStage(rollout: Rollout): PlannedStage | undefined {
  return rollout.plan.stages[rollout.stage];
}
