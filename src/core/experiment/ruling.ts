/** The verdict on an experiment: one word, one sentence with numbers, and what is still missing. */
import type { ExperimentsConfig } from '../model/config.ts';
import type { Experiment } from '../model/experiment.ts';
import { type Instant, type Milliseconds, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { printCount, printSpan } from '../report/words.ts';
import type { Arm, MetricResult, RatioResult, Ruling, VariantUsers } from './results.ts';
import { printEffect, printInterval, printP, treatmentsOf } from './words.ts';

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
  const { experiment, users, ratio } = results;
  const short = shortfalls(results, when);
  if (ratio.mismatch) return { verdict: 'sample-ratio', because: ratioSentence(users, ratio), missing: short };
  const arms = treatmentsOf(experiment).map((variant) => standingOf(variant, results));
  const winner = bestOf(arms.filter(({ won, hurt, lost, unshown }) => won && !hurt && !lost && unshown.length === 0));
  const missing = [
    ...short,
    ...(winner ? [] : arms.flatMap(({ variant, unshown }) => unshown.map((text) => `${variant}: ${text}`))),
  ];
  if (winner && short.length === 0)
    return { verdict: 'won', variant: winner.variant, because: wonSentence(winner, results), missing: [] };
  const hurt = arms.filter((arm) => arm.hurt);
  const [first] = hurt;
  if (first?.hurt && hurt.length === arms.length && hasBurnIn(users, when.config))
    return { verdict: 'guardrail-lost', variant: first.variant, because: first.hurt, missing };
  const bad = arms.filter((arm) => arm.hurt ?? arm.lost);
  const loser = bad.find((arm) => arm.lost);
  if (loser?.lost && bad.length === arms.length && short.length === 0)
    return { verdict: 'lost', variant: loser.variant, because: loser.lost, missing };
  return { verdict: 'collecting', because: openSentence(results, missing), missing };
}

interface Standing {
  readonly variant: string;
  readonly won: boolean;
  /** The guardrail, or the goal, that is shown to be worse, as a sentence. */
  readonly hurt?: string;
  readonly lost?: string;
  /** Guardrails that are not shown to be within their margin. */
  readonly unshown: readonly string[];
  /** How far the first goal is up in its good direction. */
  readonly lift: number;
}

function standingOf(variant: string, { metrics }: Results): Standing {
  const of = ({ arms }: MetricResult): Arm | undefined => arms.find((arm) => arm.variant === variant);
  const goals = metrics.filter(({ role }) => role === 'goal');
  const guardrails = metrics.filter(({ role }) => role === 'guardrail');
  const hurt = guardrails.find((metric) => of(metric)?.result === 'worse');
  const lost = goals.find((metric) => of(metric)?.result === 'worse');
  const lifts = goals.flatMap((metric) => {
    const effect = of(metric)?.effect?.estimate;
    return effect === undefined ? [] : [metric.better === 'higher' ? effect : -effect];
  });
  return {
    variant,
    won: goals.some((metric) => of(metric)?.result === 'better'),
    ...(hurt && { hurt: hurtSentence(hurt, of(hurt), variant) }),
    ...(lost && { lost: `${lost.name} of ${variant} is worse: ${effectWords(of(lost))}` }),
    unshown: guardrails.flatMap((metric) => unshownOf(metric, of(metric))),
    lift: lifts[0] ?? 0,
  };
}

function hurtSentence({ name, margin }: MetricResult, arm: Arm | undefined, variant: string): string {
  const allowed = margin === undefined ? '' : `, and ${printEffect(margin)} worse is allowed`;
  return `${name} of ${variant} is worse than allowed: ${effectWords(arm)}${allowed}`;
}

/** A guardrail with a margin must be shown to be within it; one without must not be shown to be worse, but must be seen. */
function unshownOf({ name, margin }: MetricResult, arm: Arm | undefined): readonly string[] {
  if (!arm || arm.result === 'no-data') return [`there are no numbers of the guardrail ${name}`];
  if (margin === undefined || arm.result !== 'open') return [];
  return [`${name} ${effectWords(arm)} is not yet shown to be at most ${printEffect(margin).replace('+', '')} worse`];
}

function bestOf(arms: readonly Standing[]): Standing | undefined {
  return arms.toSorted((one, other) => other.lift - one.lift)[0];
}

/** Too few users, too little time. */
function shortfalls({ experiment, users }: Results, { now, until, config }: When): readonly string[] {
  const seen = Math.min(now, toMilliseconds(until));
  const passed = experiment.started === undefined ? 0 : Math.max(0, seen - toMilliseconds(experiment.started));
  const left = config.minTime - passed;
  const few = users.filter((one) => one.users < config.minUsers);
  return [
    ...(left > 0 ? [`${printSpan(left)} are left`] : []),
    ...few.map((one) => `${one.variant} has ${printCount(one.users)} of ${printCount(config.minUsers)} users`),
  ];
}

/** Below a tenth of the users the intervals are not what they say: they hold for large samples. */
function hasBurnIn(users: readonly VariantUsers[], { minUsers }: ExperimentsConfig): boolean {
  return users.every((one) => one.users * 10 >= minUsers);
}

function effectWords(arm: Arm | undefined): string {
  const effect = arm?.effect;
  if (!effect) return 'no effect is known';
  return `${printEffect(effect.estimate)} (${printInterval(effect.lower, effect.upper)}, p ${printP(effect.p)})`;
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
    return metric.role === 'goal' && arm?.result === 'better' ? [`${metric.name} ${effectWords(arm)}`] : [];
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
    .flatMap(({ name, arms }) => arms.map((arm) => `${name} of ${arm.variant} ${effectWords(arm)}`));
  return ['undecided', missing.join('; '), goals.join('; ')].filter((text) => text !== '').join(': ');
}
