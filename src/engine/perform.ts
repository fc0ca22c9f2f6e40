/** perform: the one place where an operation's effect happens, read from the committed state. */
import type { Operation, Rollout } from '../core/model/rollout.ts';
import type { OperationResult } from '../core/rollout/input.ts';
import { weightsAt } from '../core/rollout/bake.ts';
import type { OperationStatus, Platform } from '../ports/platform.ts';
import { runChecks } from './checks.ts';
import { questionTime } from './observe-platform.ts';
import { pairOf, platformFor, type Task } from './task.ts';
import { verifySwitch } from './verify.ts';
import type { PlacedPlatform } from './wiring.ts';

/** Carries an operation out, or asks first what became of it where somebody may have begun it before. Never rejects. */
export async function perform(task: Task): Promise<OperationResult> {
  try {
    const before = await beforeUs(task);
    return before ?? (await act(task));
  } catch (error) {
    return { state: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Taken over from a dead performer: the platform is asked, and one that cannot answer gets `failed`, never a second run. */
async function beforeUs({ wiring, rollout, operation, signal }: Task): Promise<OperationResult | undefined> {
  const superseded = operation.state === 'void';
  if ((operation.claim?.attempt ?? 1) <= 1 && !superseded) return undefined;
  if (operation.kind === 'run') return superseded ? { state: 'failed', detail: 'superseded' } : repeatable(operation);
  if (operation.kind === 'weights') return superseded ? { state: 'done', detail: 'superseded' } : undefined;
  const placed = platformFor(wiring, rollout);
  if (!placed) return undefined;
  if (!placed.platform.capabilities().find) {
    return { state: 'failed', detail: 'its performer ended and the platform cannot say what became of it' };
  }
  const found = await placed.platform.find({
    ...pairOf(rollout),
    operation: operation.id,
    signal: questionTime(signal),
  });
  if (found.state !== 'unknown') return found;
  return superseded ? { state: 'done', detail: 'superseded before it began' } : undefined;
}

/** Checks only look; what runs before a deploy or after it may change things, and is not run twice unasked. */
function repeatable(operation: Operation): OperationResult | undefined {
  if (!['before', 'after', 'revert'].includes(operation.purpose)) return undefined;
  if (!operation.checks?.some((check) => check.run !== undefined)) return undefined;
  return { state: 'failed', detail: 'interrupted while it ran: look what became of it, then deploy again' };
}

async function act(task: Task): Promise<OperationResult> {
  const { wiring, rollout, operation, signal } = task;
  if (operation.kind === 'run') return runChecks(task);
  const placed = platformFor(wiring, rollout);
  if (!placed) return { state: 'failed', detail: `no platform moves ${JSON.stringify(pairOf(rollout))} here` };
  const pair = { ...pairOf(rollout), operation: operation.id, signal };
  const label = operation.label ?? '';
  switch (operation.kind) {
    case 'deploy':
      return placed.platform.deploy({ ...pair, label, commit: operation.commit ?? '', ...copied(operation) });
    case 'remove':
      return placed.platform.remove({ ...pair, label, ...(rollout.goingBack?.to === null && { last: true }) });
    case 'weights':
      return setWeights(task, placed);
  }
}

/** The switch, seen through: the live answer names a version that has traffic. */
async function setWeights(
  { wiring, rollout, operation, signal, now }: Task,
  placed: PlacedPlatform,
): Promise<OperationResult> {
  const weights = weightsAt(rollout, operation, now ?? wiring.clock.now());
  const set = await placed.platform.weights({ ...pairOf(rollout), operation: operation.id, weights, signal });
  if (set.state !== 'done') return set;
  const { verify } = rollout.plan;
  if (!verify) return set;
  const seen = await verifySwitch({
    wiring,
    verify: { ...verify, url: placed.address ?? verify.url },
    weights: named(rollout, weights),
    signal,
  });
  return seen.ok ? { ...set, detail: seen.detail } : { state: 'failed', detail: seen.detail };
}

function copied({ copyOf }: Operation): { readonly copyOf?: string } {
  return copyOf === undefined ? {} : { copyOf };
}

/** A copy answers with the name of the version that it is a copy of. */
function named({ operations }: Rollout, weights: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const versionOf = (label: string): string =>
    operations.find((one) => one.label === label && one.copyOf)?.copyOf ?? label;
  return Object.fromEntries(Object.entries(weights).map(([label, weight]) => [versionOf(label), weight]));
}

/** What a platform says of an operation that runs without us. */
export async function ask(
  platform: Platform,
  { rollout, operation, signal }: Pick<Task, 'rollout' | 'operation' | 'signal'>,
): Promise<OperationResult> {
  const found: OperationStatus | { readonly state: 'unknown' } = await platform.find({
    ...pairOf(rollout),
    operation: operation.id,
    signal: questionTime(signal),
    ...(operation.ref === undefined ? {} : { ref: operation.ref }),
  });
  return found;
}
