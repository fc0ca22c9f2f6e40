import { describe, expect, it } from 'vitest';
import type { ArgoMeasurement } from '../../../../src/core/judge/peers/argo.ts';
import { argoAnalysis, argoProblems } from '../../../../src/core/judge/peers/argo-run.ts';

const every = { interval: 60_000 };
const ok: ArgoMeasurement = { phase: 'Successful' };
const bad: ArgoMeasurement = { phase: 'Failed' };
const errors = { name: 'errors', count: 3, ...every };
const latency = { name: 'latency', count: 3, ...every };

describe('an analysis run', () => {
  it('runs while a metric does, and is Successful once all are', () => {
    const metrics = [errors, latency];
    expect(argoAnalysis({ metrics, measurements: {} }).phase).toBe('Running');
    expect(argoAnalysis({ metrics, measurements: { errors: [ok, ok, ok], latency: [ok] } }).phase).toBe('Running');
    const done = argoAnalysis({ metrics, measurements: { errors: [ok, ok, ok], latency: [ok, ok, ok] } });
    expect(done).toMatchObject({ phase: 'Successful' });
    expect(done.message).toBeUndefined();
  });

  it('ends with its first bad metric: the others are what they are by then', () => {
    const run = argoAnalysis({ metrics: [errors, latency], measurements: { errors: [bad], latency: [ok] } });
    expect(run).toMatchObject({
      phase: 'Failed',
      message: 'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)',
    });
    expect(run.metrics[1]?.phase).toBe('Successful');
  });

  it('waits for what is in flight before it ends', () => {
    const flying: ArgoMeasurement = { phase: 'Running' };
    const run = argoAnalysis({ metrics: [errors, latency], measurements: { errors: [bad], latency: [ok, flying] } });
    expect(run.phase).toBe('Running');
  });

  it('is as bad as its worst metric: Failed before Error before Inconclusive', () => {
    const metrics = [errors, latency, { name: 'cpu', count: 1 }];
    const measurements: Record<'errors' | 'latency' | 'cpu', readonly ArgoMeasurement[]> = {
      errors: [{ phase: 'Inconclusive' }],
      latency: Array.from({ length: 5 }, () => ({ phase: 'Error' })),
      cpu: [bad],
    };
    expect(argoAnalysis({ metrics, measurements }).phase).toBe('Failed');
    expect(argoAnalysis({ metrics, measurements: { ...measurements, cpu: [ok] } }).phase).toBe('Error');
    expect(argoAnalysis({ metrics, measurements: { errors: measurements.errors, cpu: [ok] } }).phase).toBe(
      'Inconclusive',
    );
  });

  it('counts a dry-run metric and lets it decide nothing, not even the end of the others', () => {
    const measurements = { errors: [bad], latency: [ok] };
    const run = argoAnalysis({ metrics: [errors, latency], measurements, dryRun: ['^err'] });
    expect(run.phase).toBe('Running');
    expect(run.metrics[0]).toMatchObject({ phase: 'Failed', dryRun: true, failed: 1 });
    const all = argoAnalysis({ metrics: [errors], measurements, dryRun: ['.*'] });
    expect(all.phase).toBe('Successful');
  });

  it('is an Error when a dry-run rule matches nothing or is no expression', () => {
    const metrics = [errors];
    expect(argoAnalysis({ metrics, measurements: {}, dryRun: ['errors', 'nothing'] })).toMatchObject({
      phase: 'Error',
      message: "dryRun[1]: Rule didn't match any metric name(s)",
    });
    expect(argoAnalysis({ metrics, measurements: {}, dryRun: ['('] }).phase).toBe('Error');
  });

  it('that somebody ends is Successful where nothing was wrong yet', () => {
    const run = argoAnalysis({ metrics: [errors, latency], measurements: { errors: [ok] }, terminate: true });
    expect(run.phase).toBe('Successful');
  });

  it('does not take a metric that is called like a member of every object for a measured one', () => {
    expect(argoAnalysis({ metrics: [{ name: 'constructor' }], measurements: {} }).phase).toBe('Running');
  });
});

describe('a list of metrics that Argo refuses', () => {
  it.each([
    [[], 'no metrics specified'],
    [[errors, errors], 'metrics[1]: duplicate metric name errors'],
    [[{ name: 'm', count: 2 }], 'metrics[0]: interval must be specified when count > 1'],
    [
      [{ ...errors, failureLimit: 2, consecutiveSuccessLimit: 2 }],
      'metrics[0]: count must be >= failureLimit + consecutiveSuccessLimit',
    ],
    [[{ ...errors, inconclusiveLimit: 4 }], 'metrics[0]: count must be >= inconclusiveLimit'],
    [[{ ...errors, failureLimit: -2 }], 'metrics[0]: failureLimit must be >= -1'],
    [[{ ...errors, failureLimit: -1 }], 'metrics[0]: failureLimit and consecutiveSuccessLimit cannot both be disabled'],
    [[{ ...errors, consecutiveSuccessLimit: -1 }], 'metrics[0]: consecutiveSuccessLimit must be >= 0'],
    [[{ ...errors, consecutiveErrorLimit: -1 }], 'metrics[0]: consecutiveErrorLimit must be >= 0'],
  ])('%o', (metrics, problem) => {
    expect(argoProblems(metrics)).toContain(problem);
    expect(argoAnalysis({ metrics, measurements: {} })).toMatchObject({ phase: 'Error' });
  });

  it('and one that it takes', () => {
    expect(argoProblems([errors, { ...latency, failureLimit: 3 }])).toEqual([]);
  });
});
