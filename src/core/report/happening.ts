/** What happened to a rollout between two of its documents; titles, notices and plain lines are made of it. */
import type { Verdict } from '../model/metric.ts';
import type { Operation, Rollout, Wake } from '../model/rollout.ts';
import { printPercent } from '../model/weight.ts';
import { lastExposed } from './rollout.ts';
import { awaitedStage, currentStage, stageName, stableOf } from './subject.ts';
import { heldWords, printSpan } from './words.ts';

/** In order of weight: of several at once the first ones make the title. */
export const HAPPENINGS = [
  'failed',
  'rolled-back',
  'completed',
  'cancelled',
  'rolling-back',
  'started',
  'rejected',
  'approved',
  'passed',
  'begun',
  'settling',
  'held',
  'resumed',
  'phase',
  'acknowledged',
  'verdict',
  'extended',
  'weight',
  'operation',
] as const;

export interface Happening {
  readonly type: (typeof HAPPENINGS)[number];
  /** A few words without subject: `canary 5% passed`. */
  readonly text: string;
}

/** Everything durable that changed, the weightiest first; empty when nothing did. */
export function happenings(before: Rollout | undefined, after: Rollout): readonly Happening[] {
  if (!before)
    return [{ type: 'started', text: after.phase === 'queued' ? 'waits in the queue' : `${startWord(after)} begins` }];
  const found = [
    ...phases(before, after),
    ...votes(before, after),
    ...stages(before, after),
    ...holds(before, after),
    ...acknowledgements(before, after),
    ...verdicts(before, after),
    ...lengths(before, after),
    ...operations(before, after),
    ...calls(before, after),
  ];
  return found.toSorted((one, other) => HAPPENINGS.indexOf(one.type) - HAPPENINGS.indexOf(other.type));
}

function startWord({ kind }: Rollout): string {
  return kind === 'flag' ? 'rollout' : kind === 'traffic' ? 'traffic change' : kind;
}

function phases(before: Rollout, after: Rollout): readonly Happening[] {
  if (before.phase === after.phase) return [];
  const why = after.goingBack?.reason ?? after.outcome ?? '';
  switch (after.phase) {
    case 'rolling-back':
      return [{ type: 'rolling-back', text: `rolling back from ${lastExposed(before)}${because(why)}` }];
    case 'rolled-back':
      return [{ type: 'rolled-back', text: `rolled back from ${lastExposed(after)}${backTo(after)}${because(why)}` }];
    case 'failed':
      return [{ type: 'failed', text: `failed, a person must look${because(after.outcome ?? why)}` }];
    case 'completed':
      return [{ type: 'completed', text: 'completed' }];
    case 'cancelled':
      return [{ type: 'cancelled', text: `cancelled${because(after.outcome ?? '')}` }];
    case 'provisional':
      return [{ type: 'settling', text: 'has all traffic and is still watched' }];
    case 'exposing':
      return [];
    default:
      return [{ type: before.phase === 'queued' ? 'started' : 'phase', text: after.phase }];
  }
}

function because(why: string): string {
  return why === '' ? '' : `: ${why}`;
}

function backTo(rollout: Rollout): string {
  if (rollout.subject.type === 'flag') return '';
  return rollout.goingBack?.to === null ? ' to nothing' : ` to ${rollout.goingBack?.to ?? stableOf(rollout)}`;
}

function stages(before: Rollout, after: Rollout): readonly Happening[] {
  const left = after.stages.flatMap((record): readonly Happening[] => {
    const known = before.stages.find((one) => one.stage === record.stage && one.began === record.began);
    const stage = after.plan.stages.find((one) => one.name === record.stage);
    const how = record.how;
    if (how === undefined || how === 'rolled-back' || known?.how === how || !stage) return [];
    if (how === 'repeated') return [{ type: 'begun', text: `${stageName(stage)} bakes anew` }];
    return [{ type: how === 'reduced' ? 'weight' : 'passed', text: `${stageName(stage)} ${how}` }];
  });
  return [...left, ...begun(before, after)];
}

function begun(before: Rollout, after: Rollout): readonly Happening[] {
  const stage = currentStage(after);
  if (after.phase !== 'exposing' || !stage) return [];
  const newStage = before.phase !== 'exposing' || before.stage !== after.stage;
  const wasGate = before.step === 'gate' || newStage;
  if (after.step === 'gate')
    return newStage && !after.hold ? [{ type: 'begun', text: `${stageName(stage)} asks its gates` }] : [];
  if (wasGate) return [{ type: 'begun', text: `${stageName(stage)} begins` }];
  if (before.step !== after.step && after.step === 'baking')
    return [{ type: 'begun', text: `${stageName(stage)} bakes` }];
  return before.weight === after.weight
    ? []
    : [{ type: 'weight', text: `${stage.name} at ${printPercent(after.weight)}` }];
}

