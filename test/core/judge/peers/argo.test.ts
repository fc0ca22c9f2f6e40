import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ArgoMeasurement,
  type ArgoMetric,
  argoCount,
  argoMeasurementPhase,
  argoMetric,
} from '../../../../src/core/judge/peers/argo.ts';

const letters = { s: 'Successful', f: 'Failed', i: 'Inconclusive', e: 'Error', r: 'Running' } as const;
const measured = (text: string): ArgoMeasurement[] =>
  Array.from(text, (letter) => ({ phase: letters[letter as keyof typeof letters] }));
const phaseOf = (metric: Partial<ArgoMetric>, text: string, options: { terminating?: boolean } = {}) =>
  argoMetric({ name: 'm', ...metric }, measured(text), options).phase;
const every = { interval: 60_000 };

describe('the phase of a measurement', () => {
  it.each([
    [{ failure: true, success: true }, 'Failed'],
    [{ success: true, failure: false }, 'Successful'],
    [{ success: false, failure: false }, 'Inconclusive'],
    [{ success: false }, 'Failed'],
    [{ success: true }, 'Successful'],
    [{ failure: false }, 'Successful'],
    [{ failure: true }, 'Failed'],
    [{ success: 'error' }, 'Error'],
    [{ success: true, failure: 'error' }, 'Error'],
    [{}, 'Successful'],
  ] as const)('of %o is %s', (conditions, phase) => {
    expect(argoMeasurementPhase(conditions)).toBe(phase);
  });
});

describe('how many measurements end a metric', () => {
  it('is one without count and interval, the count, or unbounded', () => {
    expect(argoCount({ name: 'm' })).toBe(1);
    expect(argoCount({ name: 'm', count: 0 })).toBe(1);
    expect(argoCount({ name: 'm', count: 5, ...every })).toBe(5);
    expect(argoCount({ name: 'm', ...every })).toBeUndefined();
  });
});

describe('a metric', () => {
  it.each([
    ['has not begun', {}, '', 'Pending'],
    ['is in flight', { count: 3, ...every }, 'sr', 'Running'],
    ['ends after one measurement', {}, 's', 'Successful'],
    ['goes on without a count', every, 'sssss', 'Running'],
    ['ends at its count', { count: 3, ...every }, 'sss', 'Successful'],
    ['fails when more than failureLimit failed', { count: 5, failureLimit: 1, ...every }, 'sff', 'Failed'],
    ['does not fail at failureLimit', { count: 3, failureLimit: 1, ...every }, 'sfs', 'Successful'],
    ['never fails with failureLimit -1', { failureLimit: -1, consecutiveSuccessLimit: 2, ...every }, 'ffff', 'Running'],
    ['is inconclusive beyond its limit', { count: 5, inconclusiveLimit: 1, ...every }, 'ii', 'Inconclusive'],
    ['bears four errors in a row', { count: 5, ...every }, 'eeee', 'Running'],
    ['errs at the fifth in a row', { count: 5, ...every }, 'eeeee', 'Error'],
    ['forgets errors after an answer', { count: 5, ...every }, 'eeeeseeee', 'Running'],
    ['does not count errors', { count: 2, ...every }, 'esees', 'Successful'],
    ['passes at a streak', { consecutiveSuccessLimit: 3, failureLimit: -1, ...every }, 'ssfsss', 'Successful'],
    ['needs the streak in one piece', { consecutiveSuccessLimit: 3, failureLimit: -1, ...every }, 'ssfss', 'Running'],
    ['loses a streak to an error', { consecutiveSuccessLimit: 3, failureLimit: -1, ...every }, 'ssess', 'Running'],
    [
      'is inconclusive at its count without the streak',
      { count: 4, consecutiveSuccessLimit: 3, failureLimit: 1, ...every },
      'ssfs',
      'Inconclusive',
    ],
    [
      'fails there when failures have no limit',
      { count: 4, consecutiveSuccessLimit: 3, failureLimit: -1, ...every },
      'ssfs',
      'Failed',
    ],
  ] as const)('%s', (...[, metric, text, phase]) => {
    expect(phaseOf(metric, text)).toBe(phase);
  });

  it('that the run ends is Successful, unless something is in flight or a limit or the count says otherwise', () => {
    const ends = { terminating: true };
    expect(phaseOf({ count: 9, ...every }, '', ends)).toBe('Successful');
    expect(phaseOf({ count: 9, ...every }, 'ss', ends)).toBe('Successful');
    expect(phaseOf({ count: 9, ...every }, 'sr', ends)).toBe('Running');
    expect(phaseOf({ count: 9, ...every }, 'sf', ends)).toBe('Failed');
    expect(phaseOf({ count: 2, consecutiveSuccessLimit: 2, failureLimit: 1, ...every }, 'sf', ends)).toBe(
      'Inconclusive',
    );
  });

  it('says which limit decided', () => {
    const result = argoMetric({ name: 'm', ...every }, measured('sf'));
    expect(result).toMatchObject({ phase: 'Failed', message: 'failed (1) > failureLimit (0)', count: 2, failed: 1 });
  });

  it('that has ended stays as it ended, whatever is measured later', () => {
    const text = fc.array(fc.constantFrom('s', 'f', 'i', 'e'), { maxLength: 20 }).map((list) => list.join(''));
    const metric = fc.record({
      count: fc.nat(6),
      interval: fc.constant(1),
      failureLimit: fc.integer({ min: -1, max: 3 }),
      inconclusiveLimit: fc.nat(3),
      consecutiveErrorLimit: fc.nat(4),
      consecutiveSuccessLimit: fc.nat(3),
    });
    fc.assert(
      fc.property(metric, text, text, (limits, before, after) => {
        const at = argoMetric({ name: 'm', ...limits }, measured(before));
        fc.pre(at.phase !== 'Running' && at.phase !== 'Pending');
        expect(argoMetric({ name: 'm', ...limits }, measured(before + after))).toEqual(at);
      }),
    );
  });
});
