import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFlags } from '../../../src/core/flag/compile.ts';
import type { FlagdDocument, Logic } from '../../../src/core/flag/definition.ts';
import { exportEnvironment } from '../../../src/core/flag/export.ts';
import { importFlagd } from '../../../src/core/flag/import.ts';
import { isProblem } from '../../../src/core/flag/problem.ts';
import { starterFlags } from '../../../src/core/flag/starter.ts';
import { validateFlag } from '../../../src/core/flag/validate.ts';
import { Flag } from '../../../src/core/model/flag.ts';
import { context, ENVIRONMENT, flagOf, flags, segments } from './arbitrary.ts';
import { after, ask, stateOf } from './setup.ts';

const variants = { on: true, off: false };
const document = (targeting: Logic, key = 'one'): FlagdDocument => ({
  flags: { [key]: { state: 'ENABLED', variants, defaultVariant: 'off', targeting } },
});

describe('flag import', () => {
  it('R-503 gives every context the answer that the imported document gave, where it says that it can be said', () => {
    let said = 0;
    fc.assert(
      fc.property(flags, segments, fc.array(context, { minLength: 1, maxLength: 6 }), (all, named, contexts) => {
        const family = new Map([['grand', all.get('grand') as Flag]]);
        const exported = exportEnvironment({ environment: ENVIRONMENT, flags: family, segments: named }).document;
        const imported = importFlagd(JSON.stringify(exported), ENVIRONMENT);
        if (isProblem(imported)) return;
        said++;
        const surroundings = {
          environment: ENVIRONMENT,
          flags: new Map(imported.flags.map((flag) => [flag.key, flag])),
          segments: new Map(imported.segments.map((segment) => [segment.name, segment])),
        };
        const [theirs, ours] = [exported, exportEnvironment(surroundings).document].map((one) =>
          compileFlags(one, () => 0),
        );
        for (const given of contexts) {
          const before = theirs?.evaluate('grand', given);
          if (before?.errorCode === undefined) expect(ours?.evaluate('grand', given).variant).toBe(before?.variant);
        }
      }),
      { numRuns: 300 },
    );
    expect(said).toBeGreaterThan(5);
  });

  it('R-501 makes flags of one environment in one commit, and again changes nothing', () => {
    const text = JSON.stringify(
      document({
        if: [
          { in: [{ var: 'country' }, ['DE']] },
          'on',
          {
            fractional: [
              ['on', 25],
              ['off', 75],
            ],
          },
        ],
      }),
    );
    const state = stateOf();
    const decision = ask(state, 'flag import', {
      args: { file: 'flags.json' },
      options: { format: 'flagd', document: text },
    });
    expect(decision).toMatchObject({
      outcome: { ok: true, summary: '1 flags imported into production' },
      message: { event: 'flag.imported', subject: 'flag/one' },
      changes: [
        {
          document: {
            environments: {
              production: {
                rules: [{ serve: 'on' }],
                serve: {
                  split: [
                    ['on', 25_000],
                    ['off', 75_000],
                  ],
                },
              },
            },
          },
        },
      ],
    });
    const again = ask(after(state, decision), 'flag import', { options: { document: text } });
    expect(again).toMatchObject({ changes: [], outcome: { code: 'unchanged' } });
  });

  it.each<[string, Logic]>([
    ['age < 18 without a guard', { if: [{ '<': [{ var: 'age' }, 18] }, 'on', 'off'] }],
    ['a foreign salt', { fractional: [{ cat: ['salt', { var: 'user' }] }, ['on', 50], ['off', 50]] }],
    [
      'weights that are no whole parts',
      {
        fractional: [
          ['on', 1],
          ['off', 2],
        ],
      },
    ],
    ['arithmetic', { if: [{ '>': [{ '+': [{ var: 'a' }, 1] }, 3] }, 'on', 'off'] }],
  ])('refuses what our model cannot say, naming the flag and why: %s', (_, targeting) => {
    const refusal = importFlagd(JSON.stringify(document(targeting, 'strange')), ENVIRONMENT);
    expect(refusal).toMatchObject({ message: expect.stringContaining('flag strange: ') });
  });
});

