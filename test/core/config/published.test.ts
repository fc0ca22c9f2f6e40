import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { checkConfig } from '../../../src/core/config/overview.ts';
import { configReference, configSchema } from '../../../src/core/config/published.ts';
import { BASE, good } from './decoding.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('what is published of the configuration', () => {
  it('is fresh: the JSON Schema and the reference say what the code says (node scripts/run-ts.js scripts/generate-config-docs.ts)', () => {
    expect(read('schema/sluice.schema.json') === configSchema()).toBe(true);
    expect(read('docs/reference/configuration.md') === configReference()).toBe(true);
  });

  it('takes every example as an editor reads it, with numbers and truths of their own types', () => {
    const schema = z.fromJSONSchema(JSON.parse(configSchema()) as Parameters<typeof z.fromJSONSchema>[0]);
    const folder = new URL('../../fixtures/config/', import.meta.url);
    for (const name of readdirSync(folder)) {
      const result = schema.safeParse(parse(readFileSync(new URL(name, folder), 'utf8')));
      expect(result.error?.issues ?? [], name).toEqual([]);
    }
    expect(schema.safeParse(parse(BASE)).success).toBe(true);
    expect(schema.safeParse(parse(`${BASE}rollbak: { automatic: true }\n`)).success).toBe(false);
    expect(schema.safeParse(parse(`${BASE}analysis: { intervall: 5s }\n`)).success).toBe(false);
  });

  it('describes every key', () => {
    const rows = configReference()
      .split('\n')
      .filter((line) => line.startsWith('| `') && line.split('|').length === 6);
    expect(rows.length).toBeGreaterThan(150);
    for (const row of rows) expect(row.split('|')[4]?.trim(), row).not.toBe('');
  });
});

describe('checkConfig', () => {
  const report = (text: string, traffic?: Readonly<Record<string, number>>): string =>
    JSON.stringify(checkConfig(good(text), { file: 'sluice.yml', warnings: [], ...(traffic && { traffic }) }));

  it('shows each service in each environment with what judges it', () => {
    const shown = report(
      `${BASE}analysis: { judges: [{ metric: error-rate, below: 1% }] }\nenvironments: { staging: {}, production: { approvals: { from: [team:sre] } } }\n`,
    );
    expect(shown).toContain(
      '["web","staging","command","all-at-once: 100% 5m","health (health), error-rate below 0.01","none"]',
    );
    expect(shown).toContain('"1 of team:sre"');
  });

  it('warns where `min-samples` is out of reach at the recorded traffic, and says which bake or weight would do', () => {
    const text = `${BASE.replace('    set-', '    strategy: canary-beta-production\n    set-')}`;
    expect(report(text, { 'web/production': 20 })).toContain(
      'stage canary brings about 300 samples, and `error-rate below 0.01` and 2 more ask for 500: bake 9m, or 9% of the traffic',
    );
    expect(report(text, { 'web/production': 200 })).not.toContain('samples');
    expect(report(text)).not.toContain('samples');
  });

  it('R-114 warns where a stage has too few windows for a comparison of gauges, whatever the traffic is', () => {
    const text = (bake: string): string =>
      `${BASE.replace('{ kind: value, value: q }', `{ kind: value, value: 'q{v="{{version}}"}' }`).replace('    set-', '    strategy: short\n    set-')}
strategies: { short: { stages: [{ name: canary, weight: 5%, bake: ${bake} }, { name: all, weight: 100%, bake: 10m }] } }
analysis: { judges: [{ metric: queue, compare: stable }] }
`;
    expect(report(text('1m'))).toContain(
      'web in production: stage canary has 6 windows, and `queue compare stable` is not tested before 20: bake 4m, or give it a bound',
    );
    expect(report(text('4m'))).not.toContain('is not tested before');
  });
});
