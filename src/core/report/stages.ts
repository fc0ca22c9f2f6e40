/** A rollout's stages as a table: stage, traffic, bake, then, state. */
import type { PlannedStage, Rollout } from '../model/rollout.ts';
import type { Milliseconds } from '../model/time.ts';
import { WHOLE, type Weight, printPercent } from '../model/weight.ts';
import { baked, weightAt } from '../rollout/bake.ts';
import { validApprovals } from '../rollout/vote.ts';
import type { Block } from './report.ts';
import { awaitedStage, stableOf } from './subject.ts';
import { shareNow } from './users.ts';
import { heldWords, plural, printMoment, printSpan } from './words.ts';

/** The stage table of `status`, comments and commit bodies. */
export function stageTable(rollout: Rollout, now: Milliseconds): Extract<Block, { type: 'table' }> {
  return {
    type: 'table',
    columns: [
      { title: 'stage' },
      { title: 'traffic', align: 'right' },
      { title: 'bake', align: 'right' },
      { title: 'then' },
      { title: 'state', moods: true },
    ],
    rows: rollout.plan.stages.map((stage, index) => [
      stage.name,
      traffic(rollout, index, now),
      bake(rollout, index, now),
      leaves(rollout, index),
      stageState(rollout, index, now),
    ]),
  };
}

function traffic(rollout: Rollout, index: number, now: Milliseconds): string {
  const stage = rollout.plan.stages[index];
  if (!stage) return '';
  if (stage.weights) return sharesOf(stage.weights);
  const weight = weightAt(rollout, now);
  const other = isExposed(rollout, index) && weight !== stage.weight;
  if (stage.baseline) return armsOf(other ? weight : stage.weight, stableOf(rollout));
  return other ? `${printPercent(weight)} of ${printPercent(stage.weight)}` : printPercent(stage.weight);
}

/** Three arms of a stage: `5% candidate, 5% baseline 1.3.2, 90% stable`. */
export function armsOf(weight: Weight, stable: string): string {
  const share = printPercent(weight);
  const rest = WHOLE - 2 * weight;
  return `${share} candidate, ${share} baseline ${stable}${rest > 0 ? `, ${printPercent(rest)} stable` : ''}`;
}

/** The greatest first: `1.3.2 95%, 1.4.0 5%`; versions without traffic are left out. */
export function sharesOf(weights: Readonly<Record<string, Weight>>): string {
  const shares = Object.entries(weights).filter(([, weight]) => weight > 0);
  return shares
    .toSorted(([, one], [, other]) => other - one)
    .map(([label, weight]) => `${label} ${printPercent(weight)}`)
    .join(', ');
}

/** Whether users see the candidate in this stage now. */
export function isExposed(rollout: Rollout, index: number): boolean {
  return rollout.phase === 'exposing' && rollout.stage === index && rollout.step !== 'gate';
}

function bake(rollout: Rollout, index: number, now: Milliseconds): string {
  const stage = rollout.plan.stages[index];
  if (!stage || stage.bake === 0) return '';
  const left = rollout.stages.findLast((record) => record.stage === stage.name)?.ended !== undefined;
  if (left || !isExposed(rollout, index) || rollout.exposedAt === undefined) return printSpan(stage.bake);
  const whole = stage.bake + rollout.extendedBy;
  const done = baked(rollout, now);
  return done >= whole ? printSpan(whole) : `${printSpan(done)} of ${printSpan(whole)}`;
}

/** What comes after the stage: `goes on by itself`, `1 approval from team:web-leads`, `done; 1.3.2 kept until then`. */
function leaves(rollout: Rollout, index: number): string {
  const stage = rollout.plan.stages[index];
  const next = rollout.plan.stages[index + 1];
  if (!stage) return '';
  if (!next)
    return rollout.stable && rollout.subject.type === 'release' ? `done; ${stableOf(rollout)} kept until then` : 'done';
  if (next.approvals) return askedOf(next.approvals);
  if (stage.promote === 'job') return `waits for a job in ${next.githubEnvironment ?? rollout.subject.environment}`;
  return stage.promote === 'manual' ? 'waits for a person' : 'goes on by itself';
}

function askedOf({ count, from }: NonNullable<PlannedStage['approvals']>): string {
  return from.length === 0 ? plural(count, 'approval') : `${plural(count, 'approval')} from ${from.join(', ')}`;
}

/** How a stage stands, in a word that `moodOf` knows and what belongs to it. */
export function stageState(rollout: Rollout, index: number, now: Milliseconds): string {
  const stage = rollout.plan.stages[index];
  const how = rollout.stages.findLast((record) => record.stage === stage?.name)?.how;
  if (rollout.hold && waitsBefore(rollout) && stage !== undefined && stage === awaitedStage(rollout))
    return holdWords(rollout, now);
  if (index < rollout.stage) return how ?? 'passed';
  if (index > rollout.stage) return '';
  return how ?? stateOfCurrent(rollout, now);
}

/** Whether the hold is a question before the next stage, rather than something wrong with this one. */
function waitsBefore({ phase, hold }: Rollout): boolean {
  const live = phase === 'exposing' || phase === 'preparing';
  return live && (hold?.kind === 'approval' || hold?.kind === 'job' || hold?.kind === 'gate');
}

function stateOfCurrent(rollout: Rollout, now: Milliseconds): string {
  const { phase, hold } = rollout;
  if (phase === 'provisional' || phase === 'completed') return 'passed';
  if (phase === 'cancelled') return '';
  if (phase !== 'exposing') return hold && phase !== 'failed' ? holdWords(rollout, now) : phase;
  if (!hold) return exposingWords(rollout);
  if (!waitsBefore(rollout)) return holdWords(rollout, now);
  const stage = rollout.plan.stages[rollout.stage];
  return baked(rollout, now) >= (stage?.bake ?? 0) + rollout.extendedBy ? 'passed' : 'baking';
}

function exposingWords({ step }: Rollout): string {
  return step === 'gate' ? 'waits for its gates' : (step ?? 'exposing');
}

/** `waits for 1 of team:web-leads until 14:40 UTC`, `held: paused by a person until 14:40 UTC`. */
export function holdWords(rollout: Rollout, now: Milliseconds): string {
  const { hold } = rollout;
  if (!hold) return '';
  const until = `until ${printMoment(hold.until, now)}`;
  if (hold.kind !== 'approval')
    return hold.kind === 'job' ? `waits for a job ${until}` : `held: ${heldWords(rollout)} ${until}`;
  const missing = missingApprovals(rollout, now);
  return missing === undefined ? `waits for a person ${until}` : `waits for ${missing} ${until}`;
}

/** `1 of team:web-leads`, `2 more of team:sre, team:leads`; undefined where the awaited stage asks for none. */
function missingApprovals(rollout: Rollout, now: Milliseconds): string | undefined {
  const stage = awaitedStage(rollout);
  if (!stage?.approvals) return undefined;
  const given = validApprovals(rollout, stage.name, now).length;
  const missing = Math.max(0, stage.approvals.count - given);
  const from = stage.approvals.from.length === 0 ? 'approvals' : stage.approvals.from.join(', ');
  return given === 0 ? `${missing} of ${from}` : `${missing} more of ${from}`;
}

/** The share that the candidate has now, as the state says it shall; of a way back the share that was set last. */
export function exposure(rollout: Rollout): number {
  if (rollout.phase === 'provisional' || rollout.phase === 'completed') return WHOLE;
  if (rollout.phase === 'rolling-back' || rollout.phase === 'failed') return shareNow(rollout);
  return rollout.phase === 'exposing' ? rollout.weight : 0;
}
