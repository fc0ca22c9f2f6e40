import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTrace, traceOf, withTrace } from '../../../src/core/judge/trace.ts';

type Extra = ReturnType<typeof withTrace>;

const all = (values: readonly (number | null)[]): Extra =>
  values.reduce<Extra>((extra, value, index) => (value === null ? extra : withTrace(extra, index, value)), {});

const values = fc.array(fc.option(fc.double({ min: -50, max: 500, noNaN: true })), { maxLength: 700 });

describe('the trace of an evidence', () => {
  it('is the same however its windows were cut into looks', () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(700), { maxLength: 8 }), (logs, cuts) => {
        let kept: ReturnType<typeof traceOf>;
        const ends = [...cuts, logs.length].filter((cut) => cut <= logs.length).sort((a, b) => a - b);
        let from = 0;
        for (const end of ends) {
          const look = openTrace(kept);
          logs.slice(from, end).forEach((value, index) => value !== null && look.add(from + index, value));
          kept = look.keep();
          from = end;
        }
        expect(kept).toEqual(traceOf({ extra: all(logs) }));
      }),
    );
  });

  it('never has more than 40 numbers, and its last one is the newest', () => {
    fc.assert(
      fc.property(values, (logs) => {
        const trace = traceOf({ extra: all(logs) });
        const newest = logs.findLast((value) => value !== null);
        expect(trace?.logs.length ?? 0).toBeLessThanOrEqual(40);
        expect(trace?.logs.at(-1)).toEqual(newest === undefined ? undefined : Number((newest ?? 0).toPrecision(4)));
      }),
    );
  });

  it('says of each slot what stood after its last judged window', () => {
    const trace = traceOf({ extra: all(Array.from({ length: 100 }, (_, index) => (index < 50 ? index : null))) });
    expect(trace).toEqual({ every: 2, logs: Array.from({ length: 25 }, (_, slot) => 2 * slot + 1) });
  });

  it('stays JSON where evidence is beyond all bounds, and passes over what is no number', () => {
    const extra = withTrace(withTrace({ width: 10 }, 0, Infinity), 1, NaN);
    expect(JSON.parse(JSON.stringify(extra))).toEqual({ width: 10, trace: { every: 1, logs: [1e6] } });
  });
});
