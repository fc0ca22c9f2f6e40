import { FlagdCore } from '@openfeature/flagd-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlagdDocument, FlagdFlag, Logic } from '../../../src/core/flag/definition.ts';
import { createFlags } from '../../../src/flags.ts';

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const variants = { on: true, off: false };

function flagsOf(targeting: Logic, rest: Partial<FlagdDocument> = {}): ReturnType<typeof createFlags> {
  return createFlags({ flags: { one: { state: 'ENABLED', variants, defaultVariant: 'off', targeting } }, ...rest });
}

describe('the evaluator', () => {
  it('R-502 keeps one frozen result for a flag that is the same for everybody', () => {
    const flags = createFlags({ flags: { one: { state: 'ENABLED', variants, defaultVariant: 'on' } } });
    const first = flags.boolean('one', false, { targetingKey: 'a' });
    expect(first).toEqual({ flagKey: 'one', value: true, variant: 'on', reason: 'STATIC' });
    expect(flags.boolean('one', false)).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it('says SPLIT where a bucket decided, TARGETING_MATCH where a rule did, DEFAULT where nothing did', () => {
    const flags = flagsOf({
      if: [
        { '===': [{ var: 'country' }, 'DE'] },
        'on',
        {
          fractional: [
            ['on', 1],
            ['off', 1],
          ],
        },
      ],
    });
    expect(flags.evaluate('one', { country: 'DE' }).reason).toBe('TARGETING_MATCH');
    expect(flags.evaluate('one', { targetingKey: 'u' }).reason).toBe('SPLIT');
    expect(flags.evaluate('one', {})).toMatchObject({ variant: 'off', reason: 'DEFAULT' });
    const ramp = flagsOf({
      if: [
        {
          '===': [
            {
              fractional: [
                ['in', 0],
                ['out', 1],
              ],
            },
            'in',
          ],
        },
        'on',
        'off',
      ],
    });
    expect(ramp.evaluate('one', { targetingKey: 'u' })).toMatchObject({ variant: 'off', reason: 'SPLIT' });
  });

  it('gives the caller its own default with TYPE_MISMATCH, FLAG_NOT_FOUND, DISABLED or no default variant', () => {
    const flags = createFlags({
      flags: {
        text: { state: 'ENABLED', variants: { a: 'x' }, defaultVariant: 'a' },
        gone: { state: 'DISABLED', variants, defaultVariant: 'on' },
        open: { state: 'ENABLED', variants },
      },
    });
    expect(flags.number('text', 7)).toMatchObject({ value: 7, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' });
    expect(flags.object('none', { a: 1 })).toMatchObject({ value: { a: 1 }, errorCode: 'FLAG_NOT_FOUND' });
    expect(flags.boolean('gone', true)).toMatchObject({ value: true, reason: 'DISABLED' });
    expect(flags.boolean('open', true)).toMatchObject({ value: true, reason: 'DEFAULT' });
    expect(flags.evaluateAll().map(({ flagKey }) => flagKey)).toEqual(['text', 'gone', 'open']);
  });

  it('gives PARSE_ERROR for unknown operators, missing and nested references, and shapes that are none', () => {
    const faults: readonly Logic[] = [
      { regex: ['a', 'b'] },
      { $ref: 'nothing' },
      { $ref: 'outer' },
      { if: [true, { a: 1, b: 2 }] },
    ];
    for (const targeting of faults) {
      const flags = flagsOf(targeting, { $evaluators: { outer: { $ref: 'inner' }, inner: { '!': [true] } } });
      expect(flags.evaluate('one', {})).toMatchObject({ reason: 'ERROR', errorCode: 'PARSE_ERROR' });
    }
    const broken = createFlags({
      flags: { a: null, b: { state: 'ON', variants }, c: { state: 'ENABLED', variants, defaultVariant: 'x' } } as never,
    });
    for (const key of broken.keys)
      expect(broken.boolean(key, true)).toMatchObject({ value: true, errorCode: 'PARSE_ERROR' });
  });

  it('reads the flag’s own key and the time, whatever the context says', () => {
    const flags = createFlags({
      flags: {
        one: { state: 'ENABLED', variants: { one: 1 }, targeting: { var: '$flagd.flagKey' } },
        time: {
          state: 'ENABLED',
          variants,
          targeting: { if: [{ '>': [{ var: '$flagd.timestamp' }, 1_600_000_000] }, 'on', 'off'] },
        },
      },
    });
    expect(flags.number('one', 0, { $flagd: { flagKey: 'other' } })).toMatchObject({ value: 1 });
    expect(flags.boolean('time', false, {}).value).toBe(true);
  });

  it('never throws, whatever the rule and the context are', () => {
    const operators = [
      'if',
      'in',
      'cat',
      '+',
      '-',
      '/',
      '%',
      '<',
      '==',
      'some',
      'reduce',
      'map',
      'merge',
      'substr',
      'fractional',
      'sem_ver',
      'var',
      'missing',
      'missing_some',
      'max',
      'starts_with',
      '!',
    ];
    const { logic } = fc.letrec<{ logic: Logic }>((tie) => ({
      logic: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 0 }) as fc.Arbitrary<Logic>,
        fc
          .tuple(fc.constantFrom(...operators), fc.array(tie('logic'), { maxLength: 4 }))
          .map(([name, args]) => ({ [name]: args })),
        fc.array(tie('logic'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(logic, fc.dictionary(fc.string(), fc.jsonValue()), (targeting, context) => {
        expect(flagsOf(targeting).boolean('one', false, context).value).toBeTypeOf('boolean');
      }),
    );
  });

  it('R-502 answers JSONLogic of numbers, texts and lists as flagd-core does', () => {
    const values = fc.oneof(
      fc.integer({ min: -9, max: 9 }),
      fc.constantFrom('a', 'ab', '3', ''),
      fc.boolean(),
      fc.constant(null),
    );
    const operand: fc.Arbitrary<Logic> = fc.oneof(
      values,
      fc.constantFrom({ var: 'a' }, { var: 'b.c' }, { var: ['none', 'ab'] }),
    );
    // A constant on the right: with a variable there flagd-core 4.0.1 compares the right side with itself when it checks types.
    const comparison = fc
      .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!=', '===', '!=='), operand, values)
      .map(([name, a, b]): Logic => ({ [name]: [a, b] }));
    const contains = fc
      .tuple(operand, fc.array(operand, { maxLength: 3 }))
      .map(([item, list]): Logic => ({ in: [item, list] }));
    const { test } = fc.letrec<{ test: Logic }>((tie) => ({
      test: fc.oneof(
        { maxDepth: 3 },
        comparison,
        contains,
        fc
          .tuple(fc.constantFrom('and', 'or'), fc.array(tie('test'), { minLength: 1, maxLength: 3 }))
          .map(([name, args]): Logic => ({ [name]: args })),
        tie('test').map((inner): Logic => ({ '!': [inner] })),
        fc.array(operand, { maxLength: 3 }).map((list): Logic => ({ some: [list, { '===': [{ var: '' }, 'ab'] }] })),
      ),
    }));
    const contexts = fc.record({ a: values, b: fc.record({ c: values }) }, { requiredKeys: [] });
    fc.assert(
      fc.property(test, contexts, (inner, context) => {
        // The condition reads something, so that neither engine decides it when it compiles.
        const targeting: Logic = { if: [{ or: [{ '===': [{ var: 'never' }, 1] }, inner] }, 'on', 'off'] };
        const flag: FlagdFlag = { state: 'ENABLED', variants, targeting };
        const core = new FlagdCore(undefined, silent);
        core.setConfigurations(JSON.stringify({ flags: { one: flag } }));
        const theirs = core.resolveBooleanEvaluation('one', false, context as never);
        const refused: string | undefined = theirs.errorCode;
        if (refused === 'PARSE_ERROR') return;
        const ours = createFlags({ flags: { one: flag } }).boolean('one', false, context);
        expect([ours.variant, ours.errorCode]).toEqual([theirs.variant, theirs.errorCode]);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a text that is no flagd document when it is loaded, not when it is asked', () => {
    expect(() => createFlags('{')).toThrow(SyntaxError);
    expect(() => createFlags('[]')).toThrow(TypeError);
  });
});
