import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedWindows, windowWidth, windowsIn } from '../../../src/core/judge/window.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/model/time.ts';

describe('the width of windows', () => {
  it('is a 300th of the bake, at least 10 s and at most 10 min', () => {
    expect(windowWidth(5 * MINUTE)).toBe(10 * SECOND);
    expect(windowWidth(5 * HOUR)).toBe(MINUTE);
    expect(windowWidth(30 * DAY)).toBe(10 * MINUTE);
  });

  it('gives a bake shorter than 50 s five windows of at least 1 s, never longer than the bake', () => {
    expect(windowWidth(30 * SECOND)).toBe(6 * SECOND);
    expect(windowWidth(3 * SECOND)).toBe(SECOND);
    expect(windowWidth(300)).toBe(300);
    expect(windowWidth(50 * SECOND)).toBe(10 * SECOND);
  });

  it('leaves at least five windows in any bake of 5 s or more, and at most 300 up to 50 hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5 * SECOND, max: 50 * HOUR }), (bake) => {
        const count = windowsIn(0, bake, windowWidth(bake));
        expect(count).toBeGreaterThanOrEqual(bake % 5 === 0 ? 5 : 4);
        expect(count).toBeLessThanOrEqual(300);
      }),
    );
  });
});

describe('closed windows', () => {
  const given = { exposedAt: 1_000_000, width: 10_000, until: 1_100_000, delay: 60_000, folded: 0 };

  it('are those whose end and the delay after it have passed', () => {
    expect(closedWindows({ ...given, now: 1_069_999 })).toEqual({ from: 0, count: 0 });
    expect(closedWindows({ ...given, now: 1_070_000 })).toEqual({ from: 0, count: 1 });
    expect(closedWindows({ ...given, now: 1_095_000 })).toEqual({ from: 0, count: 3 });
  });

  it('begin with the first that was not folded in, and never go beyond the end of the stage', () => {
    expect(closedWindows({ ...given, now: 9_000_000, folded: 4 })).toEqual({ from: 4, count: 6 });
    expect(closedWindows({ ...given, now: 9_000_000, folded: 12 })).toEqual({ from: 12, count: 0 });
    expect(closedWindows({ ...given, until: 1_099_999, now: 9_000_000 })).toEqual({ from: 0, count: 9 });
  });

  it('are none when the clock is before the exposure', () => {
    expect(closedWindows({ ...given, now: 0 })).toEqual({ from: 0, count: 0 });
  });
});
