/** Running experiments and whom their flags assign to what, for whoever takes events. */
import { compileFlags, type FlagEvaluator } from '../../core/flag/compile.ts';
import { exportEnvironment } from '../../core/flag/export.ts';
import { runningIn } from '../../core/experiment/find.ts';
import type { Experiment } from '../../core/model/experiment.ts';
import type { State } from '../../core/model/state.ts';
import { SECOND } from '../../core/model/time.ts';
import { stateOf } from '../state.ts';
import type { Wiring } from '../wiring.ts';

export interface RunningExperiments {
  readonly experiments: ReadonlyMap<string, Experiment>;
  /** The variant by the flag as it stands; undefined: none of the experiment's. */
  readonly assign: (experiment: Experiment, user: string) => string | undefined;
}

/** How long an answer may lag behind the branch. */
const FRESH = 2 * SECOND;

/** Reads the branch again at most every two seconds, and compiles its flags only where it moved. */
export function runningExperiments(wiring: () => Wiring): () => Promise<RunningExperiments> {
  let known: RunningExperiments | undefined;
  let revision: string | null | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<RunningExperiments> | undefined;
  const read = async (): Promise<RunningExperiments> => {
    const { store, config, clock } = wiring();
    const head = await store.read([]);
    readAt = clock.now();
    if (known && head.revision === revision) return known;
    const snapshot = await store.read(['experiments/', 'flags/', 'segments/']);
    known = assigning(await stateOf(snapshot, config, store), () => clock.now());
    revision = snapshot.revision;
    return known;
  };
  return () => {
    if (known && wiring().clock.now() - readAt < FRESH) return Promise.resolve(known);
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

function assigning(state: State, now: () => number): RunningExperiments {
  const experiments = new Map(runningIn(state).map((one) => [one.key, one]));
  const compiled = new Map<string, FlagEvaluator>();
  const flagsIn = (environment: string): FlagEvaluator => {
    const { flags, segments } = state;
    const made =
      compiled.get(environment) ?? compileFlags(exportEnvironment({ environment, flags, segments }).document, now);
    compiled.set(environment, made);
    return made;
  };
  return {
    experiments,
    assign: ({ flag, environment, by, variants }, user) => {
      const context = { targetingKey: user, ...(by === undefined ? {} : { [by]: user }) };
      const { variant } = flagsIn(environment).evaluate(flag, context);
      return variants.some(([name]) => name === variant) ? variant : undefined;
    },
  };
}
