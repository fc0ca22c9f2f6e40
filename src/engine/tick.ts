/** tick: read, observe, decide, commit, perform, project. Level-triggered: may run anywhere, late, twice, on two machines. */
import type { Decision } from '../core/decision.ts';
import { SLUICE } from '../core/model/actor.ts';
import { experimentFindings } from '../core/experiment/finding.ts';
import { pairKey } from '../core/facts.ts';
import type { Place } from '../core/model/place.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { hasEnded } from '../core/rollout/input.ts';
import { decideQueueTurn } from '../core/rollout/queue.ts';
import { uncalledFindings } from '../core/rollout/uncalled.ts';
import { askForTurn } from './ask-forge.ts';
import { ofAlerts, ofTurn, withBasis } from './basis.ts';
import { commitDecision, type Committed } from './commit.ts';
import { looksOf, tickExperiments } from './experiment/tick.ts';
import { execute, payOwed } from './execute.ts';
import { factsOf } from './facts.ts';
import { sweepLeftovers } from './leftover.ts';
import { levelTraffic } from './level.ts';
import { readMoving } from './moving.ts';
import { isOurs } from './ours.ts';
import { waitFor } from './patience.ts';
import { project } from './project.ts';
import { hasSettled, settle } from './settle.ts';
import { stateOf } from './state.ts';
import { type Seen, seeMoving, storeNow } from './seen.ts';
import { timeAt } from './time.ts';
import { askingOfTick, type Memory, type Stepping, stepRollout } from './step.ts';
import { alertDecision, watch, type Watched } from './watch.ts';
import type { Wiring } from './wiring.ts';

export { readMoving } from './moving.ts';

export interface Ticking extends Omit<Stepping, 'watched' | 'seen'> {
  /** Which rollouts are moved; absent: all that can be from here. A job that holds one release's checkout moves no other's. */
  readonly only?: (rollout: Rollout) => boolean;
}

export interface Ticked {
  /** Unfinished rollouts after the tick. */
  readonly unfinished: number;
  /** The branch's head after it. */
  readonly revision: string | null;
  /** The store's clock is ahead of the one here by so many ms (below 0: behind), too much for anything to go up; absent: it is right. */
  readonly clockOff?: number;
  /** Something could not be done because of the token; it was said. */
  readonly refused?: unknown;
}

/** One tick over everything that moves. Rollouts go on in parallel; a fault in one is said and stops no other. */
export async function tick(ticking: Ticking): Promise<Ticked> {
  const { wiring, memory, only = () => true } = ticking;
  const looking = fresh(wiring, memory, await begin(ticking));
  const { seen } = looking;
  const refusals: unknown[] = [];
  const guarded = guarding(wiring, refusals);
  const watched = await watch(wiring, seen.state, storeNow(seen, wiring));
  const mine = [...seen.state.rollouts.values()].filter((rollout) => only(rollout) && isOurs(wiring, rollout));
  await Promise.all(
    mine.map((rollout) => guarded(rollout.id, () => stepRollout({ ...ticking, watched, seen }, rollout))),
  );
  await guarded('flags', () => turnOffFlags(ticking, watched));
  await guarded('queue', async () => queueTurns(ticking, await looking.again()));
  await guarded('experiments', async () => tickExperiments(ticking, await looking.again()));
  await guarded('alerts', async () => commitAlerts(ticking, watched, await looking.again()));
  await guarded('traffic', async () => levelTraffic(wiring, await looking.again(), ticking.signal));
  // A receiver that hangs holds up no rollout: what is owed to it goes on beside the next tick.
  const { state } = await looking.again();
  await waitFor(project(wiring, { head: state.revision }), { ...ticking, clock: wiring.clock });
  return {
    unfinished: [...state.rollouts.values()].filter((one) => !hasEnded(one)).length,
    revision: state.revision,
    ...(seen.clockOff ? { clockOff: seen.ahead } : {}),
    ...(refusals.length === 0 ? {} : { refused: refusals[0] }),
  };
}

/** The state to tick on; commits that are not ours are decided before anything else is. */
async function begin({ wiring, memory }: Ticking): Promise<Seen> {
  const isOwing = hasSettled(wiring);
  const seen = await seeMoving(wiring);
  const { revision } = seen.state;
  if (revision === null || (revision === memory.sealed && !isOwing)) return seen;
  await settle(wiring);
  hasSettled(wiring);
  const isPaid = await payOwed(wiring, memory.owed);
  const settled = (await wiring.store.read([])).revision === seen.state.revision ? seen : await seeMoving(wiring);
  memory.sealed = settled.state.revision;
  if (isPaid && memory.sealed !== null) memory.owed = memory.sealed;
  return settled;
}

