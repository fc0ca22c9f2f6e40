/** What to ask the sources for the stage that is judged. */
import { comparedWith } from '../flag/share.ts';
import type { PlainServe } from '../model/flag.ts';
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import { WHOLE } from '../model/weight.ts';
import { armAt } from '../rollout/arm.ts';
import { notApplicable } from './applicable.ts';
import { type StageLook, lookAt } from './look.ts';
import { evidenceFor } from './going-on.ts';
import { recordedOf } from './recorded.ts';
import { ruleKeyOf } from './rule.ts';
import { judgeRules } from './rules.ts';
import { closedWindows, windowsIn } from './window.ts';

/** More windows than this are asked for in several looks. */
const WINDOWS_A_LOOK = 400;

/** What a query's `{{...}}` are filled with. */
export interface ArmLabels {
  readonly environment: string;
  readonly service?: string;
  readonly version?: string;
  readonly sha?: string;
  readonly variant?: string;
}

/** One range query. The i-th answer is of [start + i*width, start + (i+1)*width), the stage's window `from + i`. */
export interface Question {
  readonly judge: string;
  readonly spec: JudgeSpec;
  readonly arm: 'candidate' | 'baseline';
  readonly labels: ArmLabels;
  readonly start: Milliseconds;
  readonly width: Milliseconds;
  readonly count: number;
  readonly from: number;
  /** More windows are closed than one look asks for: fold these, then ask again. */
  readonly more: boolean;
}

/** What to ask sources for the judges that apply: per judge one range query per arm, from its last folded window on. */
export function questions(rollout: Rollout, now: Milliseconds, perVersion = true): readonly Question[] {
  const look = lookAt(rollout, now, perVersion);
  if (!look) return [];
  return look.judges.flatMap((spec) => {
    const evidence = evidenceFor(rollout.evidence, spec);
    return isAsked(spec, look, evidence) ? ask(rollout, { look, spec, evidence }) : [];
  });
}

function isAsked(spec: JudgeSpec, look: StageLook, evidence: Evidence | undefined): boolean {
  const recorded = evidence !== undefined && (evidence.baseline !== null || recordedOf(evidence) !== undefined);
  const context = { ...look, perVersion: look.perVersion && spec.perVersion, recorded };
  return notApplicable(spec, context) === undefined;
}

interface AskOptions {
  readonly look: StageLook;
  readonly spec: JudgeSpec;
  readonly evidence: Evidence | undefined;
}
function ask(rollout: Rollout, { look, spec, evidence }: AskOptions): readonly Question[] {
  const folded = evidence?.stage === look.stage ? evidence.folded : 0;
  const { exposedAt, width, watchedUntil: until, now } = look;
  const { from, count: closed } = closedWindows({ exposedAt, width, until, now, folded, delay: spec.delay });
  const count = Math.min(closed, WINDOWS_A_LOOK);
  if (count === 0) return [];
  const common = { judge: spec.id, spec, width, from, count, more: closed > count };
  const candidate: Question = {
    ...common,
    arm: 'candidate',
    labels: candidateLabels(rollout),
    start: exposedAt + from * width,
  };
  const past = recordedWindows(rollout, { look, spec, from, count });
  const labels = baselineLabels(rollout, spec);
  if (past) return [candidate, { ...common, ...past, arm: 'baseline', labels }];
  if (!judgeRules[ruleKeyOf(spec, look.weight)].needs(spec, look.weight).baseline) return [candidate];
  return [candidate, { ...candidate, arm: 'baseline', labels }];
}

interface PastOptions {
  readonly look: StageLook;
  readonly spec: JudgeSpec;
  readonly from: number;
  readonly count: number;
}
/**
 * A recorded baseline is the stable version just before the rollout began: as long as the bake, window for window.
 * Windows added by pauses or extensions have no counterpart: null answers, and the sums so far go on.
 */
function recordedWindows(
  rollout: Rollout,
  { look, spec, from, count }: PastOptions,
): { readonly start: Milliseconds; readonly count: number } | undefined {
  if (spec.rule.type !== 'compare' || spec.rule.with !== 'recorded') return undefined;
  const planned = windowsIn(0, look.bake, look.width);
  const left = Math.max(0, Math.min(count, planned - from));
  if (left === 0) return undefined;
  return { start: toMilliseconds(rollout.began) - (planned - from) * look.width, count: left };
}

function candidateLabels({ subject }: Rollout): ArmLabels {
  if (subject.type === 'flag') return flagLabels(subject, subject.candidate);
  const { service, environment, release } = subject;
  return { service, environment, version: release.label, sha: release.commit };
}

/** The copy of the stable version where the stage has one and the judge asks for it, else the stable version itself. */
function baselineLabels(rollout: Rollout, spec: JudgeSpec): ArmLabels {
  const { subject, stable } = rollout;
  if (subject.type === 'flag') return flagLabels(subject, comparedWith(subject));
  const { service, environment } = subject;
  if (!stable) return { service, environment };
  return { service, environment, version: comparedArm(rollout, spec) ?? stable.label, sha: stable.commit };
}

/** Where candidate and copy share all the traffic, the copy is all that there is of the stable version. */
function comparedArm(rollout: Rollout, { rule }: JudgeSpec): string | undefined {
  if (rule.type !== 'compare' || rule.with === 'recorded') return undefined;
  return rule.with === 'baseline' || 2 * rollout.weight === WHOLE ? armAt(rollout) : undefined;
}

/** A flag's arms are told apart by variant; a split serve has several, and is not told apart. */
function flagLabels(
  { environment, services }: { readonly environment: string; readonly services: readonly string[] },
  serve: PlainServe,
): ArmLabels {
  const only = services.length === 1 ? services[0] : undefined;
  return {
    environment,
    ...(only !== undefined && { service: only }),
    ...(typeof serve === 'string' && { variant: serve }),
  };
}
