/** How evidence grew over a stage: at most 40 numbers, thinned as windows come, whoever looks when. */
import * as z from 'zod';
import type { Evidence } from '../model/metric.ts';

/** `logs[k]`: ln of the evidence after the stage's window (k+1)*every - 1, the last one after the newest window folded. */
export interface Trace {
  readonly every: number;
  readonly logs: readonly number[];
}
const Trace: z.ZodType<Trace> = z.strictObject({ every: z.int().min(1), logs: z.array(z.number()) });

const MOST = 40;
const DIGITS = 4;
/** JSON has no infinity; nobody can tell such evidence from certainty. */
const CERTAIN = 1e6;

/** The trace in a judge's extra; undefined where it keeps none. */
export function traceOf({ extra }: Pick<Evidence, 'extra'>): Trace | undefined {
  return extra?.['trace'] === undefined ? undefined : Trace.safeParse(extra['trace']).data;
}

/** Asked only where a number is kept: at the end of each slot, and of the fold. */
type LogEvidence = () => number;

/** A trace at work on the windows of one stage, each in turn. */
export interface OpenTrace {
  /** Before the window with this index is folded; the ones before it were. */
  reach(index: number, logEvidence: LogEvidence): void;
  /** `extra` with the trace in it, after so many windows. */
  keep(extra: Evidence['extra'], folded: number, logEvidence: LogEvidence): NonNullable<Evidence['extra']>;
}

/** Goes on with what was kept. What comes out depends on windows alone, not on how they were cut into looks. */
export function openTrace(before: Trace | undefined): OpenTrace {
  let every = before?.every ?? 1;
  let logs = [...(before?.logs ?? [])];
  const write = (slot: number, log: number): void => {
    // A judge that keeps traces since the middle of a stage began to look there.
    while (logs.length < slot) logs.push(0);
    logs[slot] = rounded(log);
  };
  return {
    reach(index, logEvidence) {
      if (index === 0 || index % every !== 0) return;
      write(index / every - 1, logEvidence());
      if (index / every < MOST) return;
      logs = logs.filter((_, slot) => slot % 2 === 1);
      every *= 2;
    },
    keep(extra, folded, logEvidence) {
      if (folded > 0) write(Math.floor((folded - 1) / every), logEvidence());
      return { ...extra, trace: { every, logs } };
    },
  };
}

function rounded(log: number): number {
  return Number(Math.max(-CERTAIN, Math.min(CERTAIN, log)).toPrecision(DIGITS));
}
