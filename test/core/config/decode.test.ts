import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serviceIn } from '../../../src/core/model/config.ts';
import { MINUTE } from '../../../src/core/model/time.ts';
import { BASE, decode, good } from './decoding.ts';

function example(name: string): string {
  return readFileSync(new URL(`../../fixtures/config/${name}.yml`, import.meta.url), 'utf8');
}

describe('decodeConfig', () => {
  it('fills in everything for the smallest configuration: production, all at once, 5 minutes on health', () => {
    const config = good(example('smallest'));
    expect(Object.keys(config.environments)).toEqual(['production']);
    const web = serviceIn(config, 'web', 'production');
    expect(web?.strategy).toBe('all-at-once');
    expect(web?.platform).toEqual({
      type: 'command',
      timeout: 15 * MINUTE,
      options: { deploy: './scripts/deploy.sh' },
    });
    expect(web?.health).toMatchObject([{ name: 'health', url: 'https://shop.example.com/healthz', failures: 3 }]);
    expect(config.strategies['all-at-once']?.stages).toMatchObject([
      { name: 'all', weight: 100_000, bake: 5 * MINUTE },
    ]);
    expect(config.rollback).toMatchObject({ automatic: true, attempts: 1 });
    expect(config.state.branch).toBe('sluice-state');
  });

  it('R-101 decodes the web app with canary, beta and production as stages of one environment', () => {
    const config = good(example('vercel'));
    expect(config.environments['production']?.githubEnvironments).toEqual({
      canary: 'canary',
      beta: 'beta',
      production: 'production',
    });
    expect(config.strategies['canary-beta-production']?.stages).toMatchObject([
      { name: 'canary', weight: 5_000, bake: 5 * MINUTE, promote: 'auto' },
      { name: 'beta', weight: 25_000, bake: 15 * MINUTE, promote: 'manual' },
      { name: 'production', weight: 100_000, promote: 'auto' },
    ]);
    expect(config.analysis.judges).toMatchObject([
      {
        metric: 'error-rate',
        rule: { type: 'compare', with: 'stable', tolerance: 0.003, method: 'sequential' },
        minSamples: 500,
      },
      { metric: 'error-rate', rule: { type: 'below', bound: 0.01 }, then: 'rollback' },
      { metric: 'latency', read: 'p95', rule: { type: 'below', bound: 2 }, then: 'pause' },
    ]);
    expect(config.people).toEqual([{ github: 'alice', id: 583_231, slack: 'T024BE7LD/U061F7AUR' }]);
  });

  it('R-106 decodes two services on Kubernetes with a strategy of their own', () => {
    const config = good(example('kubernetes'));
    expect(config.strategies['safe']).toMatchObject({ keepOld: 30 * MINUTE, preview: true });
    expect(serviceIn(config, 'api', 'production')?.platform.options).toMatchObject({
      namespace: 'shop',
      traffic: 'gateway-api',
      replicas: 3,
      workload: 'api',
    });
    expect(serviceIn(config, 'api', 'staging')?.strategy).toBe('all-at-once');
    expect(serviceIn(config, 'api', 'production')?.strategy).toBe('safe');
    expect(config.metrics['latency']).toMatchObject({ kind: 'histogram', unit: 'ms', perVersion: true, delay: MINUTE });
    expect(config.triggers.map(({ name, kind, then }) => [name, kind, then])).toEqual([
      ['errors', 'metric', 'rollback'],
      ['slow', 'metric', 'rollback-gradually'],
      ['unhealthy', 'health', 'rollback'],
      ['spike', 'spike', 'rollback'],
      ['payments', 'dependency', 'pause'],
    ]);
  });

  it('R-306 R-307 types the bounds and times of every kind of trigger', () => {
    const triggers = Object.fromEntries(good(example('kubernetes')).triggers.map((trigger) => [trigger.name, trigger]));
    expect(triggers['errors']).toMatchObject({
      metric: 'error-rate',
      above: 0.05,
      for: 2 * MINUTE,
      cooldown: 2 * MINUTE,
    });
    expect(triggers['slow']).toMatchObject({ metric: 'latency', read: 'mean', above: 2_000, for: 5 * MINUTE });
    expect(triggers['unhealthy']).toMatchObject({ probe: 'any', failures: 3, within: MINUTE });
    expect(triggers['spike']).toMatchObject({ baseline: 0.02, increase: 0.5, window: MINUTE, atLeast: 10 });
    expect(triggers['payments']).toMatchObject({ url: 'https://status.payments.example/health', failures: 2 });
  });

  it('keeps versions and short SHAs as the text they are', () => {
    const config = good(`version: 1
services:
  web:
    deploy: [./deploy, 1.10, 7e12345, no]
    url: https://shop.example.com
    health: [{ name: home, get: /, expect: 200 }]
`);
    expect(config.services['web']?.platform.options['deploy']).toEqual(['./deploy', '1.10', '7e12345', 'no']);
    expect(config.services['web']?.health[0]?.expect).toBe('200');
  });

  it('gives platform local its own metrics, complete at once', () => {
    const config = good(
      'version: 1\nservices: { web: { platform: { type: local, run: node server.js, port: 8080 } } }\n',
    );
    expect(config.services['web']?.platform.options).toEqual({ run: 'node server.js', port: 8080 });
    expect(config.metrics['error-rate']).toMatchObject({
      source: 'router',
      kind: 'proportion',
      delay: 0,
      perVersion: true,
    });
    expect(config.metrics['latency']).toMatchObject({ source: 'router', kind: 'histogram', unit: 's' });
    expect(config.metrics['requests']).toMatchObject({ source: 'router', kind: 'count' });
    expect(good(BASE).metrics['requests']).toBeUndefined();
  });

  it('merges defaults < service < environment < service in environment, key by key', () => {
    const config = good(`version: 1
defaults:
  service: { platform: { type: local, run: a, port: 1 }, strategy: canary, keep: 1, env: [A, B] }
services:
  web:
    platform: { port: 2 }
    keep: 2
    environments:
      production: { platform: { ready: /up }, strategy: all-at-once, env: [C] }
environments:
  staging: { strategy: blue-green }
  production: { strategy: gradual, url: "https://shop.example.com" }
`);
    const [base, staging, production] = [
      config.services['web'],
      serviceIn(config, 'web', 'staging'),
      serviceIn(config, 'web', 'production'),
    ];
    expect(base).toMatchObject({ strategy: 'canary', keep: 2, env: ['A', 'B'] });
    expect(staging).toMatchObject({ strategy: 'blue-green', keep: 2 });
    expect(production).toMatchObject({ strategy: 'all-at-once', url: 'https://shop.example.com', env: ['C'] });
    expect(production?.platform.options).toEqual({ run: 'a', port: 2, ready: '/up', env: ['C'] });
  });

  it('lets another platform type replace the default one with all its keys', () => {
    const config = good(`version: 1
defaults: { service: { platform: { type: local, run: a, port: 1 } } }
services: { web: { deploy: ./deploy }, api: {} }
`);
    expect(config.services['web']?.platform).toMatchObject({ type: 'command', options: { deploy: './deploy' } });
    expect(config.services['api']?.platform.type).toBe('local');
  });

  it('R-511 keeps naming rules for flags', () => {
    const config = good(`${BASE}flags: { names: '^(feature|canary|experiment|rollback)\\.', unused-after: 14d }\n`);
    expect(new RegExp(config.flags.names ?? '').test('feature.new-dashboard')).toBe(true);
    expect(config.flags.cacheFor).toBe(5 * MINUTE);
  });

  it('has one digest for one meaning, whatever the spelling, and another for another', () => {
    const digest = good(BASE).digest;
    expect(good(`# a comment\n${BASE}`).digest).toBe(digest);
    expect(good(`${BASE}rollback: { automatic: true }\n`).digest).toBe(digest);
    expect(good(`${BASE}rollback: { automatic: false }\n`).digest).not.toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
  });

  it('finds nothing under a name that only JavaScript knows', () => {
    const config = good(BASE);
    expect(config.services['constructor']).toBeUndefined();
    expect(config.environments['toString']).toBeUndefined();
    expect(serviceIn(config, 'constructor', 'production')).toBeUndefined();
  });

  it('lists the secrets it names, each with its place', () => {
    const decoded = decode(`${BASE}notify: [{ channel: slack, to: "#deploys", token: $SLACK_BOT_TOKEN }]\n`);
    expect(decoded.ok && decoded.secrets).toEqual([
      { name: 'SLACK_BOT_TOKEN', path: 'notify[0].token', place: { line: 15, column: 51, endColumn: 67 } },
    ]);
  });

  it('writes the options of a list of stages with judges of their own', () => {
    const config = good(`${BASE}strategies:
  mine:
    stages:
      - { name: some, weight: 0.5%, bake: 90s, interval: 10s, shift: { over: 10m, every: 1m } }
      - { name: all, weight: 100%, judges: [{ metric: latency.p99, compare: stable, tolerance: 50ms }] }
`);
    expect(config.strategies['mine']?.stages).toMatchObject([
      { weight: 500, bake: 90_000, interval: 10_000, shift: { over: 10 * MINUTE, every: MINUTE } },
      { judges: [{ metric: 'latency', read: 'p99', rule: { type: 'compare', tolerance: 0.05 } }] },
    ]);
  });
});
