/** Deploys that wait: into the queue, out of it when something newer begins, and the cooldown in which nothing leaves it. */
import type { Command } from '../command/command.ts';
import { printCommand } from '../command/print.ts';
import type { Asking, Change, Decision } from '../decision.ts';
import { pairKey } from '../facts.ts';
import type { ServiceConfig } from '../model/config.ts';
import type { Place, QueueEntry } from '../model/place.ts';
import type { Release } from '../model/release.ts';
import type { Rollout } from '../model/rollout.ts';
import { paths, type State } from '../model/state.ts';
import { DAY, toInstant, toMilliseconds } from '../model/time.ts';
import { shortId } from './changes.ts';
import { rolloutId } from './start.ts';

interface Pair {
  readonly service: ServiceConfig;
  readonly environment: string;
  readonly release: Release;
  readonly place: Place;
}

interface Waiting {
  readonly state: State;
  readonly command: Command;
  readonly asking: Asking;
  readonly id?: string;
}

/** After an automatic rollback nothing begins by itself until then; a person may. Undefined: nothing of the kind. */
export function coolingUntil({ cooldownUntil }: Place, now: number): string | undefined {
  return cooldownUntil !== undefined && toMilliseconds(cooldownUntil) > now ? cooldownUntil : undefined;
}

/** Where the latest counts, whatever waits is older than a deploy that begins: it shall not start over it by itself. */
export function outdated({ place, service }: Pair, { id }: Waiting): readonly QueueEntry[] {
  if (service.queue === 'all') return [];
  return place.queue.filter((entry) => entry.id !== id);
}

export function withoutQueued(state: State, place: Place, left: readonly QueueEntry[]): State {
  if (left.length === 0) return state;
  const next = { ...place, queue: place.queue.filter((entry) => !left.includes(entry)) };
  return { ...state, places: new Map(state.places).set(pairKey(place), next) };
}

/** Behind a rollout that waits for a person a deploy waits for ever: what leads out is said at once. */
function stuck(running: Rollout | undefined): string {
  if (running?.phase !== 'failed') return '';
  return ', which can go neither on nor back: retry or resolve it, or deploy with --emergency instead';
}

/** The pair is taken: into its queue (a newer version takes the waiting one's place unless all are kept). */
export function waitFor(
  order: Pair,
  { active, text }: { readonly active: string; readonly text: string },
  { state, command, asking }: Waiting,
): Decision {
  const { place, service, environment, release } = order;
  const subject = { type: 'release' as const, service: service.name, environment, release };
  const id = rolloutId(subject, asking.request, asking.now);
  const entry: QueueEntry = {
    id,
    // Of several releases each waits by itself: its turn begins it and no other.
    command: printCommand({ ...command, environment, args: { ...command.args, releases: [text] } }),
    by: asking.actor,
    rights: asking.rights,
    release,
    since: toInstant(asking.now),
    until: toInstant(asking.now + 7 * DAY),
    request: asking.request,
    ...(asking.source === undefined ? {} : { source: asking.source }),
  };
  const kept = service.queue === 'all' ? place.queue : [];
  const first = command.options['replace'] === true;
  const next: Place = { ...place, queue: first ? [entry, ...kept] : [...kept, entry] };
  const running = state.rollouts.get(active);
  const summary = `${service.name} ${release.label} waits in ${environment}, place ${first ? 1 : next.queue.length}, behind ${running ? shortId(running) : active}${stuck(running)}`;
  if (asking.dryRun)
    return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'planned', summary, details: null } };
  const change: Change = { path: paths.place(service.name, environment), document: next };
  return {
    changes: [change],
    outcome: {
      schemaVersion: 1,
      ok: true,
      code: 'queued',
      summary,
      details: { queue: next.queue.map((one) => one.id) },
    },
    message: {
      title: `${service.name} ${release.label}: waits in the queue of ${environment}`,
      event: 'rollout.queued',
      subject: `${service.name}/${environment}`,
    },
  };
}
