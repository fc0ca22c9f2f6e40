/** Flags: evaluation, bulk and loading, beside a hand-written limit and @openfeature/flagd-core. Run with `npm run bench`. */
import { FlagdCore } from '@openfeature/flagd-core';
import { compileFlags, type FlagEvaluator } from '../../src/core/flag/compile.ts';
import type { FlagdDocument, FlagdFlag, Logic } from '../../src/core/flag/definition.ts';
import { type Context, type Kind, type Limit, limitOf } from './flags-limit.ts';
import { type BenchRow, interleave, median, spread } from './row.ts';

const ROUNDS = 31;
const CALLS = 40_000;
/** Rounds before the first that counts: on a busy machine the optimising compiler comes late. */
const WARM = 25;
const USERS = 1_000;
const silent = { error() {}, warn() {}, info() {}, debug() {} };

const RULES: Logic = {
  if: [
    { and: [{ '!==': [{ var: 'country' }, null] }, { in: [{ var: 'country' }, ['DE', 'FR', 'NL']] }] },
    'on',
    { and: [{ '!==': [{ var: 'email' }, null] }, { ends_with: [{ var: 'email' }, '@acme.com'] }] },
    'on',
    { and: [{ '!==': [{ var: 'version' }, null] }, { sem_ver: [{ var: 'version' }, '>=', '2.0.0'] }] },
    'on',
    {
      fractional: [
        ['on', 50_000],
        ['off', 50_000],
      ],
    },
  ],
};
const TARGETING: Readonly<Record<Kind, Logic | undefined>> = {
  static: undefined,
  share: {
    fractional: [
      ['on', 25_000],
      ['off', 75_000],
    ],
  },
  rules: RULES,
};

function flagOf(kind: Kind): FlagdFlag {
  const targeting = TARGETING[kind];
  const defaultVariant = kind === 'static' ? 'on' : 'off';
  return { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant, ...(targeting && { targeting }) };
}

function documentOf(kinds: ReadonlyMap<string, Kind>): FlagdDocument {
  return { flags: Object.fromEntries([...kinds].map(([key, kind]) => [key, flagOf(kind)])) };
}

/** The third user of four falls through to the split, as the workload's users do. */
const contexts: readonly Context[] = Array.from({ length: USERS }, (_, i) => ({
  targetingKey: `user-${i * 7919}`,
  country: ['US', 'DE', 'JP', 'BR'][i % 4] ?? 'US',
  email: `user${i}@${i % 5 === 0 ? 'acme.com' : 'example.org'}`,
  version: i % 3 === 0 ? '2.1.0' : '1.9.3',
}));

interface Times {
  readonly limit: readonly number[];
  readonly ours: readonly number[];
  readonly flagd: readonly number[];
}

let counted = 0;

/** Nanoseconds a call; what the calls answer is counted, so that no compiler leaves them out. */
function timed(calls: number, subject: () => number): () => number {
  return () => {
    const start = process.hrtime.bigint();
    counted += subject();
    return Number(process.hrtime.bigint() - start) / calls;
  };
}

async function measure<K extends string>(
  subjects: Readonly<Record<K, () => number>>,
): Promise<Readonly<Record<K, readonly number[]>>> {
  await interleave(subjects, WARM);
  return interleave(subjects, ROUNDS);
}

function rows(name: string, times: Times, [most, least]: readonly [number, number]): readonly BenchRow[] {
  const [ours, limit, flagd] = [median(times.ours), median(times.limit), median(times.flagd)];
  const figure = `${ours.toFixed(0)} ns ± ${spread(times.ours).toFixed(0)}`;
  const [overLimit, overPeer] = [ours / limit, ours / flagd];
  const nextTo = (what: string, time: number): string => `${what}, ${time.toFixed(0)} ns`;
  return [
    {
      name,
      figure,
      against: nextTo('Map and closure', limit),
      ratio: overLimit,
      target: `<= ${most} x`,
      ok: overLimit <= most,
    },
    {
      name,
      figure,
      against: nextTo('flagd-core', flagd),
      ratio: overPeer,
      target: `<= 1/${least} x`,
      ok: overPeer <= 1 / least,
    },
  ];
}

interface Engines {
  readonly ours: FlagEvaluator;
  readonly limit: Limit;
  readonly flagd: FlagdCore;
}

function enginesOf(kinds: ReadonlyMap<string, Kind>): Engines {
  const document = documentOf(kinds);
  const flagd = new FlagdCore(undefined, silent);
  flagd.setConfigurations(JSON.stringify(document));
  return { ours: compileFlags(document, Date.now), limit: limitOf(kinds), flagd };
}

/** All three must say the same before anything is timed. */
function agree({ ours, limit, flagd }: Engines, keys: readonly string[]): void {
  for (const key of keys) {
    for (const context of contexts) {
      const value = ours.boolean(key, false, { ...context }).value;
      const other = flagd.resolveBooleanEvaluation(key, false, { ...context }).value;
      if (value !== other || value !== limit.get(key)?.(context).value) throw new Error(`${key}: the engines disagree`);
    }
  }
}

