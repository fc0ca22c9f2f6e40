/** When a judge's windows were, and how its evidence grew over them. */
import { alphaOf } from '../judge/alpha.ts';
import { SETTLING } from '../judge/look.ts';
import { traceOf } from '../judge/trace.ts';
import { windowWidth } from '../judge/window.ts';
import type { Evidence } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import type { Block } from './report.ts';
import type { Judged } from './verdicts.ts';

/** A stage's windows on the clock, in ms. */
export interface Clockwork {
  readonly from: Milliseconds;
  readonly width: Milliseconds;
}

/** Where the windows of some evidence lie; undefined where the rollout does not tell any more. */
export function windowsOf(rollout: Rollout, { stage }: Pick<Evidence, 'stage'>): Clockwork | undefined {
  const { plan, stages } = rollout;
  if (stage === SETTLING) {
    const from = rollout.phase === 'provisional' ? rollout.phaseSince : stages.at(-1)?.ended;
    return from === undefined
      ? undefined
      : { from: toMilliseconds(from), width: windowWidth(Math.max(plan.settle, plan.keepOld)) };
  }
  const [name = '', times = '1'] = stage.split('/');
  const exposed = stages.filter((record) => record.stage === name)[Number(times) - 1]?.exposed;
  const bake = plan.stages.find((one) => one.name === name)?.bake;
  if (exposed === undefined || bake === undefined) return undefined;
  return { from: toMilliseconds(exposed), width: windowWidth(bake) };
}

/** How the evidence of a comparison grew; values are powers of ten, evidence below 1 counts as 1. */
export interface Growth {
  readonly points: readonly (readonly [Milliseconds, number])[];
  /** Where the judge fails. */
  readonly bound: number;
}

export function growthOf(rollout: Rollout, { judge, evidence }: Judged): Growth | undefined {
  const trace = evidence && traceOf(evidence);
  const clockwork = evidence && windowsOf(rollout, evidence);
  if (!trace || !clockwork || trace.logs.length === 0) return undefined;
  const { from, width } = clockwork;
  const points = trace.logs.map((log, slot): readonly [number, number] => [
    from + Math.min((slot + 1) * trace.every, evidence.folded) * width,
    Math.max(0, log / Math.LN10),
  ]);
  return { points: [[from, 0], ...points], bound: Math.log10(1 / alphaOf(judge)) };
}

/** Since when the evidence has been above 1 without a break; undefined where it is not. */
export function growingSince({ points }: Growth): Milliseconds | undefined {
  if ((points.at(-1)?.[1] ?? 0) <= 0) return undefined;
  return points.findLast(([, value]) => value <= 0)?.[0];
}

/** A line for each comparison and the line at which it fails, where there is anything to see. */
export function growthChart(rollout: Rollout, judged: readonly Judged[]): Block | undefined {
  const grown = judged.flatMap((one) => {
    const growth = growthOf(rollout, one);
    return growth ? [{ name: one.judge.id, growth }] : [];
  });
  const [first] = grown;
  if (!first || grown.every(({ growth }) => growth.points.every(([, value]) => value === 0))) return undefined;
  const ends = [first.growth.points.at(0), first.growth.points.at(-1)].flatMap((point) => (point ? [point[0]] : []));
  return {
    type: 'chart',
    title: `evidence that it is worse in ${judged[0]?.stage ?? ''}`,
    unit: 'powers of ten',
    series: [
      ...grown.map(({ name, growth }) => ({ name, points: growth.points })),
      {
        name: 'fails at',
        points: ends.map((at): readonly [number, number] => [at, Math.max(...grown.map(({ growth }) => growth.bound))]),
      },
    ],
  };
}
