import { expect, it } from 'vitest';
import { jobInTest } from './job.ts';

const BROKEN = `version: 1
services:
  web:
    deploy: ./deploy.sh
    strategie: canary
environments:
  production: { bake: soon }
`;

it('what is wrong in the configuration stands on its lines, one annotation each, and the outcome names the first', async () => {
  const job = await jobInTest({ '.github/sluice.yml': BROKEN });
  const step = await job.step('root', { inputs: { command: 'status' } });
  expect(step.result).toMatchObject({ ok: false, code: 'config-key-unknown' });
  expect(step.result.summary).toContain('.github/sluice.yml:5:5');
  expect(step.places[0]).toBe('.github/sluice.yml:5:5-14');
  expect(step.places).toHaveLength(step.errors.length);
  expect(step.places.length).toBeGreaterThan(1);
  expect(step.places.every((place) => /^\.github\/sluice\.yml:[57]:/.test(place))).toBe(true);
  expect(step.errors[0]).toMatch(/^config-key-unknown: .*strategie/);
});
