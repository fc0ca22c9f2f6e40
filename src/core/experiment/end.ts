/** How an experiment ends, whoever ends it: what its flag serves then, and what is kept. */
import type { Asking, Change } from '../decision.ts';
import { restored, withEnvironment } from '../flag/ramp.ts';
import type { Experiment, ExperimentDecision } from '../model/experiment.ts';
import type { Flag } from '../model/flag.ts';
import { paths } from '../model/state.ts';
import { toInstant } from '../model/time.ts';
import { controlOf } from './words.ts';

export interface Ended {
  readonly experiment: Experiment;
  /** The flag as it is from then on; absent where it is gone. */
  readonly flag?: Flag;
  readonly changes: readonly Change[];
}

/**
 * Stopped now. What the environment served before is served again where that was one variant, or nothing; where it was a ramp or a
 * split, everybody gets the control: an old percentage would hand the new thing to other users than had it. Layer and holdouts of the
 * experiment go with it.
 */
export function ended(
  experiment: Experiment,
  flag: Flag | undefined,
  { asking, decision }: { readonly asking: Asking; readonly decision?: ExperimentDecision },
): Ended {
  const after: Experiment = {
    ...experiment,
    state: 'stopped',
    stopped: toInstant(asking.now),
    ...(decision && { decision }),
  };
  const change: Change = { path: paths.experiment(experiment.key), document: after };
  if (!flag?.environments[experiment.environment]) return { experiment: after, changes: [change] };
  const next = flagAfter(experiment, flag);
  return { experiment: after, flag: next, changes: [change, { path: paths.flag(flag.key), document: next }] };
}

function flagAfter(experiment: Experiment, flag: Flag): Flag {
  const { environment, before } = experiment;
  const bare = withoutRestraints(experiment, flag);
  if (!before) return restored(bare, environment, null);
  const { enabled, serve } = before;
  const isPlain = !enabled || typeof serve === 'string';
  return restored(bare, environment, isPlain ? { enabled, serve } : { enabled, serve: controlOf(experiment) });
}

/** The flag's environment with the holdouts it had before, and without the experiment's layer. */
function withoutRestraints({ environment, before }: Experiment, flag: Flag): Flag {
  const settings = flag.environments[environment];
  if (!settings) return flag;
  const { layer: _, holdouts: __, ...rest } = settings;
  const holdouts = before?.holdouts;
  return withEnvironment(flag, environment, { ...rest, ...(holdouts && { holdouts }) });
}

/** `everybody gets control again`, `flag checkout is off again` */
export function printAfter({ environment }: Experiment, flag: Flag | undefined): string {
  const settings = flag?.environments[environment];
  if (!flag || !settings?.enabled) return `its flag is off again${flag ? ` (${flag.off})` : ''}`;
  return typeof settings.serve === 'string' ? `everybody gets ${settings.serve} again` : 'its flag is as before';
}