async function evaluation(name: string, kind: Kind, targets: readonly [number, number]): Promise<readonly BenchRow[]> {
  const keys = Array.from({ length: 20 }, (_, i) => `${kind}-flag-${i}`);
  const engines = enginesOf(new Map(keys.map((key) => [key, kind])));
  agree(engines, keys);
  const each = (ask: (key: string, context: Context) => boolean): (() => number) =>
    timed(CALLS, () => {
      let on = 0;
      for (let i = 0; i < CALLS; i++) if (ask(keys[i % 20] ?? '', contexts[i % USERS] as Context)) on++;
      return on;
    });
  const { ours, limit, flagd } = engines;
  const times = await measure({
    limit: each((key, context) => (limit.get(key) as (context: Context) => { value: boolean })(context).value),
    ours: each((key, context) => ours.boolean(key, false, context as never).value),
    flagd: each((key, context) => flagd.resolveBooleanEvaluation(key, false, context as never).value),
  });
  return rows(name, times, targets);
}

function mixed(count: number): ReadonlyMap<string, Kind> {
  const kinds: readonly Kind[] = ['static', 'share', 'static', 'rules'];
  return new Map(Array.from({ length: count }, (_, i) => [`flag-${i}`, kinds[i % 4] ?? 'static'] as const));
}

async function bulk(): Promise<readonly BenchRow[]> {
  const kinds = mixed(1_000);
  const { ours, limit, flagd } = enginesOf(kinds);
  const perRound = 20;
  const each = (ask: (context: Context) => number): (() => number) =>
    timed(perRound * 1_000, () => {
      let answers = 0;
      for (let i = 0; i < perRound; i++) answers += ask(contexts[i] as Context);
      return answers;
    });
  const times = await measure({
    limit: each((context) => [...limit.values()].map((evaluate) => evaluate(context)).length),
    ours: each((context) => ours.evaluateAll(context as never).length),
    flagd: each((context) => flagd.resolveAll(context as never).length),
  });
  return rows('1,000 mixed flags in bulk, a flag', times, [2, 7]);
}

const LOADED = 10_000;

/** Bytes a flag that are kept, by the heap before and after; needs `node --expose-gc` to be exact. */
function heldBytes(make: () => unknown): number {
  const collect = globalThis.gc;
  collect?.();
  const before = process.memoryUsage().heapUsed;
  const kept = make();
  collect?.();
  const bytes = (process.memoryUsage().heapUsed - before) / LOADED;
  if (kept === undefined) throw new Error('nothing was kept');
  return bytes;
}

async function loading(): Promise<readonly BenchRow[]> {
  // Half of them the same for everybody, half at 25 %: what a large set is mostly made of.
  const kinds = Array.from({ length: LOADED }, (_, i) => [`flag-${i}`, i % 2 ? 'static' : 'share'] as const);
  const text = JSON.stringify(documentOf(new Map<string, Kind>(kinds)));
  const load = (): FlagEvaluator => compileFlags(JSON.parse(text) as FlagdDocument, Date.now);
  const loadAndEvaluate = (): FlagEvaluator => {
    const flags = load();
    counted += flags.evaluateAll(contexts[0] as never).length;
    return flags;
  };
  const flagd = (): FlagdCore => {
    const core = new FlagdCore(undefined, silent);
    core.setConfigurations(text);
    return core;
  };
  const bytes = { lazy: heldBytes(load), all: heldBytes(loadAndEvaluate) };
  const milliseconds = (make: () => unknown) => (): number => {
    const start = process.hrtime.bigint();
    if (make() !== undefined) counted++;
    return Number(process.hrtime.bigint() - start) / 1e6;
  };
  const parse = (): unknown => JSON.parse(text);
  const subjects = { parse: milliseconds(parse), lazy: milliseconds(load), all: milliseconds(loadAndEvaluate) };
  const times = await interleave(subjects, 15);
  const theirs = median((await interleave({ flagd: milliseconds(flagd) }, 1)).flagd);
  const parsing = median(times.parse);
  const time = (name: string, values: readonly number[]): BenchRow => {
    const ours = median(values);
    const figure = `${ours.toFixed(1)} ms ± ${spread(values).toFixed(1)}`;
    const against = `JSON.parse alone, ${parsing.toFixed(1)} ms; flagd-core, ${theirs.toFixed(0)} ms`;
    return { name, figure, against, ratio: ours / parsing, target: '<= 40 ms', ok: ours <= 40 };
  };
  const size = (name: string, held: number): BenchRow => ({
    name,
    figure: `${held.toFixed(0)} bytes a flag`,
    against: '500 bytes',
    ratio: held / 500,
    target: '<= 500 bytes a flag',
    ok: held <= 500,
  });
  return [
    time('load 10,000 flags (each compiled when first evaluated)', times.lazy),
    time('load, compile and evaluate 10,000 flags', times.all),
    size('memory of 10,000 flags, loaded', bytes.lazy),
    size('memory of 10,000 flags, compiled and evaluated', bytes.all),
  ];
}

/** Measures everything; takes a few seconds. */
export async function run(): Promise<readonly BenchRow[]> {
  return [
    ...(await evaluation('boolean flag, the same for everybody', 'static', [2, 5])),
    ...(await evaluation('25 % rollout by user', 'share', [1.5, 6])),
    ...(await evaluation('three rules, then a split', 'rules', [2, 5])),
    ...(await bulk()),
    ...(await loading()),
  ];
}
