/** Commands given one after another to documents that remember, and numbers for experiments. */
import { parseCommand } from '../../../src/core/command/parse.ts';
import { decide } from '../../../src/core/decide.ts';
import type { Asking, Decision } from '../../../src/core/decision.ts';
import { compileFlags } from '../../../src/core/flag/compile.ts';
import { lower } from '../../../src/core/flag/lower.ts';
import { isProblem } from '../../../src/core/flag/problem.ts';
import type { Config } from '../../../src/core/model/config.ts';
import { Experiment, type ExperimentData, type MetricSums } from '../../../src/core/model/experiment.ts';
import { Flag } from '../../../src/core/model/flag.ts';
import { Rollout } from '../../../src/core/model/rollout.ts';
import type { State } from '../../../src/core/model/state.ts';
import { toInstant } from '../../../src/core/model/time.ts';
import { alice } from '../../support/rollout.ts';
import { stateOf } from '../../support/state.ts';
import { configOf } from '../../support/world/config.ts';

export const START: number = Date.parse('2026-11-01T08:00:00.000Z');

const EXPERIMENTS = `experiments:
  metrics:
    conversion: { usual: 5%, effect: 10% }
    revenue: { kind: mean, usual: 40, variance: 900 }
    orders: { kind: ratio }
    crashes: { kind: count, better: lower, margin: 5% }
    load: { kind: quantile, quantile: p95, better: lower }
    errors: { better: lower, margin: 10% }
    refunds: { better: lower }
  layers:
    checkout: { slots: 4 }
  holdouts: { 2026q4: 5% }
`;

/** Two environments; `production` is the inside of its braces. */
export function experimentsConfig(production = '', more: string = EXPERIMENTS): Config {
  const config = configOf({ environment: production, more, judges: '[]', stages: STAGES });
  const { production: there } = config.environments;
  if (!there) throw new Error('no production');
  const plain = { ...there, name: 'staging', allow: {}, freezes: [] };
  return { ...config, defaultEnvironment: 'production', environments: { staging: plain, production: there } };
}

const STAGES = [
  '{ name: some, weight: 20%, bake: 5m, analysis: none }',
  '{ name: half, weight: 50%, bake: 5m, analysis: none }',
  '{ name: all, weight: 100%, bake: 5m, analysis: none }',
];

/** Decoded once: sessions change nothing in it. */
const USUAL: Config = experimentsConfig();

export interface Session {
  state: State;
  now: number;
  /** What is known of experiments, by key. */
  data: Record<string, ExperimentData>;
  /** What was known of them at the end of each day. */
  days?: Record<string, readonly ExperimentData[]>;
  /** `document` is a file's text, as a surface hands it in. */
  say(text: string, asking?: Partial<Asking>, document?: string): Decision;
  experiment(key?: string): Experiment;
  flag(key?: string): Flag;
  /** What the flag serves a user, through its lowered and compiled definition. */
  serves(
    user: string,
    more?: { readonly key?: string; readonly attributes?: Readonly<Record<string, string>> },
  ): string;
}

export function session(changed: Partial<State> = {}): Session {
  let requests = 0;
  const self: Session = {
    state: stateOf({ config: USUAL, ...changed }),
    now: START,
    data: {},
    say(text, asking = {}, document) {
      const parsed = parseCommand(text);
      if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
      const options = { ...parsed.command.options, ...(document !== undefined && { document }) };
      const command = { ...parsed.command, options };
      const { reason, override } = parsed.command.options;
      requests += 1;
      const decision = decide({
        state: self.state,
        command,
        facts: {
          now: self.now,
          performer: null,
          platforms: {},
          releases: {},
          automaticOff: false,
          clockOff: false,
          experiments: self.data,
          ...(self.days && { days: self.days }),
        },
        asking: {
          now: self.now,
          actor: alice,
          rights: { role: 'maintain', teams: [] },
          request: `request-${requests}`,
          dryRun: false,
          overrides: Array.isArray(override) ? (override as readonly string[]) : [],
          command: text,
          ...(typeof reason === 'string' ? { reason } : {}),
          ...asking,
        },
      });
      self.state = afterwards(self.state, decision);
      return decision;
    },
    experiment: (key = 'checkout') => {
      const found = self.state.experiments.get(key);
      if (!found) throw new Error(`no experiment ${key}`);
      return found;
    },
    flag: (key = 'checkout') => {
      const found = self.state.flags.get(key);
      if (!found) throw new Error(`no flag ${key}`);
      return found;
    },
    serves: (user, { key = 'checkout', attributes = {} } = {}) => server(self.state, key)(user, attributes),
  };
  return self;
}

/** The compiled flag, for many users. */
export function server(
  state: State,
  key: string,
): (user: string, attributes?: Readonly<Record<string, string>>) => string {
  const flag = state.flags.get(key);
  const lowered = flag && lower(flag, { environment: 'production', flags: state.flags, segments: state.segments });
  if (!lowered || isProblem(lowered)) throw new Error(lowered?.message ?? `no flag ${key}`);
  const evaluator = compileFlags({ flags: { [key]: lowered } }, () => 0);
  return (user, attributes = {}) => evaluator.evaluate(key, { targetingKey: user, ...attributes }).variant ?? 'none';
}

function afterwards(state: State, { changes }: Decision): State {
  const flags = new Map(state.flags);
  const experiments = new Map(state.experiments);
  const rollouts = new Map(state.rollouts);
  for (const { path, document } of changes) {
    const [folder = '', file = ''] = path.split('/');
    const key = file.replace(/\.json$/, '');
    const text: unknown = document && JSON.parse(JSON.stringify(document));
    if (folder === 'flags') set(flags, key, text && Flag.parse(text));
    if (folder === 'experiments') set(experiments, key, text && Experiment.parse(text));
    if (folder === 'rollouts') set(rollouts, key, text && Rollout.parse(text));
  }
  return { ...state, flags, experiments, rollouts };
}

function set<T>(map: Map<string, T>, key: string, value: unknown): void {
  if (value === null || value === undefined) map.delete(key);
  else map.set(key, value as T);
}

/** Users and conversions of each variant, until a moment in ms. */
export function conversions(
  until: number,
  variants: Readonly<Record<string, readonly [users: number, converted: number]>>,
  more: Readonly<Record<string, Readonly<Record<string, MetricSums>>>> = {},
): ExperimentData {
  return {
    from: 'file orders.csv',
    until: toInstant(until),
    crossed: 0,
    variants: Object.fromEntries(
      Object.entries(variants).map(([name, [users, successes]]) => [
        name,
        { users, metrics: { conversion: { kind: 'proportion' as const, n: users, successes }, ...more[name] } },
      ]),
    ),
  };
}

export function share(n: number, successes: number): MetricSums {
  return { kind: 'proportion', n, successes };
}
