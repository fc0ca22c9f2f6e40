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
import { hasSettled, owedBy, settle } from './settle.ts';
import { timeAt } from './time.ts';
import { inspect, isInspection } from './inspect.ts';
import { observeTraffic } from './observe-platform.ts';
import { stateOf, stateToGoBack } from './state.ts';
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
    settle: onlyLooks(command) ? 'only-looks' : () => settle(wiring),
    decide: async (snapshot: Snapshot) => {
      const { now, off } = timeAt(clock, snapshot);
      if (undo) return undo.decide(snapshot, askingOf(request, now));
      const read = command.name === 'rollback' ? stateToGoBack : stateOf;
      const state = await read(snapshot, wiring.config, store);
      const facts = factsOf(wiring, { now, clockOff: off, releases, ...(seen === undefined ? {} : { seen }) });
      return decide({ state, command, asking: askingOf(request, now), facts });
    },
  });
  if (hasSettled(wiring)) await payOwed(wiring);
  return decision.outcome;
}

/** What only looks shall write nothing, also not the answer to a commit by hand. */
function onlyLooks({ name, options }: Command): boolean {
  return isRead(name) || options['dry-run'] === true;
}

/**
 * Carries out what commits by hand meant (a `git revert` of a rollout's commit is `rollback`, given by who reverted). Each
 * ends in a commit of its own, also where it was refused: it is never decided a second time, on a later state. False: some
 * could not be written yet.
 */
export async function payOwed(wiring: Wiring, since?: string): Promise<boolean> {
  let isPaid = true;
  for (const { command, actor, request: id, born } of await owedBy(wiring, since)) {
    const outcome = await execute(wiring, { command, actor, rights: { teams: [] }, id, born });
    wiring.log(outcome.summary);
    if (outcome.commit === undefined && outcome.code !== 'busy')
      await noteUndone(wiring, { command, actor, id, outcome });
    isPaid &&= outcome.code !== 'busy';
  }
  return isPaid;
}

interface Undone extends Pick<Request, 'command' | 'actor' | 'id'> {
  readonly outcome: Outcome;
}

/** A commit without changes that says why nothing came of it. */
async function noteUndone(wiring: Wiring, { command, actor, id, outcome }: Undone): Promise<void> {
  const { store, clock, random } = wiring;
  const title = `not done: ${printCommand(command)}`.slice(0, 100);
  await commitDecision({
    store,
    needs: [],
    asking: askingOf({ command, actor, rights: { teams: [] }, id }, clock.now()),
    clock,
    random,
    settle: () => settle(wiring),
    decide: () => ({
      changes: [],
      outcome,
      message: { title, body: outcome.summary, event: 'external.undone', subject: String(command.args['target']) },
    }),
  });
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
