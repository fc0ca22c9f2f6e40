/** A command made ready to be decided: what must be read, and the decision as a function of that. */
import type { Command } from '../core/command/command.ts';
import { printCommand } from '../core/command/print.ts';
import { decide } from '../core/decide.ts';
import type { Asking, Decision, Rights } from '../core/decision.ts';
import { furtherNeeds, needsOf } from '../core/needs.ts';
import type { Actor } from '../core/model/actor.ts';
import type { ExperimentSource } from '../ports/experiment-source.ts';
import type { Snapshot } from '../ports/store.ts';
import { askForCommand, askForWord } from './ask-forge.ts';
import { ofCommand, withBasis } from './basis.ts';
import { gather } from './experiment/gather.ts';
import { factsOf, resolveReleases } from './facts.ts';
import { observeTraffic } from './observe-platform.ts';
import { stateOf, stateToGoBack } from './state.ts';
import { timeAt } from './time.ts';
import { trafficFor } from './traffic.ts';
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
  /** The numbers of an experiment that came with it (`--data FILE`). */
  readonly data?: ExperimentSource;
}

export interface Prepared {
  readonly needs: readonly string[];
  /** Where most of them were read on the way; absent: nowhere yet. */
  readonly revision?: string;
  /** The question as it is asked at a moment, in ms. */
  readonly asking: (now: number) => Asking;
  /** Decides on what was read; also for a decision that is made again, on the store as it stood. */
  readonly decide: (snapshot: Snapshot) => Promise<Decision>;
}

/** Commands that depend on which versions run. */
const LOOKS_AT_TRAFFIC: readonly string[] = ['traffic show', 'traffic set', 'adopt'];

/** Asks outside of the state what the command needs (versions, traffic, the commit to undo). Writes nothing. */
export async function prepare(wiring: Wiring, request: Request): Promise<Prepared> {
  const { store, clock, config } = wiring;
  const { command } = request;
  const undo = command.name === 'undo' ? await undoOf(wiring, command) : undefined;
  if (undo && 'command' in undo) return prepare(wiring, { ...request, command: undo.command, printed: command });
  const releases = await resolveReleases(wiring, command);
  // What runs now says nothing of a decision that is made again: it was allowed then.
  const looks = LOOKS_AT_TRAFFIC.includes(command.name) && wiring.given === undefined;
  const seen = looks ? await observeTraffic(wiring) : undefined;
  const planned = command.name === 'deploy' && command.options['dry-run'] === true;
  const forge = await askForCommand(wiring, command, releases);
  const known = {
    releases,
    ...(seen === undefined ? {} : { seen }),
    ...(planned ? { traffic: await trafficFor(wiring, command) } : {}),
  };
  const gathered = await gather(wiring, { command, data: request.data });
  const { seen: experiments, unread, days } = gathered;
  const numbers = { ...(experiments && { experiments }), ...(unread && { unread }), ...(days && { days }) };
  return {
    ...(undo ? { needs: undo.needs } : await allNeeds(wiring, command)),
    asking: (now) => askingOf(request, now),
    decide: async (snapshot) => {
      const { now, off } = timeAt(clock, snapshot);
      const asking = askingOf(request, now);
      const refusal = gathered.refusal ?? forge.refusal;
      if (refusal) return refusal;
      const state = await readFor(command)(snapshot, config, store);
      const { refusal: _, ...asked } = { ...forge, ...(await askForWord(wiring, command, state)) };
      const facts = factsOf(wiring, { now, clockOff: off, ...known, ...numbers, ...asked });
      const decision = undo ? await undo.decide(snapshot, asking) : decide({ state, command, asking, facts });
      return withBasis(decision, { wiring, now, observed: ofCommand(decision, { facts, asking }) });
    },
  };
}

function readFor({ name }: Command): typeof stateOf {
  return name === 'rollback' ? stateToGoBack : stateOf;
}

/** What the command names, and the flags that rollouts and experiments turn out to move. */
async function allNeeds(wiring: Wiring, command: Command): Promise<Pick<Prepared, 'needs' | 'revision'>> {
  const needs = needsOf(command);
  if (!needs.includes('rollouts/')) return { needs };
  const snapshot = await wiring.store.read(needs);
  const state = await stateOf(snapshot, wiring.config, wiring.store);
  const all = [...new Set([...needs, ...furtherNeeds(state, String(command.args['key'] ?? ''))])];
  return snapshot.revision === null ? { needs: all } : { needs: all, revision: snapshot.revision };
}

/** What a request asks at a moment, in ms. */
export function askingOf({ command, printed = command, actor, rights, id, source }: Request, now: number): Asking {
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
