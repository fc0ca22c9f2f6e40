/** Each judge by itself under other settings: what a bound, a tolerance or a budget would have changed. */
import type { Config } from '../model/config.ts';
import type { JudgeSpec } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import { usualRatio } from '../judge/regression.ts';
import { printBound } from '../judge/wording.ts';
import type { Series } from './series.ts';
import { type SimulationOptions, type SimulationResult, simulate } from './simulate.ts';

export interface SweepRow {
  readonly judge: string;
  /** `below 1%`, `tolerance 0.3%`, `ratio 2`, `alpha 5%`. */
  readonly setting: string;
  readonly asConfigured: boolean;
  readonly outcome: SimulationResult['outcome'];
  readonly at: Milliseconds;
  /** Who took it back or held it. */
  readonly cause?: string;
  readonly samples: number;
}

interface Setting {
  readonly name: string;
  readonly rule: JudgeSpec['rule'];
}

const FACTORS: readonly number[] = [0.25, 0.5, 1, 2, 4];
const ALPHAS: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2];

/** A row for each setting of each judge of the plan; empty where the policy cannot be tried at all. */
export function sweep(config: Config, series: Series, options: SimulationOptions): readonly SweepRow[] {
  const whole = simulate(config, series, options);
  if (!whole.ok) return [];
  const judges = new Map(whole.result.plan.stages.flatMap((stage) => stage.judges.map((judge) => [judge.id, judge])));
  return [...judges.values()].flatMap((judge) =>
    settingsOf(judge).flatMap(({ name, rule }): readonly SweepRow[] => {
      const tried = simulate(config, series, {
        ...options,
        alone: { ...judge, rule },
      });
      if (!tried.ok) return [];
      const { outcome, at, cause, samples } = tried.result;
      const asConfigured = JSON.stringify(rule) === JSON.stringify(judge.rule);
      return [
        { judge: judge.id, setting: name, asConfigured, outcome, at, samples, ...(cause !== undefined && { cause }) },
      ];
    }),
  );
}

function settingsOf(judge: JudgeSpec): readonly Setting[] {
  const { rule } = judge;
  if (rule.type !== 'compare')
    return FACTORS.map((factor) => boundBy(rule, factor, judge)).map((bound) => ({
      name: `${rule.type} ${printBound(bound, judge)}`,
      rule: { ...rule, bound },
    }));
  return [...tolerances(judge, rule), ...ratios(judge, rule), ...alphas(rule)];
}

/** `above 99%` leaves 1 % of room: that is halved and doubled. */
function boundBy(rule: Bound, factor: number, { kind }: JudgeSpec): number {
  const { bound } = rule;
  return clean(kind === 'proportion' && rule.type === 'above' ? 1 - (1 - bound) * factor : bound * factor);
}

type Bound = Exclude<JudgeSpec['rule'], { type: 'compare' }>;
type Compare = Extract<JudgeSpec['rule'], { type: 'compare' }>;

function tolerances(judge: JudgeSpec, rule: Compare): readonly Setting[] {
  const { tolerance } = rule;
  if (tolerance === undefined || tolerance === 0) return [];
  return [0, ...FACTORS.map((factor) => clean(tolerance * factor))].map((other) => ({
    name: `tolerance ${printBound(other, judge)}`,
    rule: { ...rule, tolerance: other },
  }));
}

/** A ratio of 1 is no worse at all: what is above it is halved and doubled. */
function ratios(judge: JudgeSpec, rule: Compare): readonly Setting[] {
  if (rule.method !== 'regression' || (rule.ratio === undefined && rule.tolerance !== undefined)) return [];
  const ratio = rule.ratio ?? usualRatio(judge);
  return FACTORS.map((factor) => clean(1 + (ratio - 1) * factor))
    .filter((other) => other > 0)
    .map((other) => ({ name: `ratio ${other}`, rule: other === ratio ? rule : { ...rule, ratio: other } }));
}

function alphas(rule: Compare): readonly Setting[] {
  const { alpha } = rule;
  if (rule.method !== 'sequential') return [];
  const all = [...new Set([...ALPHAS, ...(alpha === undefined ? [] : [alpha])])].toSorted((a, b) => a - b);
  return all.map((other) => ({ name: `alpha ${clean(other * 100)}%`, rule: { ...rule, alpha: other } }));
}

/** Without the noise of binary fractions. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}
