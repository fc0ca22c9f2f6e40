import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/core/model/metric.ts';
import { openTrace, traceOf } from '../../../src/core/judge/trace.ts';

type Extra = NonNullable<Evidence['extra']>;

/** Windows `from` on, folded in one look: `logs[i]` is the evidence after window i. */
function look(extra: Extra, logs: readonly number[], { from, to }: { from: number; to: number }): Extra {
  const trace = openTrace(traceOf({ extra }));
  for (let index = from; index < to; index++) trace.reach(index, () => logs[index - 1] ?? 0);
  return trace.keep(extra, to, () => logs[to - 1] ?? 0);
}

const logs = fc.array(fc.double({ min: -50, max: 500, noNaN: true }), { minLength: 1, maxLength: 700 });

describe('the trace of an evidence', () => {
  it('R-309 is the same however its windows were cut into looks', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.nat(700), { maxLength: 8 }), (values, cuts) => {
        const ends = [...cuts.filter((cut) => cut < values.length), values.length].sort((a, b) => a - b);
        let extra: Extra = {};
        let from = 0;
        for (const to of ends) {
          extra = look(extra, values, { from, to });
          from = to;
        }
        expect(traceOf({ extra })).toEqual(traceOf({ extra: look({}, values, { from: 0, to: values.length }) }));
      }),
    );
  });

  it('never has more than 40 numbers, and its last one is the newest', () => {
    fc.assert(
      fc.property(logs, (values) => {
        const trace = traceOf({ extra: look({}, values, { from: 0, to: values.length }) });
        expect(trace?.logs.length ?? 0).toBeLessThanOrEqual(40);
        expect(trace?.logs.at(-1)).toEqual(Number((values.at(-1) ?? 0).toPrecision(4)));
      }),
    );
  });

  it('says of each slot how it stood after its last window', () => {
    const values = Array.from({ length: 100 }, (_, index) => index);
    const trace = traceOf({ extra: look({}, values, { from: 0, to: 100 }) });
    expect(trace).toEqual({ every: 4, logs: Array.from({ length: 25 }, (_, slot) => 4 * slot + 3) });
  });

  it('stays JSON where evidence is beyond all bounds, and leaves the judge’s own numbers alone', () => {
    const extra = look({ width: 10 }, [0, Infinity], { from: 0, to: 2 });
    expect(JSON.parse(JSON.stringify(extra))).toEqual({ width: 10, trace: { every: 1, logs: [0, 1e6] } });
  });
});
