/** `experiment ship`: the winner takes the stages of a rollout, from the running split on. */
import { type Change, type Decision, refuse } from '../decision.ts';
import { refuseFor, textOf } from '../flag/command-frame.ts';
import { isSplit } from '../flag/lower-serve.ts';
import { isProblem } from '../flag/problem.ts';
import { withEnvironment } from '../flag/ramp.ts';
import type { Code } from '../model/code.ts';
import type { Experiment, ExperimentVerdict } from '../model/experiment.ts';
import type { Flag } from '../model/flag.ts';
import { paths } from '../model/state.ts';
import { toInstant } from '../model/time.ts';
import { decideFlagRollout } from '../rollout/begin.ts';
import { shortId } from '../rollout/changes.ts';
import { hasEnded } from '../rollout/input.ts';
import type { Room } from '../rollout/room.ts';
import { type Seen, seenNow } from './asked.ts';
import { decisionOf } from './decision.ts';
import { analysisDetails } from './details.ts';

export function ship(room: Room, experiment: Experiment): Decision {
  const { key, rollout: id } = experiment;
  const rollout = id === undefined ? undefined : room.state.rollouts.get(id);
  if (rollout && !hasEnded(rollout))
    return refuse(
      'rollout-active',
      `${shortId(rollout)} ships a variant of ${key} already: promote, pause or roll it back`,
    );
  const seen = seenNow(room, experiment);
  if (isProblem(seen)) return refuseFor(seen);
  const chosen = chosenOf(room, experiment, seen);
  if (typeof chosen !== 'string') return chosen;
  const flag = room.state.flags.get(experiment.flag);
  if (!flag) return refuse('flag-unknown', `flag ${experiment.flag} of experiment ${key} is gone`);
  return shipped(room, { experiment, seen, variant: chosen, flag });
}

const REFUSALS: Readonly<Record<Exclude<ExperimentVerdict, 'won'>, Code>> = {
  collecting: 'experiment-undecided',
  'sample-ratio': 'sample-ratio',
  'guardrail-lost': 'guardrail-lost',
  lost: 'experiment-undecided',
};

/** The winner; any other variant only by name and with a reason. */
function chosenOf({ command, asking }: Room, experiment: Experiment, { analysis }: Seen): string | Decision {
  const { key, variants } = experiment;
  const { verdict, variant: winner, because, missing } = analysis.ruling;
  const wanted = textOf(command.options['variant']);
  const names = variants.map(([name]) => name);
  if (wanted !== undefined && !names.includes(wanted))
    return refuse('variant-unknown', `experiment ${key} has no variant ${wanted}: ${names.join(', ')}`);
  if (verdict === 'won' && winner !== undefined && (wanted ?? winner) === winner) return winner;
  const details = analysisDetails(analysis);
  if (wanted === undefined) {
    const why = verdict === 'collecting' && missing.length > 0 ? missing.join('; ') : because;
    const summary = `experiment ${key} is not shipped, ${WORDS[verdict]}: ${why}`;
    return refuse(verdict === 'won' ? 'experiment-undecided' : REFUSALS[verdict], summary, details);
  }
  if (asking.reason !== undefined) return wanted;
  return refuse(
    'reason-needed',
    `${wanted} is not what experiment ${key} found (${verdict}: ${because}): to ship it all the same say why with --reason "..."`,
    details,
  );
}

const WORDS: Readonly<Record<ExperimentVerdict, string>> = {
  collecting: 'nothing is decided yet',
  won: 'another variant is',
  'sample-ratio': 'the split is broken',
  'guardrail-lost': 'a guardrail is lost',
  lost: 'no variant is better',
};

interface Shipping {
  readonly experiment: Experiment;
  readonly seen: Seen;
  readonly variant: string;
  readonly flag: Flag;
}

function shipped(room: Room, { experiment, seen, variant, flag }: Shipping): Decision {
  const { state, command, asking } = room;
  const { key, environment } = experiment;
  const ready = everybody(flag, experiment);
  const { strategy } = command.options;
  const decided = decisionOf(seen.analysis, seen.data, { now: asking.now, by: asking.actor });
  const over: Experiment = {
    ...experiment,
    state: 'shipped',
    stopped: experiment.stopped ?? toInstant(asking.now),
    decision: { ...decided, variant },
  };
  const { verdict, variant: winner } = seen.analysis.ruling;
  const shipping: Room = {
    ...room,
    state: {
      ...state,
      flags: new Map(state.flags).set(flag.key, ready),
      experiments: new Map(state.experiments).set(key, over),
    },
    command: {
      name: 'flag rollout',
      args: { key: flag.key },
      options: { variant, ...(strategy !== undefined && { strategy }) },
      environment,
    },
  };
  const begun = decideFlagRollout(shipping, { judged: verdict === 'won' && variant === winner });
  const rollout = rolloutOf(begun);
  if (!begun.outcome.ok || rollout === undefined) return begun;
  const changes: readonly Change[] = [
    ...begun.changes,
    { path: paths.experiment(key), document: { ...over, rollout } },
    ...(ready === flag ? [] : [{ path: paths.flag(flag.key), document: ready }]),
  ];
  return worded(begun, {
    key,
    variant,
    rollout,
    changes,
    because: decided.because,
    heldOut: heldOut(ready, environment),
  });
}

function rolloutOf({ outcome: { details } }: Decision): string | undefined {
  if (details === null || typeof details !== 'object' || !('rollout' in details)) return undefined;
  return typeof details.rollout === 'string' ? details.rollout : undefined;
}

/**
 * What the rollout starts from. Users of the layer's slots keep their arm, all others `off`, so that the share of the winner only
 * grows from what it is; whoever had it has it at every stage. Holdouts stay: they measure what all that was shipped has done.
 */
function everybody(flag: Flag, { environment }: Experiment): Flag {
  const settings = flag.environments[environment];
  if (!settings?.layer || !isSplit(settings.serve)) return flag;
  const { layer, serve, ...rest } = settings;
  return withEnvironment(flag, environment, { ...rest, serve: { ...serve, layer } });
}

function heldOut(flag: Flag, environment: string): string {
  const names = flag.environments[environment]?.holdouts?.map(({ name }) => name) ?? [];
  return names.length === 0 ? '' : `; ${names.join(', ')} ${names.length === 1 ? 'goes' : 'go'} on being held out`;
}

interface Words {
  readonly key: string;
  readonly variant: string;
  readonly rollout: string;
  readonly because: string;
  readonly heldOut: string;
  readonly changes: readonly Change[];
}

function worded(begun: Decision, { key, variant, rollout, because, heldOut: held, changes }: Words): Decision {
  const { outcome, message } = begun;
  const summary = `experiment ${key} ships ${variant}: ${outcome.summary}${held}`;
  const details = { ...(outcome.details as object), experiment: key, variant, because };
  if (!message) return { changes: [], outcome: { ...outcome, summary, details } };
  return {
    changes,
    outcome: { ...outcome, summary, details },
    message: {
      title: `experiment ${key}: ships ${variant}, ${shortId({ id: rollout })}`,
      body: [because, message.body].filter((text) => text !== undefined).join('\n\n'),
      event: 'experiment.shipped',
      subject: `experiment/${key}`,
    },
  };
}
