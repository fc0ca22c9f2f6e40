/** The nine flags of the example set. */
import type { Flag, FlagEnvironment, Serve } from '../model/flag.ts';
import { fromPercent } from '../model/weight.ts';
import { serveOf } from './ramp.ts';

type Seed = Pick<Flag, 'key' | 'name' | 'description' | 'kind' | 'tags'>;

const DEVELOPMENT = /^dev/;
const STAGING = /^(stag|preview|test)/;

/** Percent in an environment by what it is called: development, staging, anything else is production. */
function percentIn(environment: string, [development, staging, production]: readonly [number, number, number]): number {
  if (DEVELOPMENT.test(environment)) return development;
  return STAGING.test(environment) ? staging : production;
}

function inEach(
  environments: readonly string[],
  off: string,
  serve: (environment: string) => Serve | undefined,
): Flag['environments'] {
  const named = environments.map((name): readonly [string, FlagEnvironment] => {
    const served = serve(name);
    return [name, { enabled: served !== undefined, targets: [], rules: [], serve: served ?? off }];
  });
  return Object.fromEntries(named);
}

const ON_OFF = { variants: { on: true, off: false }, off: 'off' } as const;

function ramped(environments: readonly string[], percents: readonly [number, number, number]): Flag['environments'] {
  return inEach(environments, 'off', (environment) => {
    const percent = fromPercent(percentIn(environment, percents));
    return percent === 0 ? undefined : serveOf({ candidate: 'on', stable: 'off', percent });
  });
}

function make(seed: Seed, rest: Pick<Flag, 'variants' | 'off' | 'environments'>): Flag {
  return { schemaVersion: 1, ...seed, services: [], requires: [], ...rest };
}

function seed(key: string, description: string, tags: readonly string[]): Seed {
  return { key, name: key.slice(key.indexOf('.') + 1).replaceAll('-', ' '), description, kind: 'release', tags };
}

const FEATURES: readonly (readonly [string, string, number])[] = [
  ['feature.new-dashboard', 'The dashboard drawn anew', 50],
  ['feature.advanced-search', 'Search with filters and ranking', 25],
  ['feature.dark-mode', 'Dark colours', 0],
  ['feature.live-updates', 'Pages that update themselves', 0],
];

const CANARIES: readonly (readonly [string, string])[] = [
  ['canary.new-api', 'Stages 1, 10, 25, 50, 100 %: flag rollout canary.new-api --strategy canary-five'],
  ['canary.new-checkout', 'Stages 5, 25, 100 %: flag rollout canary.new-checkout --strategy canary-three'],
];

const EXPERIMENTS: readonly (readonly [string, string])[] = [
  ['experiment.checkout-button', 'Does a larger button sell more?'],
  ['experiment.pricing-page', 'Does a shorter page sell more?'],
];

function experiment(environments: readonly string[], [key, description]: readonly [string, string]): Flag {
  const serve: Serve = {
    split: [
      ['control', 50_000],
      ['treatment', 50_000],
    ],
    generation: 1,
  };
  return make(
    { ...seed(key, description, ['experiment']), kind: 'experiment' },
    {
      variants: { control: 'control', treatment: 'treatment' },
      off: 'control',
      environments: inEach(environments, 'control', (name) => (percentIn(name, [1, 1, 0]) > 0 ? serve : undefined)),
    },
  );
}

/**
 * Four features (development 100 %; staging 50, 25, 0, 0 %; production 0 %), two canaries, two experiments 50/50,
 * one setting: the error threshold that rolls back, 5 %.
 */
export function starterFlags(environments: readonly string[]): readonly Flag[] {
  return [
    ...FEATURES.map(([key, description, staging]) =>
      make(seed(key, description, ['feature']), { ...ON_OFF, environments: ramped(environments, [100, staging, 0]) }),
    ),
    ...CANARIES.map(([key, description]) =>
      make(seed(key, description, ['canary']), { ...ON_OFF, environments: ramped(environments, [100, 0, 0]) }),
    ),
    ...EXPERIMENTS.map((one) => experiment(environments, one)),
    make(
      { ...seed('rollback.error-threshold', 'Share of failed requests that rolls back', ['config']), kind: 'ops' },
      {
        variants: { usual: 0.05, strict: 0.01 },
        off: 'usual',
        environments: inEach(environments, 'usual', () => 'usual'),
      },
    ),
  ];
}
