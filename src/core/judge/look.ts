/** What of a rollout its judges look at: the stage that has the traffic. */
import type { JudgeSpec } from '../model/metric.ts';
import type { PlannedStage, Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import type { Weight } from '../model/weight.ts';
import { armAt } from '../rollout/arm.ts';
import { bakeEnd } from '../rollout/bake.ts';
import { stageKey } from '../rollout/enter.ts';
import { windowWidth, windowsIn } from './window.ts';

/** The windows after the last stage, while the old version is kept: a name no stage can have. */
export const SETTLING = '(settling)';

/** The stage under judgement at a moment. Times in ms. */
export interface StageLook {
  /** Its name, or `name/2` where it is exposed for the second time. */
  readonly stage: string;
  readonly judges: readonly JudgeSpec[];
  readonly exposedAt: Milliseconds;
  readonly width: Milliseconds;
  /** The bake's length as planned. */
  readonly bake: Milliseconds;
  /** End of the bake, pauses and extension included. */
  readonly end: Milliseconds;
  /** Windows of the stage: those wholly before `end`. */
  readonly windows: number;
  /** While something holds the rollout its judges go on after the end of the bake. */
  readonly watchedUntil: Milliseconds;
  readonly weight: Weight;
  /** False while the candidate has less than the stage gives it: earlier windows had more. */
  readonly steady?: boolean;
  /** A copy of the stable version has as much as the candidate. */
  readonly copied?: boolean;
  readonly hasStable: boolean;
  readonly perVersion: boolean;
  readonly now: Milliseconds;
}

/** What is judged now; undefined while nobody has the candidate or its weights are being moved. */
export function lookAt(rollout: Rollout, now: Milliseconds, perVersion = true): StageLook | undefined {
  const common = {
    weight: rollout.weight,
    hasStable: rollout.subject.type === 'flag' || rollout.stable !== null,
    perVersion,
    now,
  };
  const stage = rollout.plan.stages[rollout.stage];
  if (!stage) return undefined;
  if (rollout.phase === 'provisional') return { ...common, ...settling(rollout, stage) };
  if (rollout.phase !== 'exposing' || rollout.step !== 'baking' || rollout.exposedAt === undefined) return undefined;
  const exposedAt = toMilliseconds(rollout.exposedAt);
  const width = windowWidth(stage.bake);
  const end = bakeEnd(rollout, now);
  return {
    ...common,
    stage: stageKey(rollout),
    judges: stage.judges,
    bake: stage.bake,
    exposedAt,
    width,
    end,
    windows: windowsIn(exposedAt, end, width),
    watchedUntil: rollout.hold ? Math.max(end, now) : end,
    steady: rollout.weight === stage.weight,
    copied: armAt(rollout) !== undefined,
  };
}

type Span = Omit<StageLook, 'weight' | 'hasStable' | 'perVersion' | 'now'>;

/** After the last stage its judges go on for as long as going back is automatic. */
function settling(rollout: Rollout, stage: PlannedStage): Span {
  const exposedAt = toMilliseconds(rollout.phaseSince);
  const bake = Math.max(rollout.plan.settle, rollout.plan.keepOld);
  const width = windowWidth(bake);
  const end = exposedAt + bake;
  const windows = windowsIn(exposedAt, end, width);
  return { stage: SETTLING, judges: stage.judges, exposedAt, width, bake, end, windows, watchedUntil: end };
}
