import { FlagdCore } from '@openfeature/flagd-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFlags } from '../../../src/core/flag/compile.ts';
import type { FlagdDocument } from '../../../src/core/flag/definition.ts';
import { explainFlag } from '../../../src/core/flag/check.ts';
import { exportEnvironment } from '../../../src/core/flag/export.ts';
import { lower } from '../../../src/core/flag/lower.ts';
import type { Condition, Flag, FlagEnvironment } from '../../../src/core/model/flag.ts';
import { condition, context, ENVIRONMENT, flagOf, flags, segments } from './arbitrary.ts';

const silent = { error() {}, warn() {}, info() {}, debug() {} };

function asFlagd(document: FlagdDocument): (key: string, context: object) => string {
  const core = new FlagdCore(undefined, silent);
  core.setConfigurations(JSON.stringify(document));
  return (key, given) => {
    const { variant, errorCode } = core.resolveStringEvaluation(key, '', given as never);
    return variant ?? errorCode ?? 'none';
  };
}

function asOurs(document: FlagdDocument): (key: string, context: object) => string {
  const evaluator = compileFlags(document, () => 0);
  return (key, given) => {
    const { variant, errorCode } = evaluator.evaluate(key, given as never);
    return variant ?? errorCode ?? 'none';
  };
}

const base: FlagEnvironment = { enabled: true, targets: [], rules: [], serve: 'off' };
const none = new Map<string, never>();

function lowered(environment: Partial<FlagEnvironment>, key = 'new'): unknown {
  const flag = flagOf(key, { ...base, ...environment });
  return lower(flag, { environment: ENVIRONMENT, flags: new Map([[key, flag]]), segments: none });
}

