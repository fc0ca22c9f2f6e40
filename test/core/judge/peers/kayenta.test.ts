import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kayentaClassify, kayentaPrepare } from '../../../../src/core/judge/peers/kayenta.ts';

const usual = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
const double = usual.map((value) => value * 2);

describe('preparing an arm', () => {
  it('drops a NaN, or takes it as 0', () => {
    expect(kayentaPrepare([1, NaN, 3], {})).toEqual([1, 3]);
    expect(kayentaPrepare([1, NaN, 3], { nanStrategy: 'replace' })).toEqual([1, 0, 3]);
  });

  it('keeps outliers unless it is told otherwise', () => {
    const spiked = [...Array.from({ length: 200 }, (_, index) => 50 + (index % 7)), 9000];
    expect(kayentaPrepare(spiked, {})).toEqual(spiked);
    expect(kayentaPrepare(spiked, { outliers: 'remove' })).toEqual(spiked.slice(0, -1));
  });
});

describe('a metric as Kayenta classifies it', () => {
  it('R-309 is High when the experiment lies clearly above, Low when below, and Pass on the side that is allowed', () => {
    const high = kayentaClassify({ experiment: double, control: usual });
    expect(high).toMatchObject({ classification: 'High', critical: false });
    expect(high.effect).toBeCloseTo(2, 12);
    expect(high.shift?.lower).toBeGreaterThan(0);
    expect(kayentaClassify({ experiment: usual, control: double }).classification).toBe('Low');
    expect(kayentaClassify({ experiment: double, control: usual }, { direction: 'decrease' }).classification).toBe(
      'Pass',
    );
    expect(kayentaClassify({ experiment: usual, control: usual.toReversed() })).toMatchObject({
      classification: 'Pass',
    });
  });

  it('is critical only beyond the critical effect', () => {
    const arms = { experiment: double, control: usual };
    expect(kayentaClassify(arms, { critical: true }).critical).toBe(true);
    const far = { critical: true, criticalAt: { decrease: 0.5, increase: 3 } };
    expect(kayentaClassify(arms, far)).toMatchObject({ classification: 'High', critical: false });
  });

  it('says what an empty arm means for this metric', () => {
    const empty = { experiment: [], control: usual };
    expect(kayentaClassify(empty).classification).toBe('Nodata');
    expect(kayentaClassify(empty).reason).toBe('no data for the experiment');
    expect(kayentaClassify({ experiment: usual, control: [] }).reason).toBe('no data for the control');
    expect(kayentaClassify(empty, { mustHaveData: true }).classification).toBe('NodataFailMetric');
    expect(kayentaClassify(empty, { mustHaveData: true, critical: true })).toMatchObject({
      classification: 'Nodata',
      critical: true,
    });
    expect(kayentaClassify(empty, { nanStrategy: 'replace' }).classification).toBe('Pass');
  });

  it('tells two constants apart in the same way every time, and one constant passes', () => {
    const arms = { experiment: [0.2, 0.2, 0.2, 0.2, 0.2], control: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1] };
    expect(kayentaClassify(arms).classification).toBe('High');
    expect(kayentaClassify(arms)).toEqual(kayentaClassify(arms));
    expect(kayentaClassify({ experiment: [3, 3], control: [3, 3, 3] }).classification).toBe('Pass');
  });

  it('is an error, never an exception, where nothing can be computed', () => {
    expect(kayentaClassify({ experiment: [5], control: [3] }).classification).toBe('Error');
    expect(kayentaClassify({ experiment: [Infinity, 1], control: [3, 4] }, { critical: true })).toMatchObject({
      classification: 'Error',
      critical: true,
    });
  });

  it('answers for any numbers, and for a larger experiment never Low', () => {
    const arm = fc.array(fc.double(), { maxLength: 12 });
    fc.assert(
      fc.property(arm, arm, (experiment, control) => {
        const { classification } = kayentaClassify({
          experiment: kayentaPrepare(experiment, {}),
          control: kayentaPrepare(control, {}),
        });
        if (Math.min(...experiment) > Math.max(...control)) expect(classification).not.toBe('Low');
        expect(['Pass', 'High', 'Low', 'Nodata', 'Error']).toContain(classification);
      }),
    );
  });
});
