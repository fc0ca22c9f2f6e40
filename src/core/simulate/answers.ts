/** What a source would have answered, from a recorded series: its numbers summed into the windows of the plan. */
import type { Question } from '../judge/question.ts';
import type { StageAnswers } from '../judge/stage.ts';
import { type Sample, addSamples } from '../model/metric.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Arm, ArmSeries, Series } from './series.ts';

export interface Range {
  readonly start: Milliseconds;
  readonly width: Milliseconds;
  readonly count: number;
}

/** One sample a window, of the points that begin in it; null where there are none. Of a gauge the latest counts. */
export function samplesIn(
  { points }: Pick<ArmSeries, 'points'>,
  { start, width, count }: Range,
): readonly (Sample | null)[] {
  const samples: (Sample | null)[] = Array.from({ length: count }, () => null);
  const end = start + width * count;
  for (let index = firstFrom(points, start); index < points.length; index++) {
    const point = points[index];
    if (!point || point.at >= end) break;
    const window = Math.floor((point.at - start) / width);
    samples[window] = addSamples(samples[window] ?? null, point.sample);
  }
  return samples;
}

/** Index of the first point at or after a moment. */
function firstFrom(points: ArmSeries['points'], at: Milliseconds): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Answers to a look's questions, by judge. Windows that end after the series does are left open: nobody knows them. */
export function answersTo(questions: readonly Question[], series: Series): StageAnswers {
  const answers = new Map<string, StageAnswers extends ReadonlyMap<string, infer A> ? A : never>();
  for (const question of questions.filter(({ arm }) => arm === 'candidate')) {
    const other = questions.find(({ judge, arm }) => judge === question.judge && arm === 'baseline');
    const known = Math.max(0, Math.floor((series.until - question.start) / question.width));
    const count = Math.min(question.count, known);
    if (count === 0) {
      answers.set(question.judge, 'unasked');
      continue;
    }
    const candidate = armOf(series, question, count);
    const baseline = other ? armOf(series, other, Math.min(count, other.count)) : [];
    const both = candidate.map((sample, index) => ({ candidate: sample, baseline: baseline[index] ?? null }));
    answers.set(question.judge, { answers: both, from: question.from });
  }
  return answers;
}

function armOf(series: Series, { spec, arm, start, width }: Question, count: number): readonly (Sample | null)[] {
  const named: Arm = arm === 'candidate' ? 'candidate' : 'stable';
  const own = series.metrics[spec.metric]?.[named];
  return own ? samplesIn(own, { start, width, count }) : [];
}

/** All of an arm as one sample, and over how long. */
export function wholeOf({ points, step }: ArmSeries): { readonly sample: Sample | null; readonly span: Milliseconds } {
  const seen = points.filter(({ sample }) => sample !== null);
  return {
    sample: seen.reduce<Sample | null>((sum, { sample }) => addSamples(sum, sample), null),
    span: seen.length * step,
  };
}
