/** execute: needs, read, facts, decide, commit, perform, project, outcome. Every surface's command comes through here. */
import type { Command } from '../core/command/command.ts';
import { printCommand } from '../core/command/print.ts';
import { isRead } from '../core/command/rights.ts';
import { decide } from '../core/decide.ts';
import type { Asking, Outcome, Rights } from '../core/decision.ts';
import { furtherNeeds, needsOf } from '../core/needs.ts';
import type { Actor } from '../core/model/actor.ts';
import type { Snapshot } from '../ports/store.ts';
import { commitDecision } from './commit.ts';
import { factsOf, resolveReleases } from './facts.ts';
import { settle, takeReverted } from './settle.ts';
import { inspect, isInspection } from './inspect.ts';
import { observeTraffic } from './observe-platform.ts';
import { stateOf } from './state.ts';
import { undoOf } from './undo.ts';
import type { Wiring } from './wiring.ts';

export interface Request {
  readonly command: Command;
  /** What stands in the commit where `command` carries more than was typed (a file's text). */
  readonly printed?: Command;
  readonly actor: Actor;
  readonly rights: Rights;
  /** Unique to the request: the same one never acts twice. */
  readonly id: string;
  /** Where it came from: a comment's URL, a run's URL. */
  readonly source?: string;
  /** When it came into being, in ms; absent: now. */
  readonly born?: number;
}

/** Carries a command out up to its commit. What it began is performed by the next step of its rollout. */
export async function execute(wiring: Wiring, request: Request): Promise<Outcome> {
  const { store, clock, random } = wiring;
  const { command } = request;
  if (isInspection(command.name)) return (await inspect(wiring, command)).outcome;
  const undo = command.name === 'undo' ? await undoOf(wiring, command) : undefined;
  if (undo && 'command' in undo) return execute(wiring, { ...request, command: undo.command, printed: command });
  const releases = await resolveReleases(wiring, command);
  const seen = command.name === 'traffic show' ? await observeTraffic(wiring) : undefined;
  const { decision } = await commitDecision({
    store,
    needs: undo ? undo.needs : await allNeeds(wiring, command),
    asking: askingOf(request, clock.now()),
    ...(request.born === undefined ? {} : { born: request.born }),
    clock,
    random,
    ...(onlyLooks(command) ? {} : { settle: () => settle(wiring) }),
    decide: async (snapshot: Snapshot) => {
      if (undo) return undo.decide(snapshot, askingOf(request, snapshot.now));
      const state = await stateOf(snapshot, wiring.config, store, { goingBack: command.name === 'rollback' });
      const facts = factsOf(wiring, { now: snapshot.now, releases, ...(seen === undefined ? {} : { seen }) });
      return decide({ state, command, asking: askingOf(request, snapshot.now), facts });
    },
  });
  await takeBackReverted(wiring);
  return decision.outcome;
}

/** What only looks shall write nothing, also not the answer to a commit by hand. */
function onlyLooks({ name, options }: Command): boolean {
  return isRead(name) || options['dry-run'] === true;
}

/** A `git revert` of a rollout's commit is the command `rollback`, given by who reverted. */
export async function takeBackReverted(wiring: Wiring): Promise<void> {
  for (const { rollout, actor, reverted } of takeReverted(wiring)) {
    const options = { reason: `commit ${reverted.slice(0, 10)} was reverted by ${actor.name}` };
    const command = { name: 'rollback', args: { target: rollout }, options };
    const outcome = await execute(wiring, { command, actor, rights: { teams: [] }, id: `revert-${reverted}` });
    wiring.log(outcome.summary);
  }
}

/** What the command names, and the flags that the rollouts it may move turn out to move. */
async function allNeeds(wiring: Wiring, command: Command): Promise<readonly string[]> {
  const needs = needsOf(command);
  if (!needs.includes('rollouts/')) return needs;
  const snapshot = await wiring.store.read(['rollouts/']);
  const state = await stateOf(snapshot, wiring.config, wiring.store);
  return [...new Set([...needs, ...furtherNeeds(state)])];
}

function askingOf({ command, printed = command, actor, rights, id, source }: Request, now: number): Asking {
  const { reason, override } = command.options;
  return {
    now,
    actor,
    rights,
    request: id,
    dryRun: command.options['dry-run'] === true,
    overrides: Array.isArray(override) ? (override as readonly string[]) : [],
    command: printCommand(printed),
    ...(source === undefined ? {} : { source }),
    ...(typeof reason === 'string' ? { reason } : {}),
  };
}
