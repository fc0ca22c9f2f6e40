import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFlags } from '../../../src/core/flag/compile.ts';
import { lower } from '../../../src/core/flag/lower.ts';
import { isProblem } from '../../../src/core/flag/problem.ts';
import { rampServe, servesInRollout, stableOf } from '../../../src/core/flag/ramp.ts';
import type { Flag, PlainServe } from '../../../src/core/model/flag.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';
import { ENVIRONMENT, flagOf } from './arbitrary.ts';

const users = Array.from({ length: 150 }, (_, i) => ({
  targetingKey: `user-${i}`,
  account: { id: `account-${i % 90}` },
}));
const halves = (one: string, other: string): PlainServe => ({
  split: [
    [one, 50_000],
    [other, 50_000],
  ],
});
const candidates = fc.constantFrom<PlainServe>('on', halves('on', 'blue'), {
  ...(halves('on', 'blue') as object),
  generation: 2,
} as PlainServe);
const stables = fc.constantFrom<PlainServe>('off', 'blue', halves('off', 'blue'), {
  split: [
    ['off', 30_000],
    ['blue', 70_000],
  ],
  by: 'account.id',
});
const percents = fc.array(fc.oneof(fc.constantFrom(0, WHOLE, 5_000, 25_000), fc.integer({ min: 0, max: WHOLE })), {
  minLength: 2,
  maxLength: 8,
});
const place = { environment: ENVIRONMENT, rule: 'default' };

function answersOf(flag: Flag): readonly string[] {
  const definition = lower(flag, { environment: ENVIRONMENT, flags: new Map(), segments: new Map() });
  if (isProblem(definition)) throw new Error(definition.message);
  const flags = compileFlags({ flags: { [flag.key]: definition } }, () => 0);
  return users.map((user) => flags.evaluate(flag.key, user).variant ?? 'none');
}

describe('the ramp of a flag', () => {
  it('R-502 R-507 moves only the users between two percentages, last in first out, the same cohort after a restart', () => {
    fc.assert(
      fc.property(
        fc.record({ candidate: candidates, stable: stables, walk: percents, byAccount: fc.boolean() }),
        (given) => {
          const { candidate, stable, walk, byAccount } = given;
          const base = flagOf('ramped', { enabled: true, targets: [], rules: [], serve: stable });
          const at = (percent: number, from: Flag): Flag =>
            rampServe(from, place, { candidate, stable, percent, ...(byAccount && { by: 'account.id' }) });
          const [before, after] = [answersOf(at(0, base)), answersOf(at(WHOLE, base))];
          expect(before).toEqual(answersOf(base));
          let flag = base;
          let previous: { percent: number; isIn: readonly boolean[] } | undefined;
          for (const percent of walk) {
            flag = at(percent, flag);
            const answers = answersOf(flag);
            // Nobody sees anything but the stable's or the candidate's own answer, whatever the way here was.
            expect(answers.filter((answer, i) => answer !== before[i] && answer !== after[i])).toEqual([]);
            expect(answers).toEqual(answersOf(at(percent, base)));
            const isIn = answers.map((answer, i) => answer === after[i] && answer !== before[i]);
            const last = previous;
            const moved = isIn.filter((now, i) => now !== last?.isIn[i]);
            if (last)
              expect(new Set(moved).size === 0 || moved.every((now) => now === percent > last.percent)).toBe(true);
            previous = { percent, isIn };
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reaches about the share it is told to', () => {
    const base = flagOf('share', { enabled: true, targets: [], rules: [], serve: 'off' });
    const on = answersOf(rampServe(base, place, { candidate: 'on', stable: 'off', percent: 25_000 })).filter(
      (variant) => variant === 'on',
    );
    expect(on.length / users.length).toBeGreaterThan(0.17);
    expect(on.length / users.length).toBeLessThan(0.33);
  });

  it('moves a named rule alone, and an environment that was not named is switched on', () => {
    const rule = { id: 'eu', if: [{ attribute: 'country', operator: 'in' as const, values: ['DE'] }], serve: 'off' };
    const flag = flagOf('ruled', { enabled: true, targets: [], rules: [rule], serve: 'blue' });
    const next = rampServe(
      flag,
      { environment: ENVIRONMENT, rule: 'eu' },
      { candidate: 'on', stable: 'off', percent: WHOLE },
    );
    expect(servesInRollout(next, ENVIRONMENT, 'eu')).toBe('on');
    expect(servesInRollout(next, ENVIRONMENT, 'default')).toBe('blue');
    expect(
      rampServe(flag, { environment: ENVIRONMENT, rule: 'none' }, { candidate: 'on', stable: 'off', percent: 1 }),
    ).toBe(flag);
    const staged = rampServe(
      flag,
      { environment: 'staging', rule: 'default' },
      { candidate: 'on', stable: 'off', percent: 5_000 },
    );
    expect(staged.environments['staging']).toMatchObject({ enabled: true, serve: { ramp: { percent: 5_000 } } });
    expect(stableOf(staged, 'staging', 'default')).toBe('off');
  });
});
