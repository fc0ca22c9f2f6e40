import type { Config } from './config.ts';
import type { Experiment } from './experiment.ts';
import type { Flag, Segment } from './flag.ts';
import type { Alert, EnvironmentState, Place } from './place.ts';
import type { Rollout } from './rollout.ts';

/** A file on the state branch that does not parse: what depends on it is held, it is never guessed at or overwritten. */
export interface BrokenFile {
  readonly path: string;
  readonly problem: string;
  readonly code: 'document-invalid' | 'schema-newer';
  /** Its last content that did parse, found in the history, for going back. */
  readonly lastGood?: string;
}

/**
 * What a decision may look at: configuration and documents, each at one revision.
 * Only what `needs` asked for is there; keys: flag key, segment name, experiment key, environment, `service/environment`, rollout id, alert id.
 */
export interface State {
  readonly revision: string | null;
  readonly config: Config;
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly experiments: ReadonlyMap<string, Experiment>;
  readonly environments: ReadonlyMap<string, EnvironmentState>;
  readonly places: ReadonlyMap<string, Place>;
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly broken: readonly BrokenFile[];
}

/** Where each kind of document lies on the state branch. */
export const paths = {
  flag: (key: string): string => `flags/${key}.json`,
  segment: (name: string): string => `segments/${name}.json`,
  experiment: (key: string): string => `experiments/${key}.json`,
  environment: (name: string): string => `environments/${name}.json`,
  place: (service: string, environment: string): string => `services/${service}/${environment}.json`,
  rollout: (id: string): string => `rollouts/${id}.json`,
  alert: (id: string): string => `alerts/${id}.json`,
  history: (kind: 'rollout' | 'alert', id: string, ended: string): string =>
    `history/${ended.slice(0, 7)}/${kind}-${id}.json`,
} as const;