/** Reads again only when this process has committed since. */
function fresh(
  wiring: Wiring,
  memory: Memory,
  first: Seen,
): { readonly seen: Seen; readonly again: () => Promise<Seen> } {
  let seen = first;
  let commits = memory.commits;
  const again = async (): Promise<Seen> => {
    if (memory.commits !== commits) {
      commits = memory.commits;
      seen = await seeMoving(wiring);
    }
    return seen;
  };
  return { seen: first, again };
}

/** No next try of a tick mends these: somebody has to give another token, or a permission. */
const OF_THE_TOKEN: readonly unknown[] = ['token-missing', 'token-lacks-permission'];

type Guarded = (what: string, work: () => Promise<unknown>) => Promise<void>;

/** Says what fails, and keeps what the token is to blame for. */
function guarding({ log }: Wiring, refusals: unknown[]): Guarded {
  return async (what, work) => {
    await work().catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && OF_THE_TOKEN.includes(error.code)) refusals.push(error);
      log(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
}

/** Flags that a trigger turns off: each its own command and commit, by Sluice itself. */
async function turnOffFlags({ wiring, memory }: Ticking, { flagsOff }: Watched): Promise<void> {
  if (flagsOff.length === 0) return;
  const { flagsToDisable } = await import('../core/watch/disable.ts');
  const state = await stateOf(await wiring.store.read(['flags/']), wiring.config, wiring.store);
  for (const { tags, environment, because, trigger } of flagsOff) {
    for (const key of flagsToDisable(state.flags.values(), { tags, environment })) {
      const command = {
        name: 'flag disable',
        args: { key },
        options: { reason: because, 'take-over': true },
        environment,
      };
      const id = `trigger-${trigger}-${key}-${wiring.clock.now()}`;
      const outcome = await execute(wiring, { command, actor: SLUICE, rights: { teams: [] }, id });
      memory.commits += 1;
      wiring.log(outcome.summary);
    }
  }
}

/** Who waits in a free pair's queue has its turn. */
async function queueTurns(ticking: Ticking, { state }: Seen): Promise<void> {
  for (const place of state.places.values()) {
    if (place.queue.length > 0) await queueTurn(ticking, place);
  }
}

async function queueTurn({ wiring, memory, signal, patience }: Ticking, waiting: Place): Promise<void> {
  const { store, config, clock, random } = wiring;
  const made = await commitDecision({
    store,
    needs: ['rollouts/', 'services/', 'environments/'],
    asking: askingOfTick(wiring, memory, pairKey(waiting)),
    clock,
    random,
    settle: () => settle(wiring),
    decide: async (snapshot): Promise<Decision> => {
      const state = await stateOf(snapshot, config, store);
      const place = state.places.get(pairKey(waiting));
      const { now, off } = timeAt(clock, snapshot);
      const facts = factsOf(wiring, { now, clockOff: off, ...(await askForTurn(wiring, place)) });
      const turn = place && decideQueueTurn(state, place, facts);
      if (turn) return withBasis(turn, { wiring, now, observed: ofTurn(pairKey(waiting), facts) });
      return {
        changes: [],
        outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary: 'the pair is taken', details: null },
      };
    },
  });
  if (made.commit === undefined) return;
  noteCommit(memory, made);
  wiring.log(made.decision.outcome.summary);
  const begun = await readMoving(wiring);
  const rollout = [...begun.rollouts.values()].find((one) => one.id === begun.places.get(pairKey(waiting))?.active);
  if (rollout) await stepRollout({ wiring, memory, signal, patience }, rollout);
}

async function commitAlerts({ wiring, memory, signal }: Ticking, watched: Watched, seen: Seen): Promise<void> {
  const { store, config, clock, random } = wiring;
  const { experiments } = seen.state;
  const findings = [
    ...watched.findings,
    ...experimentFindings(experiments.values(), looksOf(memory, experiments.values())),
    ...uncalledFindings(seen.state, storeNow(seen, wiring)),
    ...(await sweepLeftovers(wiring, seen.state, signal)),
  ];
  if (!alertDecision(seen.state, findings, storeNow(seen, wiring)).message) return;
  const made = await commitDecision({
    store,
    needs: ['alerts/'],
    asking: askingOfTick(wiring, memory, 'alerts'),
    clock,
    random,
    settle: () => settle(wiring),
    decide: async (snapshot) => {
      const state = await stateOf(snapshot, config, store);
      const { now } = timeAt(clock, snapshot);
      const observed = ofAlerts(findings, state.alerts.values());
      return withBasis(alertDecision(state, findings, now), { wiring, now, observed });
    },
  });
  if (made.commit === undefined) return;
  noteCommit(memory, made);
  wiring.log(made.decision.outcome.summary);
}

function noteCommit(memory: Memory, { snapshot }: Committed): void {
  memory.commits += 1;
  memory.sealed = snapshot.revision;
}
