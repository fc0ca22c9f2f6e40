/** A decision made again: on the store as it stood, by the clock, the configuration and the facts of then. It cannot write. */
import { parseCommand } from '../../core/command/parse.ts';
import type { Command } from '../../core/command/command.ts';
import type { Asking, Decision } from '../../core/decision.ts';
import { firstFiles } from '../../core/external/first-files.ts';
import type { Facts } from '../../core/facts.ts';
import { decideExperimentTick } from '../../core/experiment/tick.ts';
import { parseActor, SLUICE } from '../../core/model/actor.ts';
import type { Config } from '../../core/model/config.ts';
import type { Experiment } from '../../core/model/experiment.ts';
import { paths } from '../../core/model/state.ts';
import { MINUTE } from '../../core/model/time.ts';
import { type Basis, factsAgain } from '../../core/replay/basis.ts';
import type { Observed } from '../../core/replay/observed.ts';
import { decideQueueTurn } from '../../core/rollout/queue.ts';
import type { CommitMessage, FileChange, StoredCommit } from '../../ports/store.ts';
import { commitMessageOf } from '../commit.ts';
import { decodeDocument, encodeChanges } from '../documents.ts';
import { factsOf } from '../facts.ts';
import { prepare } from '../prepare.ts';
import { settle } from '../settle.ts';
import { stateOf } from '../state.ts';
import { reconciling } from '../step.ts';
import { alertDecision } from '../watch.ts';
import type { Wiring } from '../wiring.ts';
import { type PastStore, pastStore } from './past-store.ts';
import { stepAgain } from './step.ts';

export interface Then {
  readonly wiring: Wiring;
  readonly commit: StoredCommit;
  readonly config: Config;
  readonly basis: Partial<Basis> & Pick<Basis, 'now'>;
}

/** What would be committed; `instead` is the answer where that is no commit. Or why nothing can be decided again. */
export type Again =
  | { readonly files: readonly FileChange[]; readonly message?: CommitMessage; readonly instead?: string }
  | { readonly nothing: string };

/** Decides again what a commit of Sluice decided. */
export async function decideAgain(then: Then): Promise<Again> {
  const past = pastStore(then.wiring.store, { head: then.commit.parents[0] ?? null, now: then.basis.now });
  const wiring = await wiringThen(then, past);
  const { observed } = then.basis;
  switch (observed?.as) {
    case 'step':
      return ofDecision(
        await stepAgain({ wiring, commit: then.commit, observed, now: then.basis.now }),
        ofTick(then, observed.rollout),
      );
    case 'turn':
    case 'verdict':
    case 'alerts':
      return ofDecision(await tickAgain(wiring, observed, then.basis.now), ofTick(then, aboutOf(observed)));
    default:
      return commandAgain(then, wiring, past);
  }
}

/** Its clock stands still; one that was off by more than a minute is so again. Nobody performs or is told. */
async function wiringThen({ wiring, commit, config, basis }: Then, { store }: PastStore): Promise<Wiring> {
  const { observed, now } = basis;
  const kept = observed && 'facts' in observed ? observed.facts : {};
  const base: Wiring = { ...wiring, config, store };
  const today = factsOf(base, { now, clockOff: false });
  const clock = kept.clockOff === true ? now + 2 * MINUTE : now;
  return {
    ...base,
    clock: { now: () => clock, sleep: () => Promise.resolve() },
    channels: [],
    resolve: () => Promise.resolve(undefined),
    log: () => undefined,
    given: {
      ...(observed ? factsAgain({ observed: kept, now }, today) : today),
      ...(await experimentsOf(wiring, commit)),
    },
  };
}

/** What was seen of an experiment stands in the decision that was made on it. */
async function experimentsOf({ store }: Wiring, { changes }: StoredCommit): Promise<Pick<Facts, 'experiments'>> {
  const made = await Promise.all(
    changes.map(async ({ path, after }) => {
      const text = after !== null && path.startsWith('experiments/') ? await store.blob(after) : undefined;
      const decoded = text === undefined ? undefined : decodeDocument(path, text);
      return decoded && 'document' in decoded ? [decoded.document as Experiment] : [];
    }),
  );
  const seen = made.flat().flatMap(({ key, decision }) => (decision ? [[key, decision.data] as const] : []));
  return seen.length === 0 ? {} : { experiments: Object.fromEntries(seen) };
}

