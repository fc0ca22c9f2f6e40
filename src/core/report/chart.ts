/** Numbers over time, and how a renderer reads them at equal distances. */
import type { Rollout } from '../model/rollout.ts';
import { HOUR, MINUTE, type Milliseconds, SECOND, toMilliseconds } from '../model/time.ts';
import type { Block, Series } from './report.ts';
import { candidateOf } from './subject.ts';
import { shareNow } from './users.ts';

/** The candidate's share over time, from the stages' records: a step at each exposure. */
function weightSeries(rollout: Rollout, now: Milliseconds): Series {
  const points: (readonly [number, number])[] = [[toMilliseconds(rollout.began), 0]];
  for (const record of rollout.stages) {
    const weight = rollout.plan.stages.find((stage) => stage.name === record.stage)?.weight;
    if (record.exposed !== undefined && weight !== undefined)
      points.push([toMilliseconds(record.exposed), percent(weight)]);
  }
  const back = rollout.goingBack;
  const done = rollout.operations.filter((one) => one.purpose === 'rollback' && one.state === 'done');
  const over = rollout.phase !== 'rolling-back' && rollout.phase !== 'failed';
  if (back)
    points.push([toMilliseconds(done.at(-1)?.ended ?? back.at), percent(over ? rollout.weight : shareNow(rollout))]);
  else if (rollout.phase === 'exposing' && rollout.step !== 'gate')
    points.push([toMilliseconds(rollout.exposedAt ?? rollout.phaseSince), percent(rollout.weight)]);
  const last = points.at(-1)?.[1] ?? 0;
  points.push([rollout.ended === undefined ? now : toMilliseconds(rollout.ended), last]);
  return { name: candidateOf(rollout), points: points.toSorted((one, other) => one[0] - other[0]) };
}

function percent(weight: number): number {
  return weight / 1000;
}

/** The share over time as a block; undefined while nobody has seen the candidate. */
export function weightChart(rollout: Rollout, now: Milliseconds): Block | undefined {
  const series = weightSeries(rollout, now);
  if (series.points.every(([, value]) => value === 0)) return undefined;
  return { type: 'chart', title: 'share of the candidate', unit: '%', series: [series] };
}

/** From when until when all series of a chart reach, in ms; undefined when there is no point. */
export function spanOf(series: readonly Series[]): readonly [number, number] | undefined {
  const moments = series.flatMap((one) => one.points.map(([at]) => at)).filter(Number.isFinite);
  if (moments.length === 0) return undefined;
  return [moments.reduce((a, b) => Math.min(a, b)), moments.reduce((a, b) => Math.max(a, b))];
}

/** The unit in which a length of time is best written on an axis; `size` in ms. */
export function scaleOf(length: Milliseconds): { readonly name: string; readonly size: Milliseconds } {
  if (length >= 3 * HOUR) return { name: 'hours', size: HOUR };
  return length >= 3 * MINUTE ? { name: 'minutes', size: MINUTE } : { name: 'seconds', size: SECOND };
}

/**
 * A series read at `count` moments at equal distances over a span: at each the last value known by then,
 * before the first point the first value. Empty for a series without points.
 */
export function sampled(
  { points }: Series,
  [from, until]: readonly [number, number],
  count: number,
): readonly number[] {
  const first = points[0];
  if (!first) return [];
  let index = 0;
  let value = first[1];
  return Array.from({ length: count }, (_, step) => {
    const at = count < 2 ? until : from + ((until - from) * step) / (count - 1);
    for (let next = points[index]; next && next[0] <= at; next = points[++index]) value = next[1];
    return Number.isFinite(value) ? value : 0;
  });
}
