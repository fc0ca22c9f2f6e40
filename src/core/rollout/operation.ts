/** Operations: intents, claims, results (rollouts.md section 2). */
import type { Operation, Rollout } from '../model/rollout.ts';
import { type Milliseconds, MINUTE, toInstant } from '../model/time.ts';
import type { Circumstances, OperationResult, Performer } from './input.ts';

/** What a new operation is to do; the machine adds id, generation, claim. */
export type Intent = Pick<Operation, 'kind' | 'purpose'> &
  Partial<Pick<Operation, 'label' | 'commit' | 'copyOf' | 'weights' | 'checks' | 'stage'>>;

/** The rollout with one more operation: claimed by the performer at hand if it has what is needed, else pending. */
export function intend(rollout: Rollout, intent: Intent, c: Circumstances): Rollout {
  const moves = intent.kind !== 'run';
  const operation: Operation = {
    ...intent,
    id: `${rollout.id}/${rollout.operations.length + 1}`,
    needs: needsOf(intent, c),
    generation: moves ? Math.max(c.generation, latestGeneration(rollout)) + 1 : latestGeneration(rollout),
    state: 'pending',
    since: toInstant(c.now),
  };
  return { ...rollout, operations: [...rollout.operations, claimed(operation, c, 1)] };
}

/** Where a job's own steps deploy, a performer needs those, and nothing else. */
function needsOf({ kind }: Intent, c: Circumstances): readonly string[] {
  if (kind === 'run') return c.checkNeeds;
  return kind === 'deploy' ? (c.deployNeeds ?? c.platformNeeds) : c.platformNeeds;
}

/** Highest generation among the rollout's own intents. */
function latestGeneration(rollout: Rollout): number {
  return rollout.operations.reduce((highest, operation) => Math.max(highest, operation.generation), 0);
}

/** Between an operation's own limit and the end of its claim: time to say what came of it. */
const MARGIN = 5 * MINUTE;

/** How long an operation may take by its own limits, in ms: nobody else shall take it for dead before. */
function longest({ kind, checks = [] }: Operation, { platformTimeout = 0 }: Circumstances): Milliseconds {
  return kind === 'run' ? checks.reduce((sum, { timeout }) => sum + timeout, 0) : platformTimeout;
}

function claimed(operation: Operation, c: Circumstances, attempt: number): Operation {
  const { performer } = c;
  if (!performer || !operation.needs.every((need) => performer.has.includes(need))) return operation;
  const claim = {
    by: performer.id,
    ...(performer.runId === undefined ? {} : { runId: performer.runId }),
    ...(performer.runAttempt === undefined ? {} : { runAttempt: performer.runAttempt }),
    ...(performer.job === undefined ? {} : { job: performer.job }),
    ...(performer.runner === undefined ? {} : { runner: performer.runner }),
    attempt,
    since: toInstant(c.now),
    until: toInstant(c.now + Math.max(performer.claimFor, longest(operation, c) + MARGIN)),
  };
  const { wake: _, ...own } = operation;
  return { ...own, state: 'running', claim, ...refOfJob(operation, performer) };
}

/** Where a job's own steps deploy, the run that took the operation is the handle by which its end is observed. */
function refOfJob({ kind, needs }: Operation, { runId, runAttempt = 1 }: Performer): Pick<Operation, 'ref'> {
  const byJob = kind === 'deploy' && needs.some((need) => need.startsWith('job:'));
  return byJob && runId !== undefined ? { ref: refOfRun({ id: runId, attempt: runAttempt }) } : {};
}

/** The handle of an operation that a workflow run's own steps perform: `run:7001/1`. */
export function refOfRun({ id, attempt }: { readonly id: string; readonly attempt: number }): string {
  return `run:${id}/${attempt}`;
}

/** The last operation of a purpose, whatever became of it. */
export function latest(rollout: Rollout, ...purposes: readonly Operation['purpose'][]): Operation | undefined {
  return rollout.operations.findLast((operation) => purposes.includes(operation.purpose));
}

export function isOpen(operation: Operation): boolean {
  return operation.state === 'pending' || operation.state === 'running';
}

/** An effect that may still land: running, or superseded while it ran and not known to have ended. */
export function mayStillLand(operation: Operation): boolean {
  return operation.state === 'running' || (operation.state === 'void' && operation.ended === undefined);
}

/** Supersedes what runs and voids what is pending: its late result is recorded and moves nothing up. */
export function voidOpen(rollout: Rollout, c: Circumstances): Rollout {
  const ended = toInstant(c.now);
  const operations = rollout.operations.map((operation): Operation => {
    if (operation.state === 'pending') return { ...operation, state: 'void', ended };
    return operation.state === 'running' ? { ...operation, state: 'void' } : operation;
  });
  return { ...rollout, operations };
}

interface Recorded {
  readonly id: string;
  /** Of which claim; absent: the platform itself says so. */
  readonly attempt?: number;
  readonly result: OperationResult;
}

/** Records a result. Of another attempt than the claimed one, or of an operation that has ended, it changes nothing. */
export function record(rollout: Rollout, { id, attempt, result }: Recorded, c: Circumstances): Rollout {
  const operation = rollout.operations.find((one) => one.id === id);
  if (!operation || !mayStillLand(operation)) return rollout;
  if (attempt !== undefined && operation.claim && operation.claim.attempt !== attempt) return rollout;
  const next = withResult(operation, result, c);
  return next === operation ? rollout : replace(rollout, next);
}

function withResult(operation: Operation, result: OperationResult, c: Circumstances): Operation {
  if (result.state === 'unknown') return operation;
  if (result.state === 'running') {
    return result.ref === undefined || result.ref === operation.ref ? operation : { ...operation, ref: result.ref };
  }
  const state = operation.state === 'void' ? 'void' : result.state;
  return {
    ...operation,
    state,
    ended: toInstant(c.now),
    ...(result.url === undefined ? {} : { url: result.url }),
    ...(result.detail === undefined ? {} : { detail: result.detail }),
    ...(result.passed === undefined ? {} : { passed: result.passed }),
  };
}

function replace(rollout: Rollout, operation: Operation): Rollout {
  return { ...rollout, operations: rollout.operations.map((one) => (one.id === operation.id ? operation : one)) };
}

/**
 * Claims what is pending and this performer can do, and takes over what a dead performer left.
 * The one who takes over asks the platform first (`find`), so nothing is done twice.
 */
export function claimOpen(rollout: Rollout, dead: Readonly<Record<string, number>>, c: Circumstances): Rollout {
  return rollout.operations.reduce((now, operation) => {
    // Somebody else may have taken it over since it was looked at: that claim lives.
    const isDead = operation.claim !== undefined && dead[operation.id] === operation.claim.attempt;
    const next = reclaimed(operation, isDead, c);
    return next === operation ? now : replace(now, next);
  }, rollout);
}

function reclaimed(operation: Operation, dead: boolean, c: Circumstances): Operation {
  if (operation.state === 'pending') return claimed(operation, c, 1);
  if (!mayStillLand(operation) || operation.ref !== undefined || !(dead || !operation.claim)) return operation;
  if (!operation.claim) return operation.state === 'void' ? { ...operation, ended: toInstant(c.now) } : operation;
  const taken = claimed(operation, c, operation.claim.attempt + 1);
  return operation.state === 'void' && taken !== operation ? { ...taken, state: 'void' } : taken;
}
