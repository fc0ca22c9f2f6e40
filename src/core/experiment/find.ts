/** Experiments by what they are asked for. */
import { type Decision, refuse } from '../decision.ts';
import type { Experiment } from '../model/experiment.ts';
import { paths, type State } from '../model/state.ts';

type Experiments = Pick<State, 'experiments'>;

export type Found =
  | { readonly ok: true; readonly experiment: Experiment }
  | { readonly ok: false; readonly refusal: Decision };

/** The experiment of that key; without one the only running one, else the only one there is. */
export function findExperiment(state: Pick<State, 'experiments' | 'broken'>, key: string | undefined): Found {
  const broken = state.broken.find(({ path }) => key !== undefined && path === paths.experiment(key));
  if (broken) return no(refuse(broken.code, `${broken.path}: ${broken.problem}; mend or revert the file first`));
  const all = [...state.experiments.values()];
  if (key === undefined) return only(all);
  const experiment = state.experiments.get(key);
  if (experiment) return { ok: true, experiment };
  const list = all.length === 0 ? '' : `; there are: ${listed(all)}`;
  return no(
    refuse(
      'experiment-unknown',
      `no experiment is called ${key}${list}; experiment create ${key} --goal METRIC makes it`,
    ),
  );
}

function only(all: readonly Experiment[]): Found {
  const running = all.filter(({ state }) => state === 'running');
  const meant = running.length > 0 ? running : all;
  const [experiment] = meant;
  if (experiment && meant.length === 1) return { ok: true, experiment };
  if (!experiment) return no(refuse('experiment-unknown', 'there is no experiment; experiment create KEY makes one'));
  return no(
    refuse('target-ambiguous', `which experiment? ${listed(meant)}`, { experiments: meant.map(({ key }) => key) }),
  );
}

function no(refusal: Decision): Found {
  return { ok: false, refusal };
}

function listed(all: readonly Experiment[]): string {
  const keys = all.map(({ key }) => key).toSorted();
  return `${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ', ...' : ''}`;
}

/** The running experiment that has the flag's default serve there. */
export function runningOn({ experiments }: Experiments, flag: string, environment: string): Experiment | undefined {
  return [...experiments.values()].find(
    (one) => one.state === 'running' && one.flag === flag && one.environment === environment,
  );
}

export function runningIn({ experiments }: Experiments, environment?: string): readonly Experiment[] {
  return [...experiments.values()].filter(
    (one) => one.state === 'running' && (environment === undefined || one.environment === environment),
  );
}
