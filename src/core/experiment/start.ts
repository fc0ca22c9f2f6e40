/** `experiment start`: users are drawn into the variants from now on. */
import { type Decision, refuse } from '../decision.ts';
import { refuseFor } from '../flag/command-frame.ts';
import { isProblem, problem, type Problem } from '../flag/problem.ts';
import { environmentOf, rolloutsOf, withEnvironment } from '../flag/ramp.ts';
import { validateAlone } from '../flag/validate.ts';
import type { Experiment } from '../model/experiment.ts';
import type { Flag, FlagEnvironment, Serve } from '../model/flag.ts';
import { paths } from '../model/state.ts';
import { toInstant } from '../model/time.ts';
import type { Room } from '../rollout/room.ts';
import { plural, printMoment } from '../report/words.ts';
import { unchanged } from '../flag/command-frame.ts';
import { designFault } from './design.ts';
import { runningOn } from './find.ts';
import { committed } from './frame.ts';
import { type DrawnLayer, drawSlots } from './layer.ts';
import { tuningOf } from './measure.ts';
import { printSplit } from './words.ts';

/** From draft to running: the flag's default serve becomes the split, with a salt that was never used before. */
export function start(room: Room, experiment: Experiment): Decision {
  const { key, state: was, environment } = experiment;
  if (was === 'running')
    return unchanged(`experiment ${key} runs in ${environment} since ${experiment.started ?? ''} (it already was so)`, {
      experiment: key,
      environment,
      state: was,
    });
  if (was !== 'draft')
    return refuse(
      'refused',
      `experiment ${key} is ${was}, and an experiment runs once: create another one, which draws users anew`,
    );
  if (!experiment.metrics.some(({ role }) => role === 'goal'))
    return refuse('value-invalid', `experiment ${key} has no goal: nothing could win it`);
  const flag = flagFor(room, experiment);
  if (isProblem(flag)) return refuseFor(flag);
  const fault = designFault(experiment, flag);
  if (fault !== undefined) return refuse('value-invalid', `experiment ${key}: ${fault}`);
  const drawn = drawnFor(room, experiment);
  if (isProblem(drawn)) return refuseFor(drawn);
  const begun = running(room, experiment, { flag, ...(drawn.layer && { drawn: drawn.layer }) });
  const [wrong] = validateAlone(begun.flag);
  return wrong ? refuseFor(wrong) : written(room, begun);
}

function flagFor({ state }: Room, { key, flag: name, environment, variants }: Experiment): Flag | Problem {
  const broken = state.broken.find(({ path }) => path === paths.flag(name));
  if (broken) return problem(broken.code, `${broken.path}: ${broken.problem}; mend or revert the file first`);
  const flag = state.flags.get(name);
  if (!flag)
    return problem('flag-unknown', `no flag is called ${name}, which experiment ${key} compares: flag create ${name}`);
  if (flag.archived) return problem('flag-archived', `flag ${name} is archived`);
  if (!state.config.environments[environment])
    return problem('environment-unknown', `the configuration has no environment ${environment} any more`);
  const missing = variants.find(([variant]) => flag.variants[variant] === undefined);
  if (missing) return problem('variant-unknown', `flag ${name} has no variant ${missing[0]} any more`);
  const [rollout] = rolloutsOf(state.rollouts, name, environment);
  if (rollout)
    return problem(
      'flag-in-rollout',
      `rollout ${rollout.id} moves flag ${name} in ${environment}: roll it back or wait for its end`,
    );
  const other = runningOn(state, name, environment);
  if (other)
    return problem(
      'flag-in-experiment',
      `experiment ${other.key} runs on flag ${name} in ${environment}: experiment stop ${other.key} first`,
    );
  const { layer } = environmentOf(flag, environment);
  return layer
    ? problem(
        'refused',
        `flag ${name} is in layer ${layer.name} in ${environment} by hand: take that out of its file first`,
      )
    : flag;
}

/** Wrapped: a problem is told from it. */
function drawnFor({ state }: Room, experiment: Experiment): { readonly layer?: DrawnLayer } | Problem {
  const { config, experiments } = state;
  const gone = experiment.holdouts.find((name) => config.experiments.holdouts[name] === undefined);
  if (gone !== undefined)
    return problem(
      'value-invalid',
      `the holdout ${gone} of experiment ${experiment.key} is not in experiments.holdouts any more`,
    );
  if (!experiment.layer) return {};
  const layer = drawSlots(experiment, experiment.layer, { config: config.experiments, experiments });
  return isProblem(layer) ? layer : { layer };
}

