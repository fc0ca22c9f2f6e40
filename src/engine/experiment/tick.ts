/** Running experiments in a tick: look, record a new verdict, stop what harms where the configuration says so. */
import type { Look as Looked } from '../../core/experiment/finding.ts';
import { decideExperimentTick } from '../../core/experiment/tick.ts';
import { SLUICE } from '../../core/model/actor.ts';
import type { Experiment } from '../../core/model/experiment.ts';
import { paths } from '../../core/model/state.ts';
import { MINUTE } from '../../core/model/time.ts';
import { withBasis } from '../basis.ts';
import { commitDecision } from '../commit.ts';
import { execute } from '../execute.ts';
import { type Seen, storeNow } from '../seen.ts';
import { settle } from '../settle.ts';
import { stateOf } from '../state.ts';
import { askingOfTick, type Memory, type Stepping } from '../step.ts';
import { timeAt } from '../time.ts';
import { dataOf } from './gather.ts';

/** A process that goes on looks no more often than this. */
const EVERY = 5 * MINUTE;

type Ticking = Pick<Stepping, 'wiring' | 'memory'>;

/** Where no experiment runs nothing is asked or read. A source that fails is said and tried again. */
export async function tickExperiments(ticking: Ticking, seen: Seen): Promise<void> {
  const { wiring, memory } = ticking;
  const now = storeNow(seen, wiring);
  const running = [...seen.state.experiments.values()].filter(({ state }) => state === 'running');
  const due = running.filter((one) => now - (memory.looked.get(nameOf(one)) ?? Number.NEGATIVE_INFINITY) >= EVERY);
  await Promise.all(
    due.map(async (experiment) => {
      memory.looked.set(nameOf(experiment), now);
      const problem = await look(ticking, seen, experiment).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      if (problem === undefined) memory.unread.delete(nameOf(experiment));
      else {
        memory.unread.set(nameOf(experiment), problem);
        wiring.log(`experiment ${experiment.key}: ${problem}`);
      }
    }),
  );
}

/** What this process knows of its last look at each experiment. */
export function looksOf(
  { looked, unread }: Pick<Memory, 'looked' | 'unread'>,
  experiments: Iterable<Experiment>,
): ReadonlyMap<string, Looked> {
  return new Map(
    [...experiments].flatMap((experiment): readonly (readonly [string, Looked])[] => {
      const name = nameOf(experiment);
      const problem = unread.get(name);
      return looked.has(name) ? [[experiment.key, problem === undefined ? {} : { problem }]] : [];
    }),
  );
}

function nameOf({ key, generation }: Experiment): string {
  return `${key}/${generation}`;
}

/** What is wrong with its numbers; undefined: nothing. A lost guardrail that stands is acted on even then. */
async function look(ticking: Ticking, seen: Seen, experiment: Experiment): Promise<string | undefined> {
  const { wiring } = ticking;
  const data = await dataOf(wiring, experiment);
  const { key } = experiment;
  const decided = data && decideExperimentTick(seen.state, key, { data, now: storeNow(seen, wiring) });
  if (data && decided?.message) await record(ticking, { key, data });
  await stopHarm(ticking, key);
  return decided?.outcome.ok === false ? decided.outcome.summary : undefined;
}

type Look = { readonly key: string; readonly data: NonNullable<Awaited<ReturnType<typeof dataOf>>> };

async function record({ wiring, memory }: Ticking, { key, data }: Look): Promise<void> {
  const { store, config, clock, random } = wiring;
  const made = await commitDecision({
    store,
    needs: [paths.experiment(key)],
    asking: askingOfTick(wiring, memory, `experiment/${key}`),
    clock,
    random,
    settle: () => settle(wiring),
    decide: async (snapshot) => {
      const { now } = timeAt(clock, snapshot);
      const decision = decideExperimentTick(await stateOf(snapshot, config, store), key, { data, now });
      return withBasis(decision, { wiring, now, observed: { as: 'verdict', experiment: key } });
    },
  });
  if (made.commit === undefined) return;
  noteCommit(memory, made.snapshot.revision);
  wiring.log(made.decision.outcome.summary);
}

/** One request for each run of an experiment: however many processes see it, it is stopped once. */
async function stopHarm({ wiring, memory }: Ticking, key: string): Promise<void> {
  if (wiring.config.experiments.onGuardrailLost !== 'stop') return;
  const { store, config } = wiring;
  const state = await stateOf(await store.read([paths.experiment(key)]), config, store);
  const experiment = state.experiments.get(key);
  if (experiment?.state !== 'running' || experiment.decision?.verdict !== 'guardrail-lost') return;
  const { because } = experiment.decision;
  const command = { name: 'experiment stop', args: { key }, options: { reason: because } };
  const id = `experiment-${key}-${experiment.generation}-guardrail-lost`;
  const outcome = await execute(wiring, { command, actor: SLUICE, rights: { teams: [] }, id });
  if (outcome.commit !== undefined) memory.commits += 1;
  wiring.log(outcome.summary);
}

function noteCommit(memory: Memory, revision: string | null): void {
  memory.commits += 1;
  memory.sealed = revision;
}
