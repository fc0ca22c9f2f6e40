/** execute: needs, read, facts, decide, commit, perform, project, outcome. Every surface's command comes through here. */
import type { Command } from '../core/command/command.ts';
import { printCommand } from '../core/command/print.ts';
import { isRead } from '../core/command/rights.ts';
import type { Outcome } from '../core/decision.ts';
import { commitDecision } from './commit.ts';
import { inspect, isInspection } from './inspect.ts';
import { rightsByHand } from './pushers.ts';
import { askingOf, prepare, type Request } from './prepare.ts';
import { hasSettled, owedBy, settle } from './settle.ts';
import type { Wiring } from './wiring.ts';

export type { Request } from './prepare.ts';

/** Carries a command out up to its commit. What it began is performed by the next step of its rollout. */
export async function execute(wiring: Wiring, request: Request): Promise<Outcome> {
  const { store, clock, random } = wiring;
  const { command } = request;
  if (isInspection(command.name)) return (await inspect(wiring, command)).outcome;
  const { needs, revision, asking, decide } = await prepare(wiring, request);
  const { decision } = await commitDecision({
    store,
    needs,
    ...(revision === undefined ? {} : { revision }),
    asking: asking(clock.now()),
    ...(request.born === undefined ? {} : { born: request.born }),
    clock,
    random,
    settle: onlyLooks(command) ? 'only-looks' : () => settle(wiring),
    decide,
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
    const rights = await rightsByHand(wiring, actor);
    const outcome = await execute(wiring, { command, actor, rights, id, born });
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
