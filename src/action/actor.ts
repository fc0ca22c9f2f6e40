/** Who asks, as the event says it and nobody else: never an input. */
import type { Rights } from '../core/decision.ts';
import { isRead } from '../core/command/rights.ts';
import type { Actor } from '../core/model/actor.ts';
import { SLUICE } from '../core/model/sluice.ts';
import type { ForgePeople } from '../ports/forge.ts';
import { isFromFork, type RunContext, valueAt } from './context.ts';
import { ActionError } from './failure.ts';

export interface Asker {
  readonly actor: Actor;
  readonly rights: Rights;
}

/** Events that nobody in particular caused: there is no person to ask for rights. */
const NOBODY: readonly string[] = ['schedule', 'workflow_run'];

/**
 * Refuses what the event cannot give at all: a command from a schedule, anything that writes from a fork's pull request.
 * Throws `event-unsuitable` or `fork-refused`.
 */
export function fits(context: RunContext, command: string): void {
  if (isRead(command)) return;
  if (NOBODY.includes(context.event) && command !== 'reconcile')
    throw new ActionError(
      'event-unsuitable',
      `${context.event} names nobody who asks: it may reconcile and look, not ${command}; use workflow_dispatch or push`,
    );
  if (context.event === 'pull_request' && isFromFork(context))
    throw new ActionError(
      'fork-refused',
      `the pull request comes from a fork, whose runs may only read: ${command} is for people with a role here`,
    );
}

interface Accounts {
  readonly people: Pick<ForgePeople, 'account'>;
}

/**
 * The account behind this attempt, by its numeric id. Of a re-run it is whoever started the re-run, never the first actor.
 * Rejects with `rerun-refused` or `event-unsuitable` where nobody can be named.
 */
export async function actorOf(context: RunContext, { people }: Accounts): Promise<Actor> {
  if (NOBODY.includes(context.event)) return SLUICE;
  if (context.attempt > 1) return rerunner(context, people);
  const sender = senderOf(context);
  if (sender) return sender;
  const { login, id } = context.actor;
  if (login !== undefined && id !== undefined) return person(id, login);
  const account = login === undefined ? undefined : await people.account(login);
  if (!account)
    throw new ActionError('event-unsuitable', `the event ${context.event} has no sender: nobody can be asked for`);
  return person(account.id, account.login);
}

async function rerunner({ attempt, triggeringActor }: RunContext, people: Accounts['people']): Promise<Actor> {
  const account = triggeringActor === undefined ? undefined : await people.account(triggeringActor);
  if (!account)
    throw new ActionError(
      'rerun-refused',
      `attempt ${attempt} of the run does not say who started it: start a new run instead of a re-run`,
    );
  return person(account.id, account.login);
}

function senderOf({ payload }: RunContext): Actor | undefined {
  const [id, login] = [valueAt(payload, 'sender', 'id'), valueAt(payload, 'sender', 'login')];
  return typeof id === 'number' && Number.isSafeInteger(id) && typeof login === 'string'
    ? person(String(id), login)
    : undefined;
}

function person(id: string, name: string): Actor {
  return { kind: 'github', id, name, verified: true };
}
