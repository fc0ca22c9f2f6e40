/** The verdict on an experiment: one word, one sentence with numbers, and what is still missing. */
import type { ExperimentsConfig } from '../model/config.ts';
import type { Experiment } from '../model/experiment.ts';
import { type Instant, type Milliseconds, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { printCount, printSpan } from '../report/words.ts';
import type { Arm, MetricResult, RatioResult, Ruling, VariantUsers } from './results.ts';
import { printChange, printEffect, printP, printRange, printValue, treatmentsOf } from './words.ts';
import { ALIKE, isFew } from './alike.ts';

export interface Results {
  readonly experiment: Experiment;
  readonly users: readonly VariantUsers[];
  readonly ratio: RatioResult;
  readonly metrics: readonly MetricResult[];
  readonly crossed: number;
}

interface When {
  readonly now: Milliseconds;
  readonly until: Instant;
  readonly config: ExperimentsConfig;
}

/** The split first: where users do not arrive by it nothing can be read. Harm is said early, a winner only when all is there. */
export function rule(results: Results, when: When): Ruling {
  const { experiment } = results;
  const short = shortfalls(results, when);
  const broken = brokenSplit(results);
  if (broken !== undefined) return { verdict: 'sample-ratio', because: broken, harmed: [], missing: short };
  const arms = treatmentsOf(experiment).map((variant) => standingOf(variant, results, when.config));
  const harmed = arms.flatMap(({ variant, hurt }) => (hurt === undefined ? [] : [{ variant, because: hurt }]));
  const isLost = harmed.length > 0 && harmed.length === arms.length;
  const decided = decide(arms, results, { short, isLost, config: when.config });
  const early = arms.flatMap(({ early: said }) => said ?? []);
  return { ...decided, because: [...early, withHarmed(decided, harmed, experiment)].join('; '), harmed };
}

interface Weighing {
  readonly short: readonly string[];
  /** A guardrail of every treatment is lost. */
  readonly isLost: boolean;
  readonly config: ExperimentsConfig;
}

function decide(
  arms: readonly Standing[],
  results: Results,
  { short, isLost, config }: Weighing,
): Omit<Ruling, 'harmed'> {
  const winner = bestOf(arms.filter(({ won, hurt, lost, unshown }) => won && !hurt && !lost && unshown.length === 0));
  const missing = [
    ...short,
    ...(winner
      ? []
      : arms.flatMap(({ variant, few, unshown }) => [...few, ...unshown].map((text) => `${variant}: ${text}`))),
  ];
  if (winner && short.length === 0)
    return { verdict: 'won', variant: winner.variant, because: wonSentence(winner, results), missing: [] };
  const [first] = arms;
  if (isLost && first?.hurt !== undefined)
    return { verdict: 'guardrail-lost', variant: first.variant, because: first.hurt, missing };
  const bad = arms.filter((arm) => arm.hurt ?? arm.lost);
  const loser = bad.find((arm) => arm.lost);
  if (loser?.lost !== undefined && bad.length === arms.length)
    return short.length === 0
      ? {
          verdict: 'lost',
          variant: loser.variant,
          because: `${loser.lost.what} is worse: ${loser.lost.effect}`,
          missing,
        }
      : { verdict: 'collecting', because: soonLost(loser.lost, short, config), missing };
  return { verdict: 'collecting', because: openSentence(results, missing), missing };
}

/** A goal that is shown to be worse waits, as a winner does. */
function soonLost({ what, effect }: Lost, short: readonly string[], { minUsers, minTime }: ExperimentsConfig): string {
  const floors = [
    ...(minTime > 0 ? [printSpan(minTime)] : []),
    ...(minUsers > 0 ? [`${printCount(minUsers)} users of each variant`] : []),
  ];
  return `${what} is worse already: ${effect}; called lost after ${floors.join(' and ')}: ${short.join('; ')}`;
}

/** Every harmed treatment is named, whatever becomes of the others. */
function withHarmed(
  { verdict, variant, because }: Pick<Ruling, 'verdict' | 'variant' | 'because'>,
  harmed: Ruling['harmed'],
  { key, variants }: Experiment,
): string {
  const others = harmed.filter((one) => verdict !== 'guardrail-lost' || one.variant !== variant);
  const said = others.map((one) => one.because);
  if (said.length === 0) return because;
  if (verdict === 'guardrail-lost') return [because, ...said].join('; ');
  const healthy = variants.map(([name]) => name).filter((name) => !harmed.some((one) => one.variant === name));
  const todo = `its users stay in it until experiment stop ${key}; ${healthy.join(', ')} can be compared again without it`;
  return verdict === 'won' ? [because, ...said].join('; ') : [...said, todo, because].join('; ');
}

/** More than this share of users in several variants at once is no accident of a few devices. */
const MOST_CROSSED = 0.01;
/** Below so many it may be. */
const FEW_CROSSED = 10;

/** Why nothing can be read from the numbers, as a sentence: users do not arrive by the split, or do not stay in their variant. */
function brokenSplit({ users, ratio, crossed }: Results): string | undefined {
  if (ratio.mismatch) return ratioSentence(users, ratio);
  const all = users.reduce((sum, one) => sum + one.users, crossed);
  if (crossed < FEW_CROSSED || crossed <= all * MOST_CROSSED) return undefined;
  return `users do not stay in their variant: ${printCount(crossed)} of ${printCount(all)} were seen in more than one, and who stays in one may differ from who does not: find out why before anything is read from the numbers`;
}

/** `conversion of treatment`, and how much worse it is. */
interface Lost {
  readonly what: string;
  readonly effect: string;
}

interface Standing {
  readonly variant: string;
  readonly won: boolean;
  /** The guardrail that is lost, as a sentence. */
  readonly hurt?: string;
  /** One that looks lost at fewer users than its comparison asks for, and when it counts. */
  readonly early?: string;
  /** The goal that is shown to be worse. */
  readonly lost?: Lost;
  /** Guardrails that are not shown to be within their margin. */
  readonly unshown: readonly string[];
  /** Goals whose values rest on too few users. */
  readonly few: readonly string[];
  /** How far the first goal is up in its good direction. */
  readonly lift: number;
}

function standingOf(variant: string, { metrics, users }: Results, config: ExperimentsConfig): Standing {
  const of = ({ arms }: MetricResult): Arm | undefined => arms.find((arm) => arm.variant === variant);
  const goals = metrics.filter(({ role }) => role === 'goal');
  const guardrails = metrics.filter(({ role }) => role === 'guardrail');
  const worse = guardrails.filter((metric) => of(metric)?.result === 'worse');
  const counts = (metric: MetricResult): boolean => hasBurnIn(users, config) || of(metric)?.effect?.isExact === true;
  const hurt = worse.find(counts);
  const early = hurt ? undefined : worse[0];
  const lost = goals.find((metric) => of(metric)?.result === 'worse');
  const lifts = goals.flatMap((metric) => {
    const effect = of(metric)?.effect?.estimate;
    return effect === undefined ? [] : [metric.better === 'higher' ? effect : -effect];
  });
  return {
    variant,
    won: goals.some((metric) => of(metric)?.result === 'better'),
    ...(hurt && { hurt: `${hurt.name} of ${variant} is worse than allowed: ${harmWords(hurt, of(hurt))}` }),
    ...(early && { early: earlySentence(early, of(early), { variant, config }) }),
    ...(lost && { lost: { what: `${lost.name} of ${variant}`, effect: effectWords(lost, of(lost)) } }),
    unshown: guardrails.flatMap((metric) => unshownOf(metric, of(metric))),
    few: goals.flatMap((metric) => fewOf(metric, of(metric))),
    lift: lifts[0] ?? 0,
  };
}

function harmWords(metric: MetricResult, arm: Arm | undefined): string {
  const { margin } = metric;
  return `${effectWords(metric, arm)}${margin === undefined ? '' : `, and ${printEffect(margin)} worse is allowed`}`;
}

function earlySentence(
  metric: MetricResult,
  arm: Arm | undefined,
  { variant, config }: { readonly variant: string; readonly config: ExperimentsConfig },
): string {
  const from = printCount(Math.ceil(config.minUsers / BURN_IN));
  return `${metric.name} of ${variant} looks worse than allowed: ${harmWords(metric, arm)}; with ${from} users of each variant it counts as lost`;
}

/** A guardrail with a margin must be shown to be within it; one without must not be shown to be worse, but must be seen. */
function unshownOf(metric: MetricResult, arm: Arm | undefined): readonly string[] {
  const { name, margin, kind, control } = metric;
  if (!arm || arm.result === 'no-data') return [`there are no numbers of the guardrail ${name}`];
  if (margin === undefined || arm.result !== 'open') return [];
  if (control.value === 0)
    return [
      `${name} is 0 in ${control.variant}, of which ${printEffect(margin).replace('+', '')} is nothing, and ${printValue(kind, arm.value)} in ${arm.variant}: not shown to be worse, nor to be as good`,
    ];
  return [
    `${name} ${effectWords(metric, arm)} is not yet shown to be at most ${printEffect(margin).replace('+', '')} worse`,
  ];
}

function bestOf(arms: readonly Standing[]): Standing | undefined {
  return arms.toSorted((one, other) => other.lift - one.lift)[0];
}

/** Few large values carry a sum: its interval is not what it says yet. */
function fewOf({ name }: MetricResult, arm: Arm | undefined): readonly string[] {
  const alike = arm?.effect?.alike;
  if (alike === undefined || !isFew({ alike })) return [];
  return [
    `${name} rests on few large values: it counts as ${printCount(Math.floor(alike))} alike users, and ${ALIKE} are needed`,
  ];
}

/** Too few users, also of a single metric, and too little time. */
function shortfalls(results: Results, { now, until, config }: When): readonly string[] {
  const { experiment, users } = results;
  const { minUsers, minTime } = config;
  const seen = Math.min(now, toMilliseconds(until));
  const passed = experiment.started === undefined ? 0 : Math.max(0, seen - toMilliseconds(experiment.started));
  const left = minTime - passed;
  const few = users.filter((one) => one.users < minUsers);
  return [
    ...(left > 0 ? [`${printSpan(left)} are left`] : []),
    ...few.map((one) => `${one.variant} has ${printCount(one.users)} of ${printCount(minUsers)} users`),
    ...(few.length > 0 ? [] : unmeasured(results, minUsers)),
  ];
}

function unmeasured({ metrics }: Results, minUsers: number): readonly string[] {
  return metrics
    .filter(({ role }) => role !== 'secondary')
    .flatMap(({ name, control, arms }) =>
      [control, ...arms].flatMap(({ variant, users }) =>
        users === undefined || users >= minUsers
          ? []
          : [`${name} of ${variant} was measured of ${printCount(users)} of ${printCount(minUsers)} users`],
      ),
    );
}

const BURN_IN = 10;

/** Below a tenth of the users asymptotic intervals are not what they say: they hold for large samples. */
function hasBurnIn(users: readonly VariantUsers[], { minUsers }: ExperimentsConfig): boolean {
  return users.every((one) => one.users * BURN_IN >= minUsers);
}

function effectWords({ kind, control }: MetricResult, arm: Arm | undefined): string {
  const effect = arm?.effect;
  if (!effect) return 'no effect is known';
  const [from, to] = [printValue(kind, control.value), printValue(kind, arm.value)];
  const change = effect.scale === 'absolute' || !Number.isFinite(effect.estimate) ? `${from} -> ${to}, ` : '';
  return `${change}${printChange(effect)} (${printRange(effect)}, p ${printP(effect.p)})`;
}

function ratioSentence(users: readonly VariantUsers[], { p }: RatioResult): string {
  const all = users.reduce((sum, one) => sum + one.users, 0);
  const seen = users.map(
    ({ variant, users: count, weight }) => `${variant} ${printCount(count)} (${printPercent(weight)} was set)`,
  );
  return `users do not arrive by the split: of ${printCount(all)}, ${seen.join(', ')}; p ${printP(p)}: find out why before anything is read from the numbers`;
}

function wonSentence({ variant }: Standing, { metrics, users }: Results): string {
  const won = metrics.flatMap((metric) => {
    const arm = metric.arms.find((one) => one.variant === variant);
    return metric.role === 'goal' && arm?.result === 'better' ? [`${metric.name} ${effectWords(metric, arm)}`] : [];
  });
  const guardrails = metrics.some(({ role }) => role === 'guardrail') ? '; no guardrail is worse than allowed' : '';
  return `${variant} wins: ${won.join(', ')} with ${usersWords(users)}${guardrails}`;
}

function usersWords(users: readonly VariantUsers[]): string {
  return users.map((one) => `${printCount(one.users)} ${one.variant}`).join(', ');
}

function openSentence({ metrics }: Results, missing: readonly string[]): string {
  const goals = metrics
    .filter(({ role }) => role === 'goal')
    .flatMap((metric) =>
      metric.arms.map((arm) =>
        arm.effect
          ? `${metric.name} of ${arm.variant} ${effectWords(metric, arm)}`
          : `the effect of ${arm.variant} on ${metric.name} is not known yet`,
      ),
    );
  return ['undecided', missing.join('; '), goals.join('; ')].filter((text) => text !== '').join(': ');
}
