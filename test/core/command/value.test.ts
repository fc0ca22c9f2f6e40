import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../src/core/command/moment.ts';
import { parseCommand } from '../../../src/core/command/parse.ts';
import { readPair, readRelease, readShare, readTarget } from '../../../src/core/command/target.ts';
import { readValue } from '../../../src/core/command/value.ts';

describe('readTarget', () => {
  it.each([
    ['web', { kind: 'service', service: 'web' }],
    ['web/production', { kind: 'service', service: 'web', environment: 'production' }],
    ['r-cache', { kind: 'service', service: 'r-cache' }],
    ['flag/new-dashboard', { kind: 'flag', key: 'new-dashboard' }],
    ['experiment/checkout', { kind: 'experiment', key: 'checkout' }],
    ['r-7f3a', { kind: 'rollout', id: 'r-7f3a' }],
    ['r-7f3a/production', { kind: 'rollout', id: 'r-7f3a', stage: 'production' }],
    ['web-production-20261121-7f3a1b2c', { kind: 'rollout', id: 'web-production-20261121-7f3a1b2c' }],
  ])('takes %s apart', (text, target) => {
    expect(readTarget(text)).toEqual(target);
    expect(readValue('target', text)).toEqual({ value: text });
  });
});

describe('the parts of a value', () => {
  it('are a service and a version, a version and a weight, a name and a value', () => {
    expect(readRelease('web@1.4.0')).toEqual({ service: 'web', version: '1.4.0' });
    expect(readRelease('1.4.0')).toEqual({ version: '1.4.0' });
    expect(readShare('1.4.0=12.345%')).toEqual({ version: '1.4.0', weight: 12_345 });
    expect(readPair('a=b=c')).toEqual(['a', 'b=c']);
  });

  it('R-201 keep every weight exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (weight) => {
        const text = `v=${weight / 1_000}%`;
        expect(readShare(text).weight).toBe(weight);
        expect(readValue('weights', text)).toEqual({ value: text });
      }),
    );
  });
});

describe('a percentage', () => {
  it.each([
    ['25%', 25_000],
    ['25', 25_000],
    ['0.25%', 250],
    ['12.5', 12_500],
    ['0', 0],
    ['1', 1_000],
    ['100%', 100_000],
    ['0.001%', 1],
  ])('%s is %i of 100,000', (text, weight) => {
    expect(readValue('percent', text)).toEqual({ value: weight });
  });

  it.each(['0.25', '0.0', '1.0', '.5', '1e1', '25 %', '100.001', '-1', '', '٢٥'])('%s is refused', (text) => {
    expect(readValue('percent', text)).toHaveProperty('problem');
  });
});

describe('a time', () => {
  it.each([
    ['2026-12-27T08:00Z', '2026-12-27T08:00:00.000Z'],
    ['2026-12-27t08:00:30.5z', '2026-12-27T08:00:30.500Z'],
    ['2026-12-27T08:00+0530', '2026-12-27T02:30:00.000Z'],
    ['2026-12-27 08:00', '2026-12-27T08:00:00.000'],
    ['2026-12-27', '2026-12-27T00:00:00.000'],
    ['2028-02-29', '2028-02-29T00:00:00.000'],
  ])('%s becomes %s', (text, normal) => {
    expect(parseTime(text)).toBe(normal);
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-12-27T25:00',
    '2026-12-27T08:00+25:00',
    'tomorrow',
    '12/27/2026',
    '1795272000',
  ])('%s is none', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  it('is a fixpoint once it is normalised', () => {
    const date = fc.date({ min: new Date('1970-01-01'), max: new Date('2999-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.boolean(), (at, zoned) => {
        const text = zoned ? at.toISOString() : at.toISOString().slice(0, -1);
        expect(parseTime(text)).toBe(text);
      }),
    );
  });
});

describe('a stage', () => {
  it('may be called `all`, as the last one of the presets is', () => {
    expect(parseCommand('promote web --to all')).toMatchObject({ ok: true, command: { options: { to: 'all' } } });
    expect(parseCommand('deploy web@1.4.0 --until all')).toMatchObject({ ok: true });
    expect(parseCommand('approve r-7f3a/all')).toMatchObject({ ok: true, command: { args: { target: 'r-7f3a/all' } } });
    expect(parseCommand('approve web/all')).toMatchObject({ ok: false });
    expect(parseCommand('promote web --to "a b"')).toMatchObject({ ok: false });
  });
});