/** What is said of commands whose trailer does not hold all of them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'flag import': 'the file that was imported is not in the commit; of it there is what it changed:',
};

async function commandAgain(then: Then, wiring: Wiring, past: PastStore): Promise<Again> {
  const { commit, basis } = then;
  const { trailers } = commit;
  const text = basis.observed?.as === 'command' ? basis.observed.text : undefined;
  const line = text ?? trailers.get('Sluice-Command');
  if (line === undefined) return settleAgain(wiring, past);
  if (line.startsWith('reconcile ')) return { nothing: 'what the tick saw was not kept: an older Sluice wrote it' };
  const parsed = parseCommand(line);
  if (!parsed.ok) return { nothing: `its command is none of this version: ${line}` };
  const { command } = parsed;
  const elsewhere = ELSEWHERE[command.name];
  if (elsewhere !== undefined) return { nothing: `${elsewhere} ${wroteIn(commit)}` };
  return carriedOut(command, wiring, then);
}

/** What the first commit of a branch writes beside its own is none of it. */
function wroteIn({ changes }: StoredCommit): string {
  const own = firstFiles('').map(({ path }) => path);
  return changes.flatMap(({ path }) => (own.includes(path) ? [] : [path])).join(', ');
}

/** Prepared and decided as `execute` does it, and not committed. */
async function carriedOut(command: Command, wiring: Wiring, { commit, basis }: Then): Promise<Again> {
  const { trailers } = commit;
  const source = trailers.get('Sluice-Source');
  const { role, teams = [] } = basis.observed?.as === 'command' ? basis.observed : {};
  const prepared = await prepare(wiring, {
    command,
    actor: parseActor(trailers.get('Sluice-Actor') ?? '') ?? SLUICE,
    rights: { teams, ...(role === undefined ? {} : { role }) },
    id: trailers.get('Sluice-Request') ?? commit.revision,
    ...(source === undefined ? {} : { source }),
  });
  return ofDecision(await prepared.decide(await wiring.store.read(prepared.needs)), prepared.asking(basis.now));
}

/** What lay before it was not ours: adopted or put back, as policy says. */
async function settleAgain(wiring: Wiring, past: PastStore): Promise<Again> {
  await settle(wiring);
  const [made] = past.written;
  return made
    ? { files: made.changes, message: made.message }
    : { nothing: 'it answers a commit by hand, which is no longer there' };
}

type Ticked = Extract<Observed, { as: 'turn' | 'verdict' | 'alerts' }>;

async function tickAgain(
  { store, config, ...wiring }: Wiring,
  observed: Ticked,
  now: number,
): Promise<Decision | undefined> {
  if (observed.as === 'alerts')
    return alertDecision(await stateOf(await store.read(['alerts/']), config, store), observed.findings, now);
  if (observed.as === 'verdict') {
    const { experiment: key } = observed;
    const data = wiring.given?.experiments?.[key];
    const then = await stateOf(await store.read([paths.experiment(key)]), config, store);
    return data && decideExperimentTick(then, key, { data, now });
  }
  const state = await stateOf(await store.read(['rollouts/', 'services/', 'environments/']), config, store);
  const place = state.places.get(observed.pair);
  const facts = factsOf({ store, config, ...wiring }, { now, clockOff: false });
  return place && decideQueueTurn(state, place, facts);
}

/** The question of a tick, which nobody asks. */
function ofTick({ commit, basis }: Then, about: string): Asking {
  return reconciling({ now: basis.now, request: commit.trailers.get('Sluice-Request') ?? commit.revision, about });
}

function aboutOf(observed: Ticked): string {
  switch (observed.as) {
    case 'turn':
      return observed.pair;
    case 'verdict':
      return `experiment/${observed.experiment}`;
    case 'alerts':
      return 'alerts';
  }
}

function ofDecision(decision: Decision | undefined, asking: Asking): Again {
  const { changes = [], outcome, message } = decision ?? {};
  const files = encodeChanges(changes);
  if (message) return { files, message: commitMessageOf(message, { asking, basis: decision?.basis }) };
  return { files, instead: outcome ? `${outcome.code}: ${outcome.summary}` : 'nothing would be decided' };
}
