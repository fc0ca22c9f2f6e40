/** How shares, effects and values of experiments are worded. */
import type { Experiment, ExperimentKind } from '../model/experiment.ts';
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
export function printInterval(lower: number, upper: number): string {
  const from = Number.isFinite(lower) ? printEffect(lower) : 'any';
  const to = Number.isFinite(upper) ? printEffect(upper) : 'any';
  return `${from} to ${to}`;
}

/** A metric's value in a variant: a share in percent, all else as it counts. */
export function printValue(kind: ExperimentKind, value: number | undefined): string {
  if (value === undefined) return '';
  return kind === 'proportion' ? `${Number((value * 100).toPrecision(4))}%` : printCount(Number(value.toPrecision(5)));
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
