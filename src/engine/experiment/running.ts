/** Running experiments and whom their flags assign to what, for whoever takes events. */
import { compileFlags, type FlagEvaluator } from '../../core/flag/compile.ts';
import { exportEnvironment } from '../../core/flag/export.ts';
import { withEnvironment } from '../../core/flag/ramp.ts';
import { runningIn } from '../../core/experiment/find.ts';
import type { Experiment } from '../../core/model/experiment.ts';
import type { State } from '../../core/model/state.ts';
import { SECOND } from '../../core/model/time.ts';
import { stateOf } from '../state.ts';
import type { Wiring } from '../wiring.ts';

export interface RunningExperiments {
  readonly experiments: ReadonlyMap<string, Experiment>;
  /** The states of those that do not run, by key. */
  readonly others: ReadonlyMap<string, Experiment['state']>;
  /** The variant that the experiment's own split gives; undefined: it gives none, or something else decides before it. */
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
  const compiled = new Map<string, Drawn>();
  const drawnFor = (experiment: Experiment): Drawn => {
    const made = compiled.get(experiment.key) ?? drawing(experiment, state, now);
    compiled.set(experiment.key, made);
    return made;
  };
  const idle = [...state.experiments.values()].filter((one) => one.state !== 'running');
  return {
    experiments,
    others: new Map(idle.map((one) => [one.key, one.state])),
    assign: (experiment, user) => {
      const { flag, by, variants } = experiment;
      const context = { targetingKey: user, ...(by === undefined ? {} : { [by]: user }) };
      const { real, probes } = drawnFor(experiment);
      const isDrawn = probes.every(([one, evaluator]) => evaluator.evaluate(flag, context).variant === one);
      const { variant } = isDrawn ? real.evaluate(flag, context) : {};
      return variants.some(([name]) => name === variant) ? variant : undefined;
    },
  };
}

interface Drawn {
  readonly real: FlagEvaluator;
  readonly probes: readonly (readonly [variant: string, evaluator: FlagEvaluator])[];
}

/**
 * The flag, and the flag with one plain variant in place of the split, for two variants. Who gets the one of the first and the other
 * of the second comes to the split; a target, a rule, an unmet `requires`, a holdout or a layer answers the same in both.
 */
function drawing({ flag: key, environment, variants }: Experiment, state: State, now: () => number): Drawn {
  const { flags, segments } = state;
  const evaluatorOf = (all: State['flags']): FlagEvaluator => {
    const { document } = exportEnvironment({ environment, flags: all, segments });
    const { [key]: own } = document.flags;
    return compileFlags({ ...document, flags: own ? { [key]: own } : {} }, now);
  };
  const flag = flags.get(key);
  const settings = flag?.environments[environment];
  const probes = variants.slice(0, 2).flatMap(([variant]): Drawn['probes'] => {
    if (!flag || !settings) return [];
    const plain = withEnvironment(flag, environment, { ...settings, serve: variant });
    return [[variant, evaluatorOf(new Map(flags).set(key, plain))]];
  });
  return { real: evaluatorOf(flags), probes };
}
