import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maySetUp, prerequisites, type SetupFacts } from '../../../src/core/config/prerequisites.ts';
import { isStarterName, type StarterAnswers, starterConfig } from '../../../src/core/config/starter.ts';
import { planFor } from '../../../src/core/rollout/plan.ts';
import { STRATEGY_PRESETS } from '../../../src/core/rollout/presets.ts';
import { decode, good, warnings } from './decoding.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,6})?$/).filter(isStarterName);
const text = fc.oneof(
  fc.constantFrom('./scripts/deploy.sh', 'npm start', 'echo "a: b" # c', "x 'y' $Z", '- a', '@x', '%y', 'no', '*'),
  fc.string({ minLength: 1, maxLength: 20 }).filter((s) => s.trim() !== ''),
);
const platform: fc.Arbitrary<StarterAnswers['platform']> = fc.oneof(
  fc.record(
    { type: fc.constant('command' as const), deploy: text, setTraffic: text },
    { requiredKeys: ['type', 'deploy'] },
  ),
  fc.record({ type: fc.constant('local' as const), run: text, port: fc.integer({ min: 0, max: 65_535 }) }),
);
const answers: fc.Arbitrary<StarterAnswers> = fc.record(
  {
    service: name,
    platform,
    url: fc.webUrl({ validSchemes: ['http', 'https'] }),
    healthPath: fc.webPath().map((path) => `/${path.replace(/^\/+/, '')}`),
    environments: fc.uniqueArray(name, { maxLength: 3 }),
    strategy: fc.constantFrom(...STRATEGY_PRESETS.map((preset) => preset.name)),
    approvals: fc.array(fc.constantFrom('team:web-leads', 'user:alice', 'role:maintain'), { maxLength: 2 }),
    triggers: fc.boolean(),
  },
  { requiredKeys: ['service', 'platform', 'environments', 'strategy', 'approvals'] },
);

describe('starterConfig', () => {
  it('R-708 is valid for our own decoder, and plans a deploy in every environment, whatever was answered', () => {
    fc.assert(
      fc.property(answers, (given) => {
        const written = starterConfig(given);
        const decoded = decode(written);
        expect(decoded.ok ? [] : decoded.problems, written).toEqual([]);
        if (!decoded.ok) return;
        for (const environment of Object.keys(decoded.config.environments)) {
          const planned = planFor({ config: decoded.config, service: given.service, environment, kind: 'deploy' });
          expect(planned.ok || planned.summary).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('R-708 says in the text what was answered', () => {
    const config = good(
      starterConfig({
        service: 'web',
        platform: { type: 'local', run: 'node server.js', port: 8080 },
        environments: ['staging', 'production'],
        strategy: 'canary-beta-production',
        approvals: ['team:web-leads'],
      }),
    );
    expect(config.services['web']).toMatchObject({
      strategy: 'canary-beta-production',
      platform: { type: 'local', options: { run: 'node server.js', port: 8080 } },
    });
    expect(config.environments['production']).toMatchObject({
      order: ['staging'],
      approvals: { from: ['team:web-leads'], count: 1 },
    });
    expect(config.environments['staging']?.approvals).toBeUndefined();
    expect(config.triggers.map((trigger) => trigger.name)).toContain('error-spike');
  });

  it('keeps a strategy with weights for the day there is a command that sets them', () => {
    const given: StarterAnswers = {
      service: 'web',
      platform: { type: 'command', deploy: './deploy' },
      environments: [],
      strategy: 'canary',
      approvals: [],
    };
    expect(good(starterConfig(given)).services['web']?.strategy).toBe('all-at-once');
    expect(starterConfig(given)).toContain('canary once there is a set-traffic command');
    expect(warnings(starterConfig(given))).toEqual([]);
  });
});

describe('prerequisites', () => {
  const facts: SetupFacts = {
    git: '2.43.0',
    node: '24.1.0',
    branch: 'main',
    repository: 'acme/shop',
    hasCommits: true,
    config: 'none',
  };

  it('R-708 all is well where all is there', () => {
    expect(prerequisites(facts).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(maySetUp(prerequisites(facts))).toBe(true);
  });

  it.each([
    ['git', { git: '2.20.1' }],
    ['Node', { node: '18.20.0' }],
    ['kubectl', { missing: ['kubectl'] }],
  ])('R-708 %s that is missing or too old stops it, with a remedy', (what, change) => {
    const rows = prerequisites({ ...facts, ...change });
    expect(rows.find((row) => row.name === what)).toMatchObject({ state: 'missing', remedy: expect.any(String) });
    expect(maySetUp(rows)).toBe(false);
  });

  it('R-708 works without a forge, and says what is missing then', () => {
    const { repository: _, ...alone } = facts;
    const rows = prerequisites(alone);
    expect(rows.find((row) => row.name === 'GitHub')?.state).toBe('warning');
    expect(maySetUp(rows)).toBe(true);
  });
});
