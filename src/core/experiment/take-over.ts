/** A flag that is set by hand while an experiment has it: the experiment ends in the same commit. */
import type { Asking, Change, Decision } from '../decision.ts';
import { environmentOf } from '../flag/ramp.ts';
import { printLine } from '../model/document.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Flag } from '../model/flag.ts';
import type { State } from '../model/state.ts';
import { ended } from './end.ts';

interface Deciding {
  readonly state: State;
  readonly asking: Asking;
  readonly decide: (state: State) => Decision;
}

/** The decision of a flag command, made as if the experiments that it takes the flag from had ended just before. */
export function withExperimentsEnded({ state, asking, decide }: Deciding): Decision {
  const decision = decide(state);
  const taken = decision.outcome.ok ? takenFrom(state, decision.changes) : [];
  if (taken.length === 0) return decision;
  const endings = taken.map((one) => ended(one, state.flags.get(one.flag), { asking }));
  const flags = new Map(state.flags);
  const experiments = new Map(state.experiments);
  for (const { flag, experiment } of endings) {
    experiments.set(experiment.key, experiment);
    if (flag) flags.set(flag.key, flag);
  }
  const again = decide({ ...state, flags, experiments });
  return again.outcome.ok
    ? together(
        again,
        endings.flatMap(({ changes }) => changes),
        taken,
      )
    : again;
}

/** Running experiments whose flag gets other settings in their environment. */
function takenFrom(state: State, changes: readonly Change[]): readonly Experiment[] {
  return [...state.experiments.values()].filter(({ state: now, flag, environment }) => {
    const change = changes.find(({ path }) => path === `flags/${flag}.json`);
    const before = state.flags.get(flag);
    if (now !== 'running' || !change || !before) return false;
    const after = change.document as Flag | null;
    return !after || printLine(environmentOf(before, environment)) !== printLine(environmentOf(after, environment));
  });
}

/** The command's own changes lie over those of the end. */
function together(decision: Decision, endings: readonly Change[], taken: readonly Experiment[]): Decision {
  const own = new Set(decision.changes.map(({ path }) => path));
  const changes = [...decision.changes, ...endings.filter(({ path }) => !own.has(path))];
  const keys = taken.map(({ key }) => key).join(', ');
  const said = `experiment ${keys} is stopped`;
  const [first] = taken;
  const message = decision.message ?? {
    title: `experiment ${keys}: stopped in ${first?.environment ?? ''} by a flag command`,
    event: 'experiment.stopped',
    subject: `experiment/${first?.key ?? ''}`,
  };
  return {
    changes,
    outcome: { ...decision.outcome, code: 'done', summary: `${decision.outcome.summary}; ${said}` },
    message: { ...message, body: [message.body, said].filter((text) => text !== undefined).join('\n') },
  };
}