describe('lowering against flagd', () => {
  it('R-502 R-503 gives every context the variant that flagd-core gives for whole random flags, and explains the same', () => {
    fc.assert(
      fc.property(flags, segments, fc.array(context, { minLength: 1, maxLength: 5 }), (all, named, contexts) => {
        const surroundings = { environment: ENVIRONMENT, flags: all, segments: named };
        const { document, problems } = exportEnvironment(surroundings);
        expect(problems).toEqual([]);
        const [flagd, ours] = [asFlagd(document), asOurs(document)];
        for (const flag of all.values()) {
          for (const given of contexts) {
            expect(ours(flag.key, given)).toBe(flagd(flag.key, given));
            const explained = explainFlag(flag, surroundings, { context: given, now: 0 }).evaluation;
            expect(explained.variant ?? explained.errorCode).toBe(flagd(flag.key, given));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('R-503 answers each operator as flagd-core does for present, absent and wrongly typed attributes', () => {
    fc.assert(
      fc.property(condition, fc.array(context, { minLength: 1, maxLength: 8 }), (one, contexts) => {
        const flag = flagOf('one', { ...base, rules: [{ id: 'a', if: [one], serve: 'on' }] });
        const { document } = exportEnvironment({
          environment: ENVIRONMENT,
          flags: new Map([['one', flag]]),
          segments: none,
        });
        const [flagd, ours] = [asFlagd(document), asOurs(document)];
        for (const given of contexts) expect(ours('one', given)).toBe(flagd('one', given));
      }),
      { numRuns: 200 },
    );
  });

  it('R-503 matches nothing on an absent attribute but `not exists`, negated or not', () => {
    fc.assert(
      fc.property(condition, (one: Condition) => {
        const flag = flagOf('one', { ...base, rules: [{ id: 'a', if: [one], serve: 'on' }] });
        const { document } = exportEnvironment({
          environment: ENVIRONMENT,
          flags: new Map([['one', flag]]),
          segments: none,
        });
        expect(asOurs(document)('one', {})).toBe(one.operator === 'exists' && one.not ? 'on' : 'off');
      }),
    );
  });
});

describe('lowering piece by piece', () => {
  it('serves one variant for everybody without targeting', () => {
    expect(lowered({ serve: 'on' })).toMatchObject({ state: 'ENABLED', defaultVariant: 'on' });
    expect(lowered({ serve: 'on' })).not.toHaveProperty('targeting');
  });

  it('R-504 serves off where the flag is disabled or the environment is not named', () => {
    const flag = flagOf('new', { ...base, enabled: false, serve: 'on' });
    for (const environment of [ENVIRONMENT, 'staging']) {
      expect(lower(flag, { environment, flags: none, segments: none })).toEqual({
        state: 'ENABLED',
        variants: flag.variants,
        defaultVariant: 'off',
      });
    }
  });

  it("answers the caller's default for archived flags only", () => {
    const flag: Flag = { ...flagOf('old', { ...base, serve: 'on' }), archived: true };
    expect(lower(flag, { environment: ENVIRONMENT, flags: none, segments: none })).toMatchObject({ state: 'DISABLED' });
  });

  it('writes a percentage of two variants in flagd’s short form', () => {
    expect(lowered({ serve: { ramp: { candidate: 'on', stable: 'off', percent: 25_000 } } })).toMatchObject({
      targeting: {
        fractional: [
          ['on', 25_000],
          ['off', 75_000],
        ],
      },
    });
  });

  it('ramps any candidate over any stable with one moving bound, and draws experiment arms with a salt of their own', () => {
    const arms = {
      split: [
        ['on', 50_000],
        ['blue', 50_000],
      ] as const,
      generation: 3,
    };
    expect(lowered({ serve: { ramp: { candidate: arms, stable: 'blue', percent: 10_000 } } })).toMatchObject({
      targeting: {
        if: [
          {
            '===': [
              {
                fractional: [
                  ['in', 10_000],
                  ['out', 90_000],
                ],
              },
              'in',
            ],
          },
          {
            if: [
              { '!!': [{ var: 'targetingKey' }] },
              { fractional: [{ cat: ['new/split/3/', { var: 'targetingKey' }] }, ['on', 50_000], ['blue', 50_000]] },
              'off',
            ],
          },
          'blue',
        ],
      },
    });
  });

  it('guards a bucket by another unit by its presence', () => {
    expect(
      lowered({
        serve: {
          split: [
            ['on', 50_000],
            ['off', 50_000],
          ],
          by: 'account.id',
        },
      }),
    ).toMatchObject({
      targeting: {
        if: [
          { '!==': [{ var: 'account.id' }, null] },
          { fractional: [{ cat: ['new/', { var: 'account.id' }] }, ['on', 50_000], ['off', 50_000]] },
          'off',
        ],
      },
    });
  });

  it('R-505 inlines what a flag requires and folds what is decided already', () => {
    const child = flagOf('child', { ...base, serve: 'on' }, [{ flag: 'parent', variant: 'on' }]);
    const at = (parent: FlagEnvironment): unknown =>
      lower(child, {
        environment: ENVIRONMENT,
        flags: new Map([['parent', flagOf('parent', parent)]]),
        segments: none,
      });
    expect(at({ ...base, serve: 'on' })).toMatchObject({ defaultVariant: 'on' });
    expect(at({ ...base, enabled: false, serve: 'on' })).toMatchObject({ defaultVariant: 'off' });
    expect(at({ ...base, serve: { ramp: { candidate: 'on', stable: 'off', percent: 5_000 } } })).toMatchObject({
      targeting: { if: [{ '===': [{ or: [expect.anything(), 'off'] }, 'on'] }, 'on', 'off'] },
    });
  });

  it('R-505 refuses circles, missing parents, chains deeper than five and flags beyond 32 KB', () => {
    const chain = (length: number): Map<string, Flag> =>
      new Map(
        Array.from({ length }, (_, i) => {
          const requires = i + 1 < length ? [{ flag: `f${i + 1}`, variant: 'on' }] : [];
          return [`f${i}`, flagOf(`f${i}`, { ...base, serve: 'on' }, requires)];
        }),
      );
    const ask = (all: Map<string, Flag>): unknown =>
      lower(all.get('f0') as Flag, { environment: ENVIRONMENT, flags: all, segments: none });
    expect(ask(chain(6))).toMatchObject({ state: 'ENABLED' });
    expect(ask(chain(7))).toMatchObject({ code: 'flag-too-large' });
    const circle = chain(2).set('f1', flagOf('f1', base, [{ flag: 'f0', variant: 'on' }]));
    circle.set('f1', flagOf('f1', { ...base, serve: 'on' }, [{ flag: 'f0', variant: 'on' }]));
    expect(ask(circle)).toMatchObject({ code: 'requires-cycle' });
    // Forty flags that require forty, four times over: 2,560,000 ways, and none of them adds a byte.
    const wide = Array.from({ length: 5 }, (_level, level) =>
      Array.from({ length: 40 }, (_flag, i) => {
        const below =
          level < 4 ? Array.from({ length: 40 }, (_one, n) => ({ flag: `w${level + 1}-${n}`, variant: 'on' })) : [];
        return [`w${level}-${i}`, flagOf(`w${level}-${i}`, { ...base, serve: 'on' }, below)] as const;
      }),
    ).flat();
    const first = wide[0]?.[1];
    expect(first && lower(first, { environment: ENVIRONMENT, flags: new Map(wide), segments: none })).toMatchObject({
      code: 'flag-too-large',
    });
    circle.delete('f1');
    expect(ask(circle)).toMatchObject({ code: 'parent-missing' });
    const units = Array.from({ length: 4_000 }, (_, i) => ({ unit: `user-${i}`, variant: 'on' }));
    expect(lowered({ targets: units })).toMatchObject({ code: 'flag-too-large' });
  });

  it('holds users out of everything and keeps layers apart', () => {
    const half = {
      name: 'checkout',
      slots: [
        ['a', 50_000],
        ['b', 50_000],
      ] as const,
    };
    const family = new Map(
      ['a', 'b'].map((slot) => [
        slot,
        flagOf(slot, {
          ...base,
          serve: 'on',
          holdouts: [{ name: 'q4', percent: 10_000 }],
          layer: { ...half, mine: [slot] },
        }),
      ]),
    );
    const evaluate = asOurs(exportEnvironment({ environment: ENVIRONMENT, flags: family, segments: none }).document);
    const users = Array.from({ length: 2_000 }, (_, i) => ({ targetingKey: `user-${i}` }));
    const answers = users.map(
      (user) => [evaluate('a', user), evaluate('b', user)].filter((variant) => variant === 'on').length,
    );
    expect(Math.max(...answers)).toBe(1);
    const on = answers.filter((count) => count === 1).length;
    expect(on / users.length).toBeGreaterThan(0.87);
    expect(on / users.length).toBeLessThan(0.93);
  });
});
