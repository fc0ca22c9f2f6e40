/** Random flags, segments and contexts that a property can ask anything about. */
import * as fc from 'fast-check';
import type { Condition, Flag, FlagEnvironment, PlainServe, Segment, Serve } from '../../../src/core/model/flag.ts';
import { WHOLE } from '../../../src/core/model/weight.ts';

export const ENVIRONMENT = 'production';
const VARIANTS = ['on', 'off', 'blue'] as const;

const variant = fc.constantFrom(...VARIANTS);
const attribute = fc.constantFrom('country', 'email', 'age', 'version', 'beta', 'account.id', 'targetingKey');
const text = fc.constantFrom('DE', 'FR', 'a', 'ann@acme.com', '@acme.com', '1.2.3', '10', 'u1');
const number = fc.constantFrom(0, 18, 2.5, -3);

type Base = Pick<Condition, 'attribute' | 'operator' | 'values'>;

const plainCondition: fc.Arbitrary<Base> = fc.oneof(
  fc.record({
    attribute,
    operator: fc.constant('equals' as const),
    values: fc.tuple(fc.oneof(text, number, fc.boolean())),
  }),
  fc.record({
    attribute,
    operator: fc.constant('in' as const),
    values: fc.array(fc.oneof(text, number), { minLength: 1, maxLength: 12 }),
  }),
  fc.record({
    attribute,
    operator: fc.constantFrom('contains' as const, 'starts-with' as const, 'ends-with' as const),
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    attribute,
    operator: fc.constantFrom(
      'less' as const,
      'less-or-equal' as const,
      'greater' as const,
      'greater-or-equal' as const,
    ),
    values: fc.tuple(number),
  }),
  fc.record({
    attribute,
    operator: fc.constant('semver' as const),
    values: fc.tuple(
      fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '^', '~'),
      fc.constantFrom('1.2.3', '2', '1.2', 'v2.0.0-rc.1'),
    ),
  }),
  fc.record({ attribute, operator: fc.constant('exists' as const), values: fc.constant([]) }),
  fc.record({
    attribute: fc.constantFrom('groups', 'roles[]'),
    operator: fc.constantFrom('in' as const, 'equals' as const, 'contains' as const),
    values: fc.tuple(text),
  }),
);

const negated = (base: fc.Arbitrary<Base>): fc.Arbitrary<Condition> =>
  fc.tuple(base, fc.boolean()).map(([condition, not]) => ({ ...condition, ...(not && { not }) }));

export const condition: fc.Arbitrary<Condition> = negated(plainCondition);

const segmentCondition = (names: readonly string[]): fc.Arbitrary<Condition> =>
  negated(
    fc.constantFrom(...names).map((name) => ({ attribute: 'segment', operator: 'segment' as const, values: [name] })),
  );

/** `eu` is plain, `staff` uses it: segments of segments. */
export const segments: fc.Arbitrary<ReadonlyMap<string, Segment>> = fc
  .tuple(
    fc.array(condition, { minLength: 1, maxLength: 2 }),
    fc.array(fc.oneof(condition, segmentCondition(['eu'])), { minLength: 1, maxLength: 2 }),
  )
  .map(([eu, staff]) => new Map([segment('eu', eu), segment('staff', staff)]));

function segment(name: string, conditions: readonly Condition[]): [string, Segment] {
  return [name, { schemaVersion: 1, name, if: conditions }];
}

const optional = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.option(value, { nil: undefined }).map((found) => (found === undefined ? {} : { [key]: found }));

const split: fc.Arbitrary<PlainServe> = fc
  .tuple(
    fc.integer({ min: 0, max: WHOLE }),
    optional('by', fc.constant('account.id')),
    optional('generation', fc.nat(2)),
  )
  .map(([share, by, generation]) => ({
    split: [
      ['on', share],
      ['blue', WHOLE - share],
    ],
    ...by,
    ...generation,
  }));
const plain: fc.Arbitrary<PlainServe> = fc.oneof(variant, split);
const serve: fc.Arbitrary<Serve> = fc.oneof(
  plain,
  fc
    .tuple(plain, plain, fc.integer({ min: 0, max: WHOLE }), optional('by', fc.constant('account.id')))
    .map(([candidate, stable, percent, by]) => ({ ramp: { candidate, stable, percent }, ...by })),
);

const settings: fc.Arbitrary<FlagEnvironment> = fc
  .record({
    enabled: fc.integer({ min: 0, max: 9 }).map((roll) => roll > 0),
    targets: fc.uniqueArray(fc.record({ unit: fc.constantFrom('u1', 'u2', 'u3'), variant }), {
      selector: ({ unit }) => unit,
      maxLength: 2,
    }),
    rules: fc.array(
      fc.record({
        if: fc.array(
          fc.oneof({ weight: 3, arbitrary: condition }, { weight: 1, arbitrary: segmentCondition(['eu', 'staff']) }),
          { minLength: 1, maxLength: 3 },
        ),
        serve,
      }),
      { maxLength: 3 },
    ),
    serve,
    holdouts: fc.array(fc.record({ name: fc.constantFrom('2026q4'), percent: fc.integer({ min: 0, max: WHOLE }) }), {
      maxLength: 1,
    }),
    layer: fc.option(
      fc.integer({ min: 0, max: WHOLE }).map((share) => ({
        name: 'checkout',
        slots: [
          ['a', share],
          ['b', WHOLE - share],
        ] as const,
        mine: ['a'],
      })),
      { nil: undefined, freq: 4 },
    ),
  })
  .map(({ layer, rules, holdouts, ...rest }) => ({
    ...rest,
    ...(holdouts.length > 0 && { holdouts }),
    ...(layer && { layer }),
    rules: rules.map((rule, i) => ({ ...rule, id: `rule-${i + 1}` })),
  }));

export function flagOf(key: string, environment: FlagEnvironment, requires: Flag['requires'] = []): Flag {
  return {
    schemaVersion: 1,
    key,
    kind: 'release',
    tags: [],
    services: [],
    variants: { on: 'x', off: 'y', blue: 'z' },
    off: 'off',
    requires,
    environments: { [ENVIRONMENT]: environment },
  };
}

/** A family: `child` requires `parent`, which requires `grand`. */
export const flags: fc.Arbitrary<ReadonlyMap<string, Flag>> = fc
  .tuple(settings, settings, settings, variant, variant)
  .map(([child, parent, grand, first, second]) => {
    const family = [
      flagOf('child', child, [{ flag: 'parent', variant: first }]),
      flagOf('parent', parent, [{ flag: 'grand', variant: second }]),
      flagOf('grand', grand),
    ];
    return new Map(family.map((flag) => [flag.key, flag]));
  });

const loose = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constant(null),
  fc.constant({ nested: 1 }),
  fc.constant(['DE', 'a']),
);

/** Attributes present, absent and of the wrong type. Units are ASCII: flagd-core hashes UTF-16 units, flagd UTF-8. */
export const context: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record(
  {
    targetingKey: fc.oneof(
      fc.constantFrom('u1', 'u2', ''),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }),
    ),
    country: loose,
    email: loose,
    age: fc.oneof({ weight: 3, arbitrary: number }, { weight: 1, arbitrary: loose }),
    version: fc.oneof(fc.constantFrom('1.2.3', '2.0.0-rc.1', '1.9', 'v3', 'none', 2), loose),
    beta: loose,
    account: fc.oneof(fc.record({ id: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }) }), loose),
    groups: fc.oneof({ weight: 3, arbitrary: fc.array(text) }, { weight: 1, arbitrary: loose }),
    roles: fc.array(text),
  },
  { requiredKeys: [] },
);
