import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCondition, printCondition } from '../../../src/core/flag/condition.ts';
import type { Condition } from '../../../src/core/model/flag.ts';

const anyText = fc.string({ minLength: 1, maxLength: 12 });
const attribute = fc.oneof(
  fc.constantFrom('country', 'account.id', 'targetingKey', 'user', 'not', 'in', 'roles[]'),
  anyText,
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const scalar = fc.oneof(anyText, number, fc.boolean(), fc.constantFrom('18', 'true', '-1.5e3'));

const conditions: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.oneof(
      fc.record({ attribute, operator: fc.constant('equals' as const), values: fc.tuple(scalar) }),
      fc.record({
        attribute,
        operator: fc.constant('in' as const),
        values: fc.array(scalar, { minLength: 1, maxLength: 4 }),
      }),
      fc.record({
        attribute,
        operator: fc.constantFrom('contains' as const, 'starts-with' as const, 'ends-with' as const),
        values: fc.array(anyText, { minLength: 1, maxLength: 3 }),
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
          fc.constantFrom('2', '1.2', '1.2.3', '1.2.3-rc.1+b'),
        ),
      }),
      fc.record({ attribute, operator: fc.constant('exists' as const), values: fc.constant([]) }),
      fc.record({
        attribute: fc.constant('segment'),
        operator: fc.constant('segment' as const),
        values: fc.tuple(anyText),
      }),
    ),
    fc.boolean(),
  )
  .map(([condition, not]) => ({ ...condition, ...(not && { not: true }) }));

describe('the language of --when', () => {
  it('R-503 reads back every condition it prints', () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        expect(parseCondition(printCondition(condition))).toEqual(condition);
      }),
    );
  });

  it.each([
    ['country in DE,FR', { attribute: 'country', operator: 'in', values: ['DE', 'FR'] }],
    ['country in DE, FR', { attribute: 'country', operator: 'in', values: ['DE', 'FR'] }],
    ['email ends-with @acme.com', { attribute: 'email', operator: 'ends-with', values: ['@acme.com'] }],
    ['age >= 18', { attribute: 'age', operator: 'greater-or-equal', values: [18] }],
    ['version semver ^2.1.0', { attribute: 'version', operator: 'semver', values: ['^', '2.1.0'] }],
    ['version semver >= 2.1', { attribute: 'version', operator: 'semver', values: ['>=', '2.1'] }],
    ['beta exists', { attribute: 'beta', operator: 'exists', values: [] }],
    ['not country in DE', { attribute: 'country', operator: 'in', values: ['DE'], not: true }],
    ['country not in DE', { attribute: 'country', operator: 'in', values: ['DE'], not: true }],
    ['not country not in DE', { attribute: 'country', operator: 'in', values: ['DE'] }],
    ['segment eu', { attribute: 'segment', operator: 'segment', values: ['eu'] }],
    ['not segment eu', { attribute: 'segment', operator: 'segment', values: ['eu'], not: true }],
    ['user in alice,"b, c"', { attribute: 'targetingKey', operator: 'in', values: ['alice', 'b, c'] }],
    ['plan = "10"', { attribute: 'plan', operator: 'equals', values: ['10'] }],
  ])('R-503 reads %s', (text, condition) => {
    expect(parseCondition(text)).toEqual(condition);
  });

  it('R-503 refuses regular expressions and proposes what flagd can say', () => {
    const refusal = parseCondition('email matches .*@acme.com');
    expect(refusal).toMatchObject({ code: 'operator-not-portable' });
    expect(refusal).toHaveProperty('message', expect.stringContaining('ends-with'));
  });

  it.each([
    '',
    'country',
    'country in',
    'country in ,',
    'country in DE,',
    'country is DE,FR',
    'age > old',
    'version semver new',
    'beta exists yes',
    'country in "DE',
    ', in DE',
  ])('says what is wrong with %j', (text) => {
    expect(parseCondition(text)).toMatchObject({ code: 'value-invalid' });
  });
});
