import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freezeProblem, frozenAt } from '../../../src/core/environment/freeze.ts';
import type { FreezeConfig } from '../../../src/core/model/config.ts';
import { DAY, HOUR, MINUTE, toInstant } from '../../../src/core/model/time.ts';

const freeze = (from: string, until: string, timeZone = 'Europe/Berlin'): FreezeConfig => ({
  name: 'it',
  from,
  until,
  timeZone,
  override: [],
});
const WEEKEND = freeze('fri 16:00', 'mon 08:00');

/** When the freeze that holds then ends; undefined: none holds. */
function untilOf(one: FreezeConfig, instant: string): string | undefined {
  const frozen = frozenAt([one], Date.parse(instant));
  return frozen && toInstant(frozen.until);
}

describe('frozenAt', () => {
  it('holds a weekly freeze from its first moment up to its last', () => {
    expect(untilOf(WEEKEND, '2026-11-20T14:59:59.999Z')).toBeUndefined();
    expect(untilOf(WEEKEND, '2026-11-20T15:00:00.000Z')).toBe('2026-11-23T07:00:00.000Z');
    expect(untilOf(WEEKEND, '2026-11-23T06:59:59.999Z')).toBe('2026-11-23T07:00:00.000Z');
    expect(untilOf(WEEKEND, '2026-11-23T07:00:00.000Z')).toBeUndefined();
  });

  it('keeps to the wall when the clocks go forward or back during it', () => {
    // 29 March 2026 02:00 -> 03:00, 25 October 2026 03:00 -> 02:00.
    expect(untilOf(WEEKEND, '2026-03-27T15:00:00Z')).toBe('2026-03-30T06:00:00.000Z');
    expect(untilOf(WEEKEND, '2026-03-27T14:59:59Z')).toBeUndefined();
    expect(untilOf(WEEKEND, '2026-10-23T14:00:00Z')).toBe('2026-10-26T07:00:00.000Z');
    expect(untilOf(WEEKEND, '2026-10-23T13:59:59Z')).toBeUndefined();
  });

  it('holds through an hour that the clocks repeat, both times', () => {
    const night = freeze('sun 02:15', 'sun 02:45');
    expect(untilOf(night, '2026-10-25T00:15:00Z')).toBe('2026-10-25T01:45:00.000Z');
    expect(untilOf(night, '2026-10-25T01:44:59Z')).toBe('2026-10-25T01:45:00.000Z');
    expect(untilOf(night, '2026-10-25T01:45:00Z')).toBeUndefined();
  });

  it('begins and ends with the change where the clocks skip its hour', () => {
    const skipped = freeze('sun 02:15', 'sun 04:00');
    expect(untilOf(skipped, '2026-03-29T00:59:59.999Z')).toBeUndefined();
    expect(untilOf(skipped, '2026-03-29T01:00:00.000Z')).toBe('2026-03-29T02:00:00.000Z');
    expect(untilOf(freeze('sun 01:00', 'sun 02:30'), '2026-03-29T00:30:00Z')).toBe('2026-03-29T01:00:00.000Z');
  });

  it('holds a dated freeze by the wall of its zone', () => {
    const yearEnd = freeze('2026-12-19T16:00', '2027-01-04T08:00');
    expect(untilOf(yearEnd, '2026-12-19T14:59:59Z')).toBeUndefined();
    expect(untilOf(yearEnd, '2026-12-19T15:00:00Z')).toBe('2027-01-04T07:00:00.000Z');
    expect(untilOf(yearEnd, '2027-01-04T07:00:00Z')).toBeUndefined();
    const tokyo = freeze('2026-12-19', '2026-12-20', 'Asia/Tokyo');
    expect(untilOf(tokyo, '2026-12-18T15:00:00Z')).toBe('2026-12-19T15:00:00.000Z');
  });

  it('wraps around the week, and may be all of it but a gap', () => {
    const closed = freeze('wed 12:00', 'wed 10:00', 'UTC');
    expect(untilOf(closed, '2026-11-18T11:00:00Z')).toBeUndefined();
    expect(untilOf(closed, '2026-11-18T09:59:00Z')).toBe('2026-11-18T10:00:00.000Z');
    expect(untilOf(closed, '2026-11-22T23:59:00Z')).toBe('2026-11-25T10:00:00.000Z');
  });

  it('names, of several that hold, the one that ends last', () => {
    const long = { ...freeze('2026-11-20', '2026-12-01'), name: 'long' };
    expect(frozenAt([WEEKEND, long], Date.parse('2026-11-21T00:00:00Z'))?.name).toBe('long');
    expect(frozenAt([long, WEEKEND], Date.parse('2026-11-21T00:00:00Z'))?.name).toBe('long');
    expect(frozenAt([], 0)).toBeUndefined();
  });

  it('agrees with the wall clock at every moment of every year, in zones with whole, half and odd hours', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Pacific/Chatham',
    );
    const moment = fc.integer({
      min: Date.parse('2015-01-01T00:00:00Z') / MINUTE,
      max: Date.parse('2035-01-01T00:00:00Z') / MINUTE,
    });
    fc.assert(
      fc.property(zones, moment, (timeZone, minutes) => {
        const now = minutes * MINUTE;
        const wall = new Intl.DateTimeFormat('en-US', {
          timeZone,
          weekday: 'short',
          hour: 'numeric',
          minute: 'numeric',
          hourCycle: 'h23',
        });
        const {
          weekday = '',
          hour = '0',
          minute = '0',
        } = Object.fromEntries(wall.formatToParts(now).map(({ type, value }) => [type, value]));
        const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(weekday);
        const sinceMonday = day * 24 * 60 + Number(hour) * 60 + Number(minute);
        const expected = sinceMonday >= (4 * 24 + 16) * 60 || sinceMonday < 8 * 60;
        expect(frozenAt([freeze('fri 16:00', 'mon 08:00', timeZone)], now) !== undefined).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('always ends after the moment it holds at, within the length of the freeze and an hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (now) => {
        const frozen = frozenAt([WEEKEND], now);
        if (!frozen) return;
        expect(frozen.until).toBeGreaterThan(now);
        expect(frozen.until - now).toBeLessThanOrEqual(2 * DAY + 17 * HOUR);
      }),
    );
  });
});

describe('freezeProblem', () => {
  it.each([
    [freeze('fri 16:00', 'mon 08:00'), undefined],
    [freeze('FRI 16:00', 'mon 08:00'), undefined],
    [freeze('2028-02-29', '2028-03-01'), undefined],
    [freeze('fri 25:00', 'mon 08:00'), 'from'],
    [freeze('2027-02-29', '2027-03-01'), 'from'],
    [freeze('fri 16:00', '2026-12-19'), 'until'],
    [freeze('2026-12-19', 'mon 08:00'), 'until'],
    [freeze('2026-12-19', '2026-12-19'), 'until'],
    [freeze('fri 16:00', 'fri 16:00'), 'until'],
    [freeze('fri 16:00', 'mon 08:00', 'Mars/Olympus'), 'timeZone'],
  ])('finds what cannot be a freeze: %j', (one, key) => {
    expect(freezeProblem(one)?.key).toBe(key);
  });
});
