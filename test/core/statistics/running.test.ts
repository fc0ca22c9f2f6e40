import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Look, pOf, runningOf } from '../../../src/core/statistics/running.ts';

const number = fc.double({ noNaN: true });
const look: fc.Arbitrary<Look> = fc.record({
  p: fc.double({ min: 0, max: 1, noNaN: true }),
  lower: number,
  upper: number,
});

it('the running values only ever gain: smaller p, higher lower end, lower upper end', () => {
  fc.assert(
    fc.property(fc.array(look), (looks) => {
      const running = runningOf(looks);
      expect(running).toHaveLength(looks.length);
      running.forEach((now, index) => {
        const before = running[index - 1];
        if (before === undefined) return expect(now).toEqual(looks[0]);
        expect(now.p <= before.p && now.lower >= before.lower && now.upper <= before.upper).toBe(true);
        expect(now.p <= (looks[index]?.p ?? NaN)).toBe(true);
      });
    }),
  );
});

it('p is 1/E, at most 1', () => {
  expect([pOf(-3), pOf(0), pOf(Math.log(20)), pOf(Infinity)]).toEqual(
    [1, 1, 1 / 20, 0].map((p) => expect.closeTo(p, 12)),
  );
});
