/** `experiment create`: a draft, and the flag it compares where there is none yet. */
import { type Change, type Decision, refuse } from '../decision.ts';
import { environmentFor, listOf, refuseFor, textOf } from '../flag/command-frame.ts';
import { isProblem, problem, type Problem } from '../flag/problem.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Flag } from '../model/flag.ts';
import { isName } from '../model/names.ts';
import { paths } from '../model/state.ts';
import { toInstant } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import type { Room } from '../rollout/room.ts';
import { designFault } from './design.ts';
import { forecasts, printForecast } from './forecast.ts';
import { tuningOf } from './measure.ts';
import { committed } from './frame.ts';
import { unknownLayer } from './layer.ts';
import { type Chosen, metricsOf } from './metrics.ts';
import { printSplit } from './words.ts';

type Part = Pick<Experiment, 'variants' | 'holdouts' | 'layer' | 'by'>;

/** `experiment create KEY [NAME] [DESCRIPTION]`: nobody is served anything yet. */
export function create(room: Room): Decision {
  const { state, command, asking } = room;
  const key = textOf(command.args['key']) ?? '';
  if (!isName(key)) return refuse('value-invalid', `"${key}" cannot be a key: letters, digits and . _ + - only`);
  if (state.experiments.has(key) || state.broken.some(({ path }) => path === paths.experiment(key)))
    return refuse('experiment-exists', `experiment ${key} exists already; experiment show ${key} tells what it is`);
  const found = environmentFor(room);
  if (isProblem(found)) return refuseFor(found);
  const flagKey = textOf(command.options['flag']) ?? key;
  const flag = state.flags.get(flagKey);
  if (flag?.archived) return refuse('flag-archived', `flag ${flagKey} is archived: name another one with --flag`);
  const part = partOf(room, flag);
  if (isProblem(part)) return refuseFor(part);
  if (command.options['effect'] === 0)
    return refuse(
      'value-invalid',
      '--effect 0%: an effect of nothing is never seen; say the smallest one worth seeing',
    );
  const chosen = metricsOf(state.config, wantedOf(room));
  if (isProblem(chosen)) return refuseFor(chosen);
  const experiment: Experiment = {
    schemaVersion: 1,
    key,
    ...wordsOf(room),
    created: toInstant(asking.now),
    flag: flagKey,
    environment: found.environment,
    state: 'draft',
    ...part,
    generation: 0,
    metrics: chosen.metrics,
    alpha: state.config.experiments.alpha,
  };
  return written({
    experiment,
    chosen,
    tuning: tuningOf(state.config.experiments),
    ...(flag ? {} : { made: newFlag(experiment, room) }),
  });
}

function wordsOf({ command }: Room): Pick<Experiment, 'name' | 'description' | 'hypothesis' | 'owner'> {
  const [name, description] = [textOf(command.args['name']), textOf(command.args['description'])];
  const [hypothesis, owner] = [textOf(command.options['hypothesis']), textOf(command.options['owner'])];
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(hypothesis !== undefined && { hypothesis }),
    ...(owner !== undefined && { owner }),
  };
}

function wantedOf({ command: { options } }: Room): Parameters<typeof metricsOf>[1] {
  const effect = options['effect'];
  return {
    goal: listOf(options['goal']),
    guardrail: listOf(options['guardrail']),
    secondary: listOf(options['secondary']),
    ...(typeof effect === 'number' && { effect: effect / WHOLE }),
  };
}

/** Who takes part, in which shares, and who stays out. */
function partOf(room: Room, flag: Flag | undefined): Part | Problem {
  const { command, state } = room;
  const names = namesOf(listOf(command.options['variant']), flag);
  if (isProblem(names)) return names;
  const split = splitOf(names, listOf(command.options['split']));
  if (isProblem(split)) return split;
  const out = staysOut(room);
  if (isProblem(out)) return out;
  const by = textOf(command.options['by']);
  const part = { variants: split, ...out, ...(by !== undefined && by !== 'targetingKey' && { by }) };
  const fault = designFault({ ...part, metrics: [], alpha: state.config.experiments.alpha }, flag);
  return fault === undefined ? part : problem('value-invalid', fault);
}

function namesOf(given: readonly string[], flag: Flag | undefined): readonly string[] | Problem {
  const known = flag && Object.keys(flag.variants);
  const usual = flag ? [flag.off, ...(known ?? []).filter((name) => name !== flag.off)] : ['control', 'treatment'];
  const names = given.length > 0 ? given : usual;
  if (names.length < 2)
    return problem('value-invalid', 'an experiment compares at least two variants: --variant control,treatment');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return problem('value-invalid', `the variant ${twice} is named twice`);
  const unknown = names.find((name) => known && !known.includes(name));
  if (unknown === undefined) return names;
  return problem(
    'variant-unknown',
    `flag ${flag?.key ?? ''} has no variant ${unknown}, only ${known?.join(', ') ?? ''}`,
  );
}

