/** Sums that grow in place while a fold lasts: a stage of 300 windows makes two objects, not 600. */
import { type Sample, addSamples } from '../model/metric.ts';

type Growing<S> = S extends Sample
  ? { -readonly [K in keyof S]: S[K] extends readonly number[] ? number[] : S[K] }
  : never;
export type Sum = Growing<Sample>;

/** A copy that may grow. */
export function ownSum(sample: Sample): Sum {
  if (sample.kind !== 'histogram') return { ...sample };
  return { ...sample, bounds: [...sample.bounds], counts: [...sample.counts] };
}

/** The sum with one more, as `addSamples` says it; it is the same object where that can be. */
export function grow(sum: Sum | null, one: Sample): Sum {
  if (!sum) return ownSum(one);
  if (sum.kind === 'proportion' && one.kind === 'proportion') {
    sum.bad += one.bad;
    sum.total += one.total;
    return sum;
  }
  if (sum.kind === 'histogram' && one.kind === 'histogram') return growBuckets(sum, one);
  return ownSum(addSamples(sum, one) ?? one);
}

type Buckets<S extends Sample | Sum> = Extract<S, { kind: 'histogram' }>;

function growBuckets(sum: Buckets<Sum>, one: Buckets<Sample>): Sum {
  const { counts } = sum;
  for (let index = 0; index < counts.length; index++) counts[index] = (counts[index] ?? 0) + (one.counts[index] ?? 0);
  if (sum.sum === undefined || one.sum === undefined) delete sum.sum;
  else sum.sum += one.sum;
  return sum;
}
