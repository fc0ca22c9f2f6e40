/** The queue of a pair: at its turn a deploy is asked everything anew (rollouts.md section 1). */
import type { Command } from '../command/command.ts';
import { parseCommand } from '../command/parse.ts';
import { decide } from '../decide.ts';
import type { Decision } from '../decision.ts';
import type { Facts } from '../facts.ts';
import type { Place, QueueEntry } from '../model/place.ts';
import { paths, type State } from '../model/state.ts';
import { toMilliseconds } from '../model/time.ts';
import { coolingUntil } from './wait.ts';

/** Refusals that pass by themselves: the entry keeps its place. */
const WAITS: readonly string[] = ['frozen', 'locked', 'waits-for-approval', 'busy'];

/** What the head of a free pair's queue comes to; undefined: nothing waits, or the pair is taken. */
export function decideQueueTurn(state: State, place: Place, facts: Facts): Decision | undefined {
  const expired = place.queue.find((entry) => toMilliseconds(entry.until) <= facts.now);
  if (expired) return dropped(place, expired, 'its wait of 7 days is over');
  const [next] = place.queue;
  if (!next || place.active !== undefined || coolingUntil(place, facts.now) !== undefined) return undefined;
  const decision = attempt(state, next, facts);
  const begins = decision.outcome.ok && decision.changes.length > 0;
  if (begins || WAITS.includes(decision.outcome.code)) return decision;
  return dropped(place, next, decision.outcome.summary);
}

function attempt(state: State, entry: QueueEntry, facts: Facts): Decision {
  const parsed = parseCommand(entry.command);
  if (!parsed.ok)
    return {
      changes: [],
      outcome: { schemaVersion: 1, ok: false, code: 'command-invalid', summary: parsed.error.message, details: null },
    };
  const command = untilGreen(parsed.command, entry, facts);
  const overrides = command.options['override'];
  const reason = command.options['reason'];
  const [named] = (command.args['releases'] as readonly string[] | undefined) ?? [];
  const known = entry.release && named !== undefined ? { ...facts.releases, [named]: entry.release } : facts.releases;
  return decide({
    state,
    command,
    facts: { ...facts, releases: known },
    id: entry.id,
    asking: {
      now: facts.now,
      actor: entry.by,
      rights: entry.rights ?? { teams: [] },
      request: entry.request,
      dryRun: false,
      overrides: Array.isArray(overrides) ? (overrides as readonly string[]) : [],
      command: entry.command,
      ...(typeof reason === 'string' ? { reason } : {}),
      ...(entry.source === undefined ? {} : { source: entry.source }),
    },
  });
}

/** Checks that run, or that nobody could ask now, are waited for at the head of the pair: they cost nobody the place. */
function untilGreen(command: Command, { release }: QueueEntry, { checks }: Facts): Command {
  const state = release && checks?.[release.commit]?.state;
  if (state !== 'running' && state !== 'unknown') return command;
  return { ...command, options: { ...command.options, 'when-green': true } };
}

function dropped(place: Place, entry: QueueEntry, why: string): Decision {
  const next: Place = { ...place, queue: place.queue.filter((one) => one.id !== entry.id) };
  const pair = `${place.service}/${place.environment}`;
  return {
    changes: [{ path: paths.place(place.service, place.environment), document: next }],
    outcome: {
      schemaVersion: 1,
      ok: true,
      code: 'done',
      summary: `${entry.id} left the queue of ${pair}: ${why}`,
      details: null,
    },
    message: { title: `${pair}: ${entry.id} left the queue`, body: why, event: 'rollout.dropped', subject: pair },
  };
}
