/** A command for the engine: executed, and as far as this process can, performed. */
import type { Outcome } from '../core/decision.ts';
import { exitOf } from '../core/model/code.ts';
import { hasEnded } from '../core/rollout/input.ts';
import { execute } from '../engine/execute.ts';
import { inspect, isInspection } from '../engine/inspect.ts';
import { isOurs } from '../engine/ours.ts';
import { emptyMemory, stepRollout } from '../engine/step.ts';
import { readMoving } from '../engine/tick.ts';
import { project } from '../engine/project.ts';
import { type Engine, openEngine } from './engine.ts';
import { experimentFile } from './experiment.ts';
import { identityOf } from './identity.ts';
import type { Running } from './running.ts';
import { newRequest } from './session.ts';
import { remark, showOutcome } from './terminal.ts';

export async function runCommand(running: Running): Promise<number> {
  const engine = await openEngine(running, { serves: false });
  try {
    const outcome = await outcomeOfCommand(running, engine);
    const status = showOutcome(running.terminal, outcome);
    const moved = outcome.ok && outcome.commit !== undefined ? await goOn(running, engine, outcome) : undefined;
    return moved ?? status;
  } finally {
    await engine.close();
  }
}

async function outcomeOfCommand(running: Running, { wiring, root, config }: Engine): Promise<Outcome> {
  const { command } = running;
  if (isInspection(command.name)) return (await inspect(wiring, command)).outcome;
  const data = experimentFile(running);
  const request = { command, ...(await identityOf(running, root, config)), id: newRequest() };
  return execute(wiring, data ? { ...request, data } : request);
}

/** What the command began is carried on here if this process can; otherwise whoever can is named. */
async function goOn(running: Running, engine: Engine, outcome: Outcome): Promise<number | undefined> {
  // Nobody waits for a receiver of notices before the work is done.
  const told = project(engine.wiring);
  try {
    return await carryOn(running, engine, outcome);
  } finally {
    await told;
    await project(engine.wiring);
  }
}

async function carryOn(running: Running, { wiring }: Engine, outcome: Outcome): Promise<number | undefined> {
  const id = rolloutIn(outcome);
  if (id === undefined) return undefined;
  const rollout = (await readMoving(wiring)).rollouts.get(id);
  if (!rollout || hasEnded(rollout)) return undefined;
  if (!isOurs(wiring, rollout)) {
    remark(running.terminal, '`sluice serve` carries it out; watch it with `sluice watch`');
    return undefined;
  }
  const after = await stepRollout(
    { wiring, memory: emptyMemory(), signal: running.signal, patience: Number.MAX_SAFE_INTEGER },
    rollout,
  );
  if (after.phase === 'rolled-back' || after.phase === 'failed' || after.phase === 'rolling-back') {
    remark(running.terminal, `${after.phase}: ${after.outcome ?? after.goingBack?.reason ?? ''}`);
    if (!hasEnded(after)) remark(running.terminal, GO_ON);
    return after.kind === 'rollback' || running.command.name === 'rollback' ? undefined : 1;
  }
  if (running.signal.aborted && !hasEnded(after)) {
    remark(running.terminal, 'interrupted  stopped by a signal: `sluice reconcile` goes on from here');
    return exitOf('interrupted');
  }
  if (!hasEnded(after)) remark(running.terminal, GO_ON);
  return undefined;
}

const GO_ON = 'go on watching it with `sluice watch`, or let `sluice reconcile --watch` run';

function rolloutIn({ details }: Outcome): string | undefined {
  if (details === null || typeof details !== 'object' || !('rollout' in details)) return undefined;
  return typeof details['rollout'] === 'string' ? details['rollout'] : undefined;
}
