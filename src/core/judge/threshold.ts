/**
 * `threshold`: what is read must stay below (above) a bound. The bound itself is a breach: `below 1%` allows 0.99 %, not 1 %.
 * Tested on the stage's whole evidence after each window, once `min-samples` are reached; window by window where `byWindow` says so.
 */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import { printSpan } from '../report/words.ts';
import { byWindow } from './breach.ts';
import { readSample, sizeOf } from './read.ts';
import type { JudgeRule, Seen } from './rule.ts';
import { nameReading, printBound, printSeen } from './wording.ts';

export const threshold: JudgeRule = {
  key: 'threshold',
  needs: () => ({ candidate: true, baseline: false }),
  start: () => undefined,
  open(_before, { spec, width }) {
    const single = byWindow(spec);
    return {
      step(evidence, answer) {
        const value = single
          ? readSample(answer.candidate, spec.read, width)
          : readSample(evidence.candidate, spec.read, evidence.answered * width);
        const breach = value === null ? undefined : breaches(spec, value);
        return { breach, enough: enoughSamples(spec, evidence.candidate) };
      },
    };
  },
  verdict(evidence, { spec, width }): Seen {
    const value = readSample(evidence.candidate, spec.read, evidence.answered * width);
    return {
      seen: value,
      baseline: null,
      enough: value !== null && enoughSamples(spec, evidence.candidate),
      because: sentence({ spec, evidence, value, width }),
    };
  },
};

/** Whether a number is outside of a spec's bound. */
function breaches({ rule }: JudgeSpec, value: number): boolean {
  if (rule.type === 'below') return value >= rule.bound;
  return rule.type === 'above' && value <= rule.bound;
}

/** `min-samples` counts events; counts and gauges have none, one answer is enough of them. */
export function enoughSamples({ kind, minSamples }: JudgeSpec, sample: Sample | null): boolean {
  if (kind === 'count' || kind === 'value') return sample !== null;
  return (sizeOf(sample) ?? 0) >= minSamples;
}

function sentence({
  spec,
  evidence,
  value,
  width,
}: {
  readonly spec: JudgeSpec;
  readonly evidence: Evidence;
  readonly value: number | null;
  readonly width: number;
}): string {
  if (spec.rule.type === 'compare') return '';
  const allowed = `allowed ${spec.rule.type} ${printBound(spec.rule.bound, spec)}`;
  const seen = `${nameReading(spec)} ${printSeen(value, evidence.candidate, spec)}, ${allowed}`;
  if (evidence.breaches === 0 || !byWindow(spec)) return seen;
  const lasted =
    spec.for === undefined ? '' : `, ${printSpan(evidence.streak * width)} of ${printSpan(spec.for)} in a row`;
  return `${seen}; ${evidence.breaches} of ${evidence.answered} windows outside${lasted}`;
}