function votes(before: Rollout, after: Rollout): readonly Happening[] {
  const approved = after.approvals.slice(before.approvals.length);
  const rejected = after.rejections.slice(before.rejections.length);
  return [
    ...approved.map(({ by, stage }): Happening => ({ type: 'approved', text: `${stage} approved by ${by.name}` })),
    ...rejected.map(({ by, stage, reason }): Happening => ({
      type: 'rejected',
      text: `${stage} rejected by ${by.name}: ${reason}`,
    })),
  ];
}

function holds(before: Rollout, after: Rollout): readonly Happening[] {
  const { hold } = after;
  if (hold && (before.hold?.kind !== hold.kind || before.hold.since !== hold.since)) {
    if (after.phase === 'failed') return [];
    const next = awaitedStage(after);
    const text =
      hold.kind === 'approval' && next ? `${stageName(next)} waits for a person` : `held, ${heldWords(after)}`;
    return [{ type: 'held', text }];
  }
  const same = before.phase === after.phase && before.stage === after.stage;
  return before.hold && !hold && same ? [{ type: 'resumed', text: 'goes on' }] : [];
}

function acknowledgements(before: Rollout, after: Rollout): readonly Happening[] {
  return (after.acknowledged ?? []).slice(before.acknowledged?.length ?? 0).flatMap(({ by, verdicts: failed }) =>
    failed.map(({ judge, because: why }) => ({
      type: 'acknowledged' as const,
      text: `${by.name} passes over ${judge}${because(why)}`,
    })),
  );
}

/** A workflow was started for what nobody here could do. */
function calls(before: Rollout, after: Rollout): readonly Happening[] {
  const wakes = ({ hold, operations: all }: Rollout): readonly (readonly [string, Wake | undefined])[] => [
    ['its job', hold?.wake],
    ...all.map((one): readonly [string, Wake | undefined] => [PURPOSES[one.purpose], one.wake]),
  ];
  const known = wakes(before).map(([, wake]) => wake);
  return wakes(after).flatMap(([what, wake]): readonly Happening[] => {
    if (!wake || known.some((one) => one?.since === wake.since && one.sent === wake.sent)) return [];
    const run = wake.run === undefined ? '' : ` (run ${wake.run})`;
    const text = wake.sent
      ? `${wake.workflow ?? 'a workflow'} started for ${what}${run}`
      : `a workflow is called for: ${what}`;
    return [{ type: 'operation', text }];
  });
}

/** A verdict counts when it becomes `fail` or `no-data`, or ceases to be. */
function verdicts(before: Rollout, after: Rollout): readonly Happening[] {
  const weighty = (verdict: Verdict | undefined): boolean =>
    verdict?.verdict === 'fail' || verdict?.verdict === 'no-data';
  return after.verdicts.flatMap((verdict) => {
    const earlier = before.verdicts.find((one) => one.judge === verdict.judge);
    if (earlier?.verdict === verdict.verdict || (!weighty(verdict) && !weighty(earlier))) return [];
    return [{ type: 'verdict' as const, text: `${verdict.judge} says ${verdict.verdict}` }];
  });
}

function lengths(before: Rollout, after: Rollout): readonly Happening[] {
  const longer = after.extendedBy - before.extendedBy;
  return longer > 0
    ? [{ type: 'extended', text: `${currentStage(after)?.name ?? 'stage'} bakes ${printSpan(longer)} longer` }]
    : [];
}

const PURPOSES: Readonly<Record<Operation['purpose'], string>> = {
  before: 'checks before the deploy',
  deploy: 'deploy',
  baseline: 'baseline copy',
  validate: 'validation',
  stage: 'weights',
  shift: 'shift of weights',
  rollback: 'way back',
  verify: 'checks of the stage',
  'clean-up': 'clean-up',
  after: 'steps after the deploy',
  revert: 'taking migrations back',
};

function operations(before: Rollout, after: Rollout): readonly Happening[] {
  return after.operations.flatMap((operation) => {
    const earlier = before.operations.find((one) => one.id === operation.id);
    if (earlier && earlier.state === operation.state && earlier.claim?.attempt === operation.claim?.attempt) return [];
    const detail = operation.state === 'failed' ? because(operation.detail ?? '') : '';
    return [{ type: 'operation' as const, text: `${PURPOSES[operation.purpose]} ${operation.state}${detail}` }];
  });
}