describe('flag export', () => {
  it('writes the environment as a flagd document with its segments, and serves off what cannot be said', () => {
    const good = flagOf('good', { enabled: true, targets: [], rules: [], serve: 'on' });
    const orphan = flagOf('orphan', { enabled: true, targets: [], rules: [], serve: 'on' }, [
      { flag: 'none', variant: 'on' },
    ]);
    const { outcome } = ask(stateOf({ flags: [good, orphan] }), 'flag export');
    expect(outcome).toMatchObject({
      ok: true,
      details: {
        document: {
          flags: { good: { defaultVariant: 'on' }, orphan: { defaultVariant: 'off' } },
          metadata: { flagSetId: 'production', version: 'abc' },
        },
        problems: [{ flag: 'orphan', code: 'parent-missing' }],
      },
    });
  });
});

describe('the starter set', () => {
  it('R-512 has nine valid flags at the percentages the examples tell', () => {
    const nine = starterFlags(['development', 'staging', 'production']);
    expect(nine).toHaveLength(9);
    const all = new Map(nine.map((flag) => [flag.key, flag]));
    for (const flag of nine) {
      expect(Flag.parse(flag)).toEqual(flag);
      expect(validateFlag(flag, all, new Map())).toEqual([]);
    }
    const state = stateOf({ flags: nine });
    const percents = (environment: string): readonly unknown[] =>
      (
        ask(state, 'flag list', { environment }).outcome.details as {
          key: string;
          environments: Record<string, { percent: number }>;
        }[]
      )
        .filter(({ key }) => key.startsWith('feature.'))
        .map(({ environments }) => environments[environment]?.percent)
        .toSorted((a, b) => Number(a) - Number(b));
    expect(percents('staging')).toEqual([0, 0, 25, 50]);
    expect(percents('production')).toEqual([0, 0, 0, 0]);
    const threshold = all.get('rollback.error-threshold');
    expect(threshold?.variants[threshold.off]).toBe(0.05);
  });
});

describe('what may be written', () => {
  const base = { enabled: true, targets: [], rules: [], serve: 'off' };
  const split = (...weights: number[]): { split: [string, number][] } => ({
    split: weights.map((weight) => ['on', weight]),
  });
  const rule = { id: 'a', if: [{ attribute: 'x', operator: 'exists' as const, values: [] }], serve: 'on' };

  it.each([
    ['variants of two types', { ...flagOf('f', base), variants: { on: true, off: 'no' } }, 'value-invalid'],
    ['an off that is no variant', { ...flagOf('f', base), off: 'none' }, 'variant-unknown'],
    ['a serve that is no variant', flagOf('f', { ...base, serve: 'none' }), 'variant-unknown'],
    ['a split that does not sum to 100 %', flagOf('f', { ...base, serve: split(10_000, 20_000) }), 'value-invalid'],
    ['two rules of one id', flagOf('f', { ...base, rules: [rule, rule] }), 'value-invalid'],
    ['a rule called default', flagOf('f', { ...base, rules: [{ ...rule, id: 'default' }] }), 'value-invalid'],
    [
      'a unit targeted twice',
      flagOf('f', {
        ...base,
        targets: [
          { unit: 'u', variant: 'on' },
          { unit: 'u', variant: 'off' },
        ],
      }),
      'value-invalid',
    ],
    ['a missing parent', flagOf('f', base, [{ flag: 'none', variant: 'on' }]), 'parent-missing'],
    ['itself as parent', flagOf('f', base, [{ flag: 'f', variant: 'on' }]), 'requires-cycle'],
    ['a parent’s unknown variant', flagOf('f', base, [{ flag: 'parent', variant: 'none' }]), 'variant-unknown'],
    ['a circle', flagOf('f', base, [{ flag: 'back', variant: 'on' }]), 'requires-cycle'],
  ])('R-505 refuses %s', (_, flag, code) => {
    const others = new Map([
      ['parent', flagOf('parent', base)],
      ['back', flagOf('back', base, [{ flag: 'f', variant: 'on' }])],
    ]);
    expect(validateFlag(flag as Flag, others, new Map())[0]).toMatchObject({ code });
  });
});
