/** How evidence grew over a stage: at most 40 numbers, thinned as windows come, whoever looks when. */
import * as z from 'zod';
import type { Evidence } from '../model/metric.ts';

type Extra = NonNullable<Evidence['extra']>;

/** `logs[k]`: ln of the evidence after the last judged window of [k*every, (k+1)*every); null: none of them was judged. */
export interface Trace {
  readonly every: number;
  readonly logs: readonly (number | null)[];
}
const Trace: z.ZodType<Trace> = z.strictObject({ every: z.int().min(1), logs: z.array(z.number().nullable()) });

const MOST = 40;
const DIGITS = 4;
/** JSON has no infinity; nobody can tell such evidence from certainty. */
const CERTAIN = 1e6;

/** The trace in a judge's extra; undefined where it keeps none. */
export function traceOf({ extra }: Pick<Evidence, 'extra'>): Trace | undefined {
  return extra?.['trace'] === undefined ? undefined : Trace.safeParse(extra['trace']).data;
}

/** A trace at work: it is its own, for a fold over many windows. */
export interface OpenTrace {
  /** The evidence after the window with this index, the indices ascending; a value that is no number adds nothing. */
  add(index: number, logEvidence: number): void;
  /** As it stands in extra; undefined where nothing was ever added. */
  keep(): Trace | undefined;
}

/** Goes on with a trace. What comes out depends on windows and values alone, not on how they were cut into looks. */
export function openTrace(before: Trace | undefined): OpenTrace {
  let every = before?.every ?? 1;
  let logs = [...(before?.logs ?? [])];
  return {
    add(index, logEvidence) {
      if (Number.isNaN(logEvidence)) return;
      while (Math.floor(index / every) >= MOST) {
        logs = halved(logs);
        every *= 2;
      }
      const slot = Math.floor(index / every);
      while (logs.length <= slot) logs.push(null);
      const bounded = Math.max(-CERTAIN, Math.min(CERTAIN, logEvidence));
      logs[slot] = Number(bounded.toPrecision(DIGITS));
    },
    keep: () => (logs.length === 0 ? undefined : { every, logs }),
  };
}

/** Pairs become one, the later value counts. */
function halved(logs: readonly (number | null)[]): (number | null)[] {
  return Array.from({ length: Math.ceil(logs.length / 2) }, (_, slot) => logs[2 * slot + 1] ?? logs[2 * slot] ?? null);
}

/** `extra` with one more window in its trace. */
export function withTrace(extra: Evidence['extra'], index: number, logEvidence: number): Extra {
  const trace = openTrace(extra && traceOf({ extra }));
  trace.add(index, logEvidence);
  return withKept(extra ?? {}, trace);
}

/** `extra` with what a trace at work has kept. */
export function withKept(extra: Extra, trace: OpenTrace): Extra {
  const kept = trace.keep();
  return kept ? { ...extra, trace: { every: kept.every, logs: kept.logs } } : extra;
}
