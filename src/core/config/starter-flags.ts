/** The starter set of flags: what `sluice init` seeds where it is asked to. */
import type { Flag, FlagEnvironment, Serve, VariantValue } from '../model/flag.ts';
import { fromPercent, WHOLE } from '../model/weight.ts';

interface Seed {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly kind: Flag['kind'];
  readonly tags: readonly string[];
  readonly variants: Readonly<Record<string, VariantValue>>;
  readonly off: string;
  /** In development, staging, production. */
  readonly serve: readonly [Serve, Serve, Serve];
}

const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
const SWITCH = { on: true, off: false };

function share(percent: number): Serve {
  const weight = fromPercent(percent);
  if (weight === 0) return 'off';
  return weight === WHOLE ? 'on' : { ramp: { candidate: 'on', stable: 'off', percent: weight } };
}

/** On for developers, as far as `staging` says in staging, off for users. */
function feature(name: string, title: string, staging: number): Seed {
  return {
    key: `feature.${name}`,
    name: title,
    description: `${title}, for users once it is on in production`,
    kind: 'release',
    tags: ['feature'],
    variants: SWITCH,
    off: 'off',
    serve: [share(100), share(staging), share(0)],
  };
}

function canary(name: string, title: string, strategy: string): Seed {
  return {
    key: `canary.${name}`,
    name: title,
    description: `Rolled out with: flag rollout canary.${name} --strategy ${strategy}`,
    kind: 'release',
    tags: ['canary'],
    variants: SWITCH,
    off: 'off',
    serve: [share(100), share(0), share(0)],
  };
}

function experiment(name: string, title: string): Seed {
  const halves: Serve = {
    split: [
      ['control', fromPercent(50)],
      ['treatment', fromPercent(50)],
    ],
  };
  return {
    key: `experiment.${name}`,
    name: title,
    description: `${title}: control against treatment, half of the users each`,
    kind: 'experiment',
    tags: ['experiment'],
    variants: { control: 'control', treatment: 'treatment' },
    off: 'control',
    serve: [halves, halves, 'control'],
  };
}

const THRESHOLD: Seed = {
  key: 'rollback.error-threshold',
  name: 'Error threshold',
  description: 'The error rate, as a fraction of one, above which the application sheds new features by itself',
  kind: 'ops',
  tags: ['config'],
  variants: { strict: 0.01, usual: 0.05 },
  off: 'usual',
  serve: ['usual', 'usual', 'usual'],
};

const SEEDS: readonly Seed[] = [
  feature('new-dashboard', 'New dashboard', 50),
  feature('advanced-search', 'Advanced search', 25),
  feature('dark-mode', 'Dark mode', 0),
  feature('live-updates', 'Live updates', 0),
  canary('new-checkout', 'New checkout', '1-10-25-50-100'),
  canary('image-service', 'Image service', '5-25-100'),
  experiment('pricing-page', 'Pricing page'),
  experiment('onboarding', 'Onboarding'),
  THRESHOLD,
];

/** Nine flags in the environments development, staging and production; `environments` renames those, in that order. */
export function starterFlags(environments: readonly [string, string, string] = [...ENVIRONMENTS]): readonly Flag[] {
  return SEEDS.map(({ serve, ...seed }) => ({
    schemaVersion: 1,
    ...seed,
    services: [],
    requires: [],
    environments: Object.fromEntries(environments.map((name, index) => [name, environment(serve[index] ?? seed.off)])),
  }));
}

function environment(serve: Serve): FlagEnvironment {
  return { enabled: true, targets: [], rules: [], serve };
}
