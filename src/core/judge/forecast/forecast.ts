/** How often a plan's judge would notice something, by drawing what it would see and letting it judge: its own rule, its own fold. */
import type { Evidence, JudgeSpec, Sample } from '../../model/metric.ts';
import type { PlannedStage } from '../../model/plan.ts';
import { SECOND } from '../../model/time.ts';
import { WHOLE, type Weight } from '../../model/weight.ts';
import { notApplicable } from '../applicable.ts';
import { byWindow } from '../breach.ts';
import { type Random, rateOf, sampler, seeded } from './draw.ts';
import { foldAnswers } from '../fold.ts';
import { type Edge, passageChance } from './passage.ts';
import { betterOf } from '../read.ts';
import { type Answer, ruleKeyOf } from '../rule.ts';
import { windowWidth, windowsIn } from '../window.ts';

export interface ForecastOptions {
  /** The plan's stages, in order; those without the judge bring it nothing. */
  readonly stages: readonly PlannedStage[];
  /** Events of the judge's metric in the whole service, per second. */
  readonly perSecond: number;
  readonly usual: Sample;
  /** So many times worse than usual. */
  readonly worse: number;
  readonly runs?: number;
}

export interface Forecast {
  /** The chance that it fails in each stage, of all rollouts. */
  readonly byStage: readonly number[];
  readonly whole: number;
}

const RUNS = 100;
const SEED = 20_261_121;
/** Windows of a judge that is right at any number of looks are drawn in lumps: how often somebody looks matters little to it. */
const LOOKS = 25;

/**
 * A threshold on a rate: the chance to cross its bound after any window, reckoned. All else: seeded draws, window by window where
 * each counts. Undefined: the metric's kind has no events to draw, or a gauge.
 */
export function forecast(judge: JudgeSpec, options: ForecastOptions): Forecast | undefined {
  const { usual } = options;
  if (usual.kind === 'proportion' && judge.rule.type !== 'compare' && !byWindow(judge))
    return exact(judge, options, Math.min(1, rateOf(usual) * harmOf(judge, options)));
  const drawing = drawingOf(judge, options);
  return drawing && drawn(judge, drawing);
}

/** Whether it fails in at least this share of rollouts: no more are drawn than it takes to know that. False: nothing can be drawn. */
export function failsOften(judge: JudgeSpec, options: ForecastOptions & { readonly share: number }): boolean {
  const { usual, share, runs = RUNS } = options;
  if (usual.kind === 'proportion') return (forecast(judge, options)?.whole ?? 0) >= share;
  const drawing = drawingOf(judge, options);
  if (!drawing) return false;
  const random = seeded(SEED);
  let passed = 0;
  for (let run = 0; run < runs && passed <= runs * (1 - share); run++)
    if (failsIn(judge, drawing, random) === undefined) passed += 1;
  return passed <= runs * (1 - share);
}

function harmOf({ better }: JudgeSpec, { worse }: ForecastOptions): number {
  return betterOf({ better }) === 'lower' ? worse : 1 / worse;
}

function drawingOf(judge: JudgeSpec, options: ForecastOptions): Drawing | undefined {
  const { usual } = options;
  const drawCandidate = sampler({ usual, factor: harmOf(judge, options) });
  const drawBaseline = sampler({ usual, factor: 1 });
  return drawCandidate && drawBaseline ? { ...options, drawCandidate, drawBaseline } : undefined;
}

/** How many events the candidate gets in a stage, about. */
export function eventsIn({ weight, bake }: Pick<PlannedStage, 'weight' | 'bake'>, perSecond: number): number {
  return Math.floor((perSecond * (weight / WHOLE) * bake) / SECOND);
}

function holds({ judges }: PlannedStage, { id }: JudgeSpec): boolean {
  return judges.some((judge) => judge.id === id);
}

function exact(judge: JudgeSpec, { stages, perSecond }: ForecastOptions, rate: number): Forecast {
  let passed = 1;
  const byStage = stages.map((stage) => {
    const before = passed;
    if (holds(stage, judge)) passed *= 1 - breachChance(judge, eventsByWindow(stage, perSecond), rate);
    return before - passed;
  });
  return { byStage, whole: 1 - passed };
}

