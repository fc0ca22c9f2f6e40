/** How shares, effects and values of experiments are worded. */
import type { Experiment, ExperimentKind } from '../model/experiment.ts';
import type { Bounds } from './measure.ts';
import { printPercent, type Weight } from '../model/weight.ts';
import { printCount } from '../report/words.ts';

/** `50% control, 50% treatment` */
export function printSplit(variants: readonly (readonly [string, Weight])[]): string {
  return variants.map(([name, weight]) => `${printPercent(weight)} ${name}`).join(', ');
}

/** `+10.3%`, `-0.42%`; three digits that count. */
export function printEffect(effect: number): string {
  if (!Number.isFinite(effect)) return effect > 0 ? 'any' : '-any';
  const percent = Number((effect * 100).toPrecision(3));
  return `${percent > 0 ? '+' : ''}${Object.is(percent, -0) ? 0 : percent}%`;
}

/** `-1.2% to +4.4%`; an end that nothing is known of is open. */
function printInterval(lower: number, upper: number): string {
  const from = Number.isFinite(lower) ? printEffect(lower) : 'any';
  const to = Number.isFinite(upper) ? printEffect(upper) : 'any';
  return `${from} to ${to}`;
}

/** `+10.3%`, or `+0.042` in the metric's own unit; `from nothing` where the control has none. */
export function printChange({ estimate, scale, isSame }: Bounds): string {
  if (isSame) return 'the same';
  if (!Number.isFinite(estimate)) return 'from nothing';
  return scale === 'absolute' ? printDifference(estimate) : printEffect(estimate);
}

/** The interval in the same unit. */
export function printRange({ lower, upper, scale }: Bounds): string {
  if (scale !== 'absolute') return printInterval(lower, upper);
  const [from, to] = [lower, upper].map((end) => (Number.isFinite(end) ? printDifference(end) : 'any'));
  return `${from} to ${to}`;
}

function printDifference(difference: number): string {
  const number = Number(difference.toPrecision(3));
  return `${number > 0 ? '+' : ''}${Object.is(number, -0) ? 0 : number}`;
}

/** A metric's value in a variant: a share in percent, all else as it counts. */
export function printValue(kind: ExperimentKind, value: number | undefined): string {
  if (value === undefined) return '';
  if (kind === 'proportion') return `${Number((value * 100).toPrecision(4))}%`;
  const number = Number(value.toPrecision(5));
  return Math.abs(number) < 1_000 ? String(number) : printCount(number);
}

/** `0.031`, `< 0.0001` */
export function printP(p: number | undefined): string {
  if (p === undefined) return '';
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}

export function controlOf({ variants }: Pick<Experiment, 'variants'>): string {
  return variants[0]?.[0] ?? '';
}

export function treatmentsOf({ variants }: Pick<Experiment, 'variants'>): readonly string[] {
  return variants.slice(1).map(([name]) => name);
}
