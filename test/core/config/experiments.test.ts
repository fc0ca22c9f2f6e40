import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../../src/core/config/overview.ts';
import { DAY, HOUR } from '../../../src/core/model/time.ts';
import { configReference, configSchema } from '../../../src/core/config/published.ts';
import { BASE, good, problems } from './decoding.ts';

const section = (text: string): string => `${BASE}experiments:\n${text}`;
/** The first line of the section's own text. */
const LINE = BASE.split('\n').length + 1;

describe('the section experiments', () => {
  it('R-603 asks for 1,000 users a variant, 24 h and 5 % false winners where nothing is written', () => {
    expect(good(BASE).experiments).toEqual({
      metrics: {},
      minUsers: 1_000,
      minTime: DAY,
      alpha: 0.05,
      layers: {},
      holdouts: {},
      onGuardrailLost: 'alert',
    });
  });

  it('R-605 reads metrics, layers and holdouts with their units', () => {
    const { experiments } = good(
      section(`  min-users: 500
  min-time: 48h
  false-winners: 1%
  metrics:
    conversion: { usual: 5%, effect: 10% }
    revenue: { kind: mean, usual: 40, variance: 900, margin: 2% }
    load.p95: { kind: quantile, quantile: p95, better: lower }
    crashes: { kind: count, better: lower }
  layers:
    checkout: {}
    search: { slots: 4, generation: 2 }
  holdouts: { 2026q4: 5% }
`),
    );
    expect(experiments).toMatchObject({
      minUsers: 500,
      minTime: 48 * HOUR,
      alpha: 0.01,
      holdouts: { '2026q4': 5_000 },
    });
    expect(experiments.layers).toEqual({ checkout: { slots: 10, generation: 1 }, search: { slots: 4, generation: 2 } });
    expect(experiments.metrics).toEqual({
      conversion: {
        name: 'conversion',
        kind: 'proportion',
        better: 'higher',
        isAssumed: true,
        effect: 0.1,
        usual: { mean: 0.05 },
      },
      revenue: {
        name: 'revenue',
        kind: 'mean',
        better: 'higher',
        isAssumed: true,
        margin: 0.02,
        usual: { mean: 40, variance: 900 },
      },
      'load.p95': { name: 'load.p95', kind: 'quantile', better: 'lower', q: 0.95 },
      crashes: { name: 'crashes', kind: 'count', better: 'lower' },
    });
  });

  it.each([
    ['  false-winners: 0%', '18', 'expected more than 0% and less than 50%'],
    ['  false-winners: 0.05', '18', 'expected a share in percent'],
    ['  min-time: 24', '13', 'expected a length of time with its unit'],
    ['  min-users: 1', '14', 'expected at least 2'],
    ['  layers: { a: { slots: 1 } }', '25', 'expected 2 to 1000'],
    ['  layers: { a.1: {} }', '13', 'cannot be a name here'],
    ['  holdouts: { late: 100% }', '21', 'less than 100%'],
    ['  metrics: { a: { usual: 5 } }', '26', 'expected a share such as `5%`'],
    ['  metrics: { a: { kind: mean, usual: 5% } }', '38', 'expected a plain number'],
    ['  metrics: { a: { quantile: p95 } }', '19', 'belongs to the kind quantile'],
    ['  metrics: { a: { kind: quantile, quantile: 95% } }', '45', 'expected `p50`'],
    ['  metrics: { a: { variance: 3 } }', '19', 'a proportion has its own'],
    ['  metric: {}', '3', 'did you mean `metrics`?'],
  ])('says where %s is wrong, and what belongs there', (text, column, message) => {
    const [first] = problems(section(`${text}\n`));
    expect(first).toMatch(new RegExp(`^${LINE}:${column} `));
    expect(first).toContain(message);
  });

  it('is told by the overview where metrics are configured', () => {
    const told = (text: string): string =>
      JSON.stringify(checkConfig(good(text), { file: 'sluice.yml', warnings: [] }));
    expect(told(section('  metrics: { conversion: {} }\n'))).toContain(
      'experiments: conversion; a winner after 1000 users a variant and 1d, 5% false winners',
    );
    expect(told(BASE)).not.toContain('experiments');
  });

  it('stands in the published schema and reference', () => {
    expect(configSchema()).toContain('"false-winners"');
    expect(configReference()).toContain('| `metrics.NAME.usual` |');
  });
});
