/** The record of one rollout with its timings: as data, and as a report. */
import type { Json } from '../model/document.ts';
import type { Operation, Rollout } from '../model/rollout.ts';
import { type Instant, type Milliseconds, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { weightChart } from './chart.ts';
import type { Block, Report } from './report.ts';
import { headline } from './rollout.ts';
import { nameOf, stableOf, subjectOf } from './subject.ts';
import { verdictTable } from './verdicts.ts';
import { wayBack } from './way-back.ts';
import { moodOfPhase, printSpan } from './words.ts';

/** One phase of a deployment; `ended` is null while it runs, `took` in ms. */
export interface PhaseTiming {
  readonly phase: 'preparation' | 'deployment' | 'validation' | 'traffic' | 'completion' | 'rollback';
  readonly began: Instant;
  readonly ended: Instant | null;
  readonly took: Milliseconds | null;
}

/** The phases a rollout went through, in order of time; one that it never reached is not there. */
export function timings(rollout: Rollout): readonly PhaseTiming[] {
  const back = rollout.goingBack?.at;
  const deploy = spanOfRuns(rollout, 'deploy');
  const validate = spanOfRuns(rollout, 'validate');
  const traffic = rollout.stages[0]?.began ?? (rollout.phase === 'exposing' ? rollout.phaseSince : undefined);
  const whole = back === undefined ? completionBegan(rollout) : undefined;
  const found = [
    timing('preparation', rollout.began, [deploy?.began, traffic, back, rollout.ended]),
    timing('deployment', deploy?.began, [deploy?.ended, back]),
    timing('validation', validate?.began, [validate?.ended, back]),
    timing('traffic', traffic, [whole, back, rollout.ended]),
    timing('completion', whole, [rollout.ended]),
    timing('rollback', back, [rollout.ended]),
  ];
  return found.filter((one) => one !== undefined);
}

/** A phase from its begin to the first of the ends that is known. */
function timing(
  phase: PhaseTiming['phase'],
  began: Instant | undefined,
  ends: readonly (Instant | undefined)[],
): PhaseTiming | undefined {
  if (began === undefined) return undefined;
  const ended = ends.find((one) => one !== undefined) ?? null;
  return {
    phase,
    began,
    ended,
    took: ended === null ? null : Math.max(0, toMilliseconds(ended) - toMilliseconds(began)),
  };
}

function spanOfRuns(
  rollout: Rollout,
  purpose: Operation['purpose'],
): { readonly began: Instant; readonly ended?: Instant } | undefined {
  const runs = rollout.operations.filter((one) => one.purpose === purpose);
  const [first] = runs;
  if (!first) return undefined;
  const ended = runs.at(-1)?.ended;
  return ended === undefined ? { began: first.since } : { began: first.since, ended };
}

/** When all traffic was the candidate's and its last stage passed; undefined before that. */
function completionBegan(rollout: Rollout): Instant | undefined {
  if (rollout.phase === 'provisional') return rollout.phaseSince;
  return rollout.phase === 'completed'
    ? rollout.stages.findLast((record) => record.ended !== undefined)?.ended
    : undefined;
}

/** The deployment record (`report --format json`): what, who, when, how long, the numbers seen. Times in ms, moments ISO. */
export function deploymentRecord(rollout: Rollout): Json {
  const { subject, goingBack: back } = rollout;
  return {
    schemaVersion: 1,
    rollout: rollout.id,
    kind: rollout.kind,
    subject: subjectOf(rollout),
    environment: subject.environment,
    version: subject.type === 'release' ? subject.release.label : null,
    commit: subject.type === 'release' ? subject.release.commit : null,
    before: rollout.stable?.label ?? null,
    requestedBy: rollout.requestedBy.name,
    reason: rollout.reason ?? null,
    source: rollout.source ?? null,
    strategy: rollout.plan.strategy,
    plan: rollout.plan.digest,
    phase: rollout.phase,
    outcome: rollout.outcome ?? null,
    began: rollout.began,
    ended: rollout.ended ?? null,
    took: rollout.ended === undefined ? null : toMilliseconds(rollout.ended) - toMilliseconds(rollout.began),
    timings: timings(rollout).map(({ phase, began, ended, took }) => ({ phase, began, ended, took })),
    stages: stageRecords(rollout),
    checks: checkRuns(rollout),
    approvals: rollout.approvals.map(({ by, stage, at }) => ({ by: by.name, stage, at })),
    overrides: rollout.overrides,
    rollback: back
      ? {
          at: back.at,
          automatic: back.automatic,
          reason: back.reason,
          cause: back.cause,
          to: back.to,
          by: back.by.name,
          incident: back.incident,
        }
      : null,
  };
}

function stageRecords(rollout: Rollout): Json {
  return rollout.stages.map((record) => ({
    stage: record.stage,
    weight: printPercent(rollout.plan.stages.find((stage) => stage.name === record.stage)?.weight ?? 0),
    began: record.began,
    exposed: record.exposed ?? null,
    ended: record.ended ?? null,
    how: record.how ?? null,
    verdicts: record.verdicts.map(({ judge, verdict, because, seen, baseline, samples }) => ({
      judge,
      verdict,
      because,
      seen,
      baseline,
      samples,
    })),
  }));
}

function checkRuns(rollout: Rollout): Json {
  const runs = rollout.operations.filter((one) => one.kind === 'run');
  return runs.map(({ purpose, state, since, ended, detail }) => ({
    purpose,
    state,
    since,
    ended: ended ?? null,
    detail: detail ?? null,
  }));
}

/** The record as people read it: timings, operations, numbers, way back, the share over time. */
export function deploymentReport(rollout: Rollout, now: Milliseconds): Report {
  const blocks: readonly (Block | undefined)[] = [
    { type: 'heading', text: headline(rollout), mood: moodOfPhase(rollout.phase, rollout.hold !== undefined) },
    { type: 'text', text: summary(rollout) },
    rollout.goingBack ? { type: 'list', items: wayBack(rollout, now) } : undefined,
    timingTable(rollout),
    rollout.stages.length > 0 ? recordTable(rollout) : undefined,
    verdictTable(rollout),
    rollout.operations.length > 0 ? operationTable(rollout) : undefined,
    weightChart(rollout, now),
  ];
  return { blocks: blocks.filter((block) => block !== undefined) };
}

function summary(rollout: Rollout): string {
  const after = rollout.subject.type === 'release' && rollout.stable ? ` after ${stableOf(rollout)}` : '';
  const why = rollout.reason === undefined ? '' : `, because: ${rollout.reason}`;
  const outcome = rollout.outcome === undefined ? '' : ` ${rollout.outcome}`;
  return `${nameOf(rollout)}${after} in ${rollout.subject.environment}, asked by ${rollout.requestedBy.name}${why}. ${rollout.phase}.${outcome}`;
}

function timingTable(rollout: Rollout): Block {
  return {
    type: 'table',
    columns: [{ title: 'phase' }, { title: 'began (UTC)' }, { title: 'took', align: 'right' }],
    rows: timings(rollout).map(({ phase, began, took }) => [
      phase,
      moment(began),
      took === null ? 'still running' : printSpan(took),
    ]),
  };
}

function recordTable(rollout: Rollout): Block {
  return {
    type: 'table',
    columns: [{ title: 'stage' }, { title: 'exposed (UTC)' }, { title: 'left (UTC)' }, { title: 'how', moods: true }],
    rows: rollout.stages.map((one) => [one.stage, moment(one.exposed), moment(one.ended), one.how ?? '']),
  };
}

function operationTable(rollout: Rollout): Block {
  return {
    type: 'table',
    columns: [
      { title: 'operation' },
      { title: 'for' },
      { title: 'state', moods: true },
      { title: 'took', align: 'right' },
      { title: 'detail' },
    ],
    rows: rollout.operations.map((one) => [
      one.kind,
      one.purpose,
      one.state,
      one.ended === undefined ? '' : printSpan(toMilliseconds(one.ended) - toMilliseconds(one.since)),
      one.detail ?? '',
    ]),
  };
}

function moment(instant: Instant | undefined): string {
  return instant === undefined ? '' : `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;
}