interface Begun {
  readonly experiment: Experiment;
  readonly flag: Flag;
}

function running(
  { state, asking }: Room,
  experiment: Experiment,
  { flag, drawn }: { readonly flag: Flag; readonly drawn?: DrawnLayer },
): Begun {
  const { environment, variants, by } = experiment;
  const named = flag.environments[environment];
  const settings = environmentOf(flag, environment);
  const generation = freshGeneration(experiment, settings.serve, state.experiments);
  const serve: Serve = { split: variants, ...(by !== undefined && { by }), generation };
  const holdouts = holdoutsFor(experiment, settings, state.config.experiments.holdouts);
  const next: FlagEnvironment = {
    ...settings,
    enabled: true,
    serve,
    ...(holdouts.length > 0 && { holdouts }),
    ...(drawn && { layer: drawn.layer }),
  };
  const before = named && {
    enabled: named.enabled,
    serve: named.serve,
    ...(named.holdouts && { holdouts: named.holdouts }),
  };
  return {
    flag: withEnvironment(flag, environment, next),
    experiment: {
      ...experiment,
      state: 'running',
      started: toInstant(asking.now),
      generation,
      tuning: tuningOf(state.config.experiments),
      before: before ?? null,
      ...(drawn && { layer: drawn.own }),
    },
  };
}

/** One above every generation that this flag was ever split by there: nobody's arm follows from an earlier experiment. */
function freshGeneration(
  { flag, environment }: Experiment,
  serve: Serve,
  experiments: Room['state']['experiments'],
): number {
  const earlier = [...experiments.values()]
    .filter((one) => one.flag === flag && one.environment === environment && one.started !== undefined)
    .map(({ generation }) => generation);
  return Math.max(0, generationIn(serve), ...earlier) + 1;
}

function generationIn(serve: Serve): number {
  if (typeof serve === 'string') return 0;
  if ('split' in serve) return serve.generation ?? 0;
  return Math.max(generationIn(serve.ramp.candidate), generationIn(serve.ramp.stable));
}

/** Those that stood there already stay; named ones get the share that the configuration has now. */
function holdoutsFor(
  { holdouts }: Experiment,
  { holdouts: there = [] }: FlagEnvironment,
  shares: Readonly<Record<string, number>>,
): NonNullable<FlagEnvironment['holdouts']> {
  const others = there.filter(({ name }) => !holdouts.includes(name));
  return [...others, ...holdouts.map((name) => ({ name, percent: shares[name] ?? 0 }))];
}

/** Who has the flag by something other than the split, as sentences: they are served, and must not be counted. */
function notDrawn({ requires, environments }: Flag, environment: string): readonly string[] {
  const { rules = [], targets = [] } = environments[environment] ?? {};
  const named = rules.map(({ id }) => id).join(', ');
  return [
    ...(rules.length > 0
      ? [
          `whom ${named} ${rules.length === 1 ? 'matches gets what it says' : 'match get what they say'} and takes no part`,
        ]
      : []),
    ...(targets.length > 0
      ? [`${plural(targets.length, 'targeted unit')} ${targets.length === 1 ? 'takes' : 'take'} no part`]
      : []),
    ...requires.map(({ flag, variant }) => `who has not ${variant} of the required flag ${flag} takes no part`),
  ];
}

function written({ asking }: Room, { experiment, flag }: Begun): Decision {
  const { key, environment, variants, generation, layer, holdouts } = experiment;
  const apart = notDrawn(flag, environment);
  const told = [
    `experiment ${key}: runs in ${environment} since ${printMoment(toInstant(asking.now), asking.now)}, ${printSplit(variants)}`,
    ...(layer ? [`slots ${layer.slots.join(', ')} of layer ${layer.name}`] : []),
    ...(holdouts.length > 0 ? [`without ${holdouts.join(', ')}`] : []),
    ...apart,
  ].join('; ');
  return committed({
    changes: [
      { path: paths.experiment(key), document: experiment },
      { path: paths.flag(flag.key), document: flag },
    ],
    summary: told,
    details: {
      experiment: key,
      flag: flag.key,
      environment,
      state: 'running',
      generation,
      started: experiment.started ?? null,
      notDrawn: apart,
    },
    message: {
      title: `experiment ${key}: started in ${environment}, ${printSplit(variants)}`,
      event: 'experiment.started',
      subject: `experiment/${key}`,
    },
  });
}
