/** Bounds that a version which is no worse than usual would cross by chance, and the nearest that it hardly ever would. */
import type { JudgeSpec } from '../../model/metric.ts';
import { type ForecastOptions, forecast } from './forecast.ts';

export interface ByChance {
  readonly judge: JudgeSpec;
  /** Of rollouts that are no worse than usual, over all stages. */
  readonly chance: number;
  /** In the metric's unit, two digits; undefined: none within eight times the room. */
  readonly bound?: number;
}

export interface ByChanceOptions extends Omit<ForecastOptions, 'worse'> {
  /** So often may it happen. */
  readonly budget: number;
  /** What the bound as it is was forecast to be crossed by chance. */
  readonly chance: number;
}

const MOST_ROOM = 8;
/** What is usual is not known from fewer events than this. */
const FEWEST_KNOWN = 1_000;

/** Undefined where it happens less often, where nothing is bounded, or where nobody knows what is usual. */
export function byChance(judge: JudgeSpec, { budget, chance, ...options }: ByChanceOptions): ByChance | undefined {
  const { usual } = options;
  if (judge.rule.type === 'compare' || judge.then === 'notify' || !(chance > budget)) return undefined;
  if (usual.kind === 'proportion' && usual.total < FEWEST_KNOWN) return undefined;
  const chanceAt = (room: number): number =>
    forecast(withRoom(judge, room), { ...options, worse: 1 })?.whole ?? Number.NaN;
  const bound = nearest(judge, (room) => chanceAt(room) <= budget);
  return { judge, chance, ...(bound !== undefined && { bound }) };
}

function nearest(judge: JudgeSpec, isSeldom: (room: number) => boolean): number | undefined {
  if (!isSeldom(MOST_ROOM)) return undefined;
  let low = 1;
  let high = MOST_ROOM;
  while (high / low > 1.1) {
    const middle = Math.sqrt(low * high);
    if (isSeldom(middle)) high = middle;
    else low = middle;
  }
  const { rule } = withRoom(judge, high);
  return rule.type === 'compare' ? undefined : rule.bound;
}

/** The judge with so many times the room: `below 1%` allows 2 %, `above 99%` of a rate 98 %. Rounded so that it never has less. */
function withRoom(judge: JudgeSpec, room: number): JudgeSpec {
  const { rule, kind } = judge;
  if (rule.type === 'compare' || room === 1) return judge;
  const { type, bound } = rule;
  if (type === 'below') return { ...judge, rule: { type, bound: twoDigits(bound * room) } };
  if (kind === 'proportion') return { ...judge, rule: { type, bound: clean(1 - twoDigits((1 - bound) * room)) } };
  return { ...judge, rule: { type, bound: clean(1 / twoDigits(room / bound)) } };
}

function twoDigits(value: number): number {
  if (!(value > 0)) return value;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return clean(Math.ceil(value / unit - 1e-9) * unit);
}

/** Without the noise of binary fractions. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}
