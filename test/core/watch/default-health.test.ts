import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/adapters/config-yaml/load.ts';
import { defaultHealth } from '../../../src/core/watch/default-health.ts';
import { triggerQuestions } from '../../../src/core/watch/question.ts';
import { NOW, place } from './given.ts';

const SERVICES = `version: 1
analysis: none
services:
  web:
    deploy: ./web
    url: https://shop.example.com
    health:
      - { name: page, get: /, failures: 2 }
      - { name: cart, get: /cart, failures: 2 }
  api:
    deploy: ./api
    url: https://api.example.com
    health:
      - { name: live, get: /live, failures: 5 }
      - { name: ready, get: /ready, failures: 20 }
  worker:
    deploy: ./worker
    checks: [{ name: lint, run: "true" }]
`;

function rules(more = ''): readonly (readonly unknown[])[] {
  const decoded = decodeText(SERVICES + more);
  if (!decoded.ok) throw new Error(decoded.problems[0]?.message);
  return defaultHealth(decoded.config).map((one) =>
    one.kind === 'health' ? [one.name, one.of?.service, one.probe, one.failures] : [],
  );
}

describe('the rule that services are watched by anyway', () => {
  it('R-307 each service has its own, with its own number of failures', () => {
    expect(rules()).toEqual([
      ['health', 'web', 'any', 2],
      ['health-live', 'api', 'live', 5],
      ['health-ready', 'api', 'ready', 20],
    ]);
  });

  it('a trigger for one probe takes that probe alone; one for any takes all', () => {
    expect(rules('triggers: { slow: { health: ready, then: notify } }\n')).toEqual([
      ['health', 'web', 'any', 2],
      ['health-live', 'api', 'live', 5],
    ]);
    expect(rules('triggers: { all: { health: any, then: rollback } }\n')).toEqual([]);
  });

  it('asks a service about its own probes only', () => {
    const decoded = decodeText(SERVICES);
    if (!decoded.ok) throw new Error('invalid');
    const places = [place(), place({ service: 'api' }), place({ service: 'worker' })];
    const asked = triggerQuestions(defaultHealth(decoded.config), { places, rollouts: [], metrics: {}, now: NOW });
    expect(asked.map(({ trigger, watched }) => [trigger, watched?.service])).toEqual([
      ['health', 'web'],
      ['health-live', 'api'],
      ['health-ready', 'api'],
    ]);
  });
});