/** Shares as given, or equal ones; what does not divide is the control's. */
function splitOf(names: readonly string[], given: readonly string[]): Experiment['variants'] | Problem {
  const shares: readonly Weight[] = given.map((text) => Math.round(Number.parseFloat(text) * 1_000));
  const sum = shares.reduce((total, share) => total + share, 0);
  const each = Math.floor(WHOLE / names.length);
  if (shares.length === 0)
    return names.map((name, index) => [name, index === 0 ? WHOLE - each * (names.length - 1) : each] as const);
  if (shares.length !== names.length)
    return problem(
      'value-invalid',
      `--split has ${shares.length} shares for ${names.length} variants (${names.join(', ')})`,
    );
  if (sum !== WHOLE) return problem('value-invalid', `--split ${given.join(',')} sums to ${sum / 1_000}%, not to 100%`);
  if (shares.some((share) => share === 0)) return problem('value-invalid', '--split: a variant with 0% takes no part');
  return names.map((name, index) => [name, shares[index] ?? 0] as const);
}

function staysOut({ command, state }: Room): Pick<Experiment, 'holdouts' | 'layer'> | Problem {
  const config = state.config.experiments;
  const holdouts = listOf(command.options['holdout']);
  const unknown = holdouts.find((name) => config.holdouts[name] === undefined);
  if (unknown !== undefined) {
    const known = Object.keys(config.holdouts).join(', ') || 'none';
    return problem('value-invalid', `no holdout is called ${unknown}; experiments.holdouts has ${known}`);
  }
  const name = textOf(command.options['layer']);
  if (name === undefined) {
    if (command.options['slots'] !== undefined) return problem('value-invalid', '--slots belongs to --layer NAME');
    return { holdouts: [...new Set(holdouts)] };
  }
  const layer = config.layers[name];
  if (!layer) return unknownLayer(name, config);
  const count = Number(command.options['slots'] ?? 1);
  if (count < 1 || count > layer.slots)
    return problem('value-invalid', `--slots ${count}: layer ${name} has ${layer.slots}`);
  return { holdouts: [...new Set(holdouts)], layer: { name, count, slots: [] } };
}

/** Its own flag: one text variant each. Who stays out gets a variant that is no arm, but looks like the control. */
function newFlag({ flag: key, variants, layer, holdouts, ...words }: Experiment, { asking }: Room): Flag {
  const names = variants.map(([name]) => name);
  const control = names[0] ?? '';
  const apart = layer !== undefined || holdouts.length > 0;
  const off = !apart ? control : names.includes('off') ? 'stays-out' : 'off';
  return {
    schemaVersion: 1,
    key,
    ...(words.name !== undefined && { name: words.name }),
    ...(words.description !== undefined && { description: words.description }),
    kind: 'experiment',
    ...(words.owner !== undefined && { owner: words.owner }),
    tags: [],
    created: toInstant(asking.now),
    services: [],
    variants: { ...(apart && { [off]: control }), ...Object.fromEntries(names.map((name) => [name, name])) },
    off,
    requires: [],
    environments: {},
  };
}

interface Made {
  readonly experiment: Experiment;
  readonly chosen: Chosen;
  readonly tuning: number;
  readonly made?: Flag;
}

function written({ experiment, chosen, tuning, made }: Made): Decision {
  const { key, environment, variants, metrics } = experiment;
  const needed = forecasts(experiment, tuning);
  const summary = [
    ...chosen.directed,
    `experiment ${key}: draft in ${environment}, ${printSplit(variants)}`,
    ...needed.map(printForecast),
    ...(made ? [`its flag ${made.key} was made`] : []),
    ...chosen.assumed,
  ].join('; ');
  const changes: readonly Change[] = [
    { path: paths.experiment(key), document: experiment },
    ...(made ? [{ path: paths.flag(made.key), document: made }] : []),
  ];
  const details = {
    experiment: key,
    flag: experiment.flag,
    environment,
    state: 'draft',
    variants: variants.map(([name, weight]) => ({ name, weight })),
    metrics: metrics.map(({ name, role, kind, better }) => ({ name, role, kind, better })),
    needs: needed.map(({ metric, effect, users, anytime }) => ({
      metric,
      effect,
      users: users ?? null,
      anytime: anytime ?? null,
    })),
    assumed: [...chosen.directed, ...chosen.assumed],
  };
  return committed({
    changes,
    summary,
    details,
    message: {
      title: `experiment ${key}: created as a draft in ${environment}, ${printSplit(variants)}`,
      ...(experiment.hypothesis !== undefined && { body: `Hypothesis: ${experiment.hypothesis}` }),
      event: 'experiment.created',
      subject: `experiment/${key}`,
    },
  });
}