function eventsByWindow({ weight, bake }: PlannedStage, perSecond: number): readonly number[] {
  if (bake <= 0) return [];
  const width = windowWidth(bake);
  const until = (index: number): number => eventsIn({ weight, bake: width * index }, perSecond);
  return Array.from({ length: windowsIn(0, bake, width) }, (_, index) => until(index + 1) - until(index));
}

function breachChance(judge: JudgeSpec, sizes: readonly number[], rate: number): number {
  const { minSamples } = judge;
  return passageChance({ sizes, rate, minSamples: Math.max(1, minSamples), edge: (total) => edgeOf(judge, total) });
}

/** `below 1%` is breached from 1 % on; read as `success`, or `above`, the good ones are counted. */
function edgeOf({ rule, read }: JudgeSpec, total: number): Edge {
  if (rule.type === 'compare') return { from: total + 1 };
  const success = read === 'success';
  const share = success ? 1 - rule.bound : rule.bound;
  return (rule.type === 'below') === success
    ? { until: Math.floor(share * total + 1e-9) }
    : { from: Math.ceil(share * total - 1e-9) };
}

type Draw = NonNullable<ReturnType<typeof sampler>>;
interface Drawing extends ForecastOptions {
  readonly drawCandidate: Draw;
  readonly drawBaseline: Draw;
}

function drawn(judge: JudgeSpec, options: Drawing): Forecast {
  const { stages, runs = RUNS } = options;
  const random = seeded(SEED);
  const failed = stages.map(() => 0);
  for (let run = 0; run < runs; run++) {
    const index = failsIn(judge, options, random);
    if (index !== undefined) failed[index] = (failed[index] ?? 0) + 1;
  }
  const byStage = failed.map((count) => count / runs);
  return { byStage, whole: byStage.reduce((sum, share) => sum + share, 0) };
}

/** One rollout: the index of the stage in which it fails. */
function failsIn(judge: JudgeSpec, options: Drawing, random: Random): number | undefined {
  let evidence: Evidence | undefined;
  for (const [index, stage] of options.stages.entries()) {
    if (!holds(stage, judge) || stage.bake <= 0 || !applies(judge, stage, evidence)) continue;
    const { width, count } = lumps(judge, stage);
    const { weight } = stage;
    const stableWeight = otherWeight(judge, stage);
    const span = { weight, stableWeight, width };
    const answers = Array.from({ length: count }, (_, window) => answerOf(options, { ...span, window }, random));
    evidence = foldAnswers(evidence, judge, { ...span, stage: stage.name, answers, planned: count });
    if (evidence.failedAt !== null) return index;
  }
  return undefined;
}

function applies(judge: JudgeSpec, { weight }: PlannedStage, evidence: Evidence | undefined): boolean {
  const context = { weight, hasStable: true, perVersion: judge.perVersion, recorded: evidence !== undefined };
  return notApplicable(judge, context) === undefined;
}

function lumps(judge: JudgeSpec, { bake, weight }: PlannedStage): { readonly width: number; readonly count: number } {
  const width = windowWidth(bake);
  const count = Math.max(1, windowsIn(0, bake, width));
  if (byWindow(judge) || ruleKeyOf(judge, weight) !== 'sequential' || count <= LOOKS) return { width, count };
  return { width: bake / LOOKS, count: LOOKS };
}

/** Of the arm that is compared with: a copy has as much as the candidate, the stable version all the rest. */
function otherWeight({ rule }: JudgeSpec, { weight, baseline }: PlannedStage): Weight {
  const copied = baseline === true && rule.type === 'compare' && rule.with === 'baseline';
  return copied ? weight : WHOLE - weight;
}

interface Window {
  readonly weight: Weight;
  readonly stableWeight: Weight;
  readonly width: number;
  readonly window: number;
}
function answerOf(
  { perSecond, drawCandidate, drawBaseline }: Drawing,
  { weight, stableWeight, width, window }: Window,
  random: Random,
): Answer {
  // Whole events, none of them lost between the windows.
  const until = (index: number, part: Weight): number =>
    Math.floor((perSecond * part * width * index) / (SECOND * WHOLE));
  const events = (part: Weight): number => until(window + 1, part) - until(window, part);
  const candidate = drawCandidate(events(weight), random);
  return { candidate, baseline: stableWeight > 0 ? drawBaseline(events(stableWeight), random) : null };
}
