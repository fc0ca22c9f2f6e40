import { expect, it } from 'vitest';
import { evidenceOf } from '../../src/action/evidence.ts';
import type { RunContext } from '../../src/action/context.ts';
import type { Rollout } from '../../src/core/model/rollout.ts';

/** A rollout that waits at its first stage for the job of the second; `run`: one that Sluice started for it. */
function waiting(run?: string): Rollout {
  const wake =
    run === undefined ? {} : { wake: { by: 'x', since: '2026-01-01T00:00:00.000Z', tries: 1, sent: true, run } };
  const stages = [{ name: 'canary' }, { name: 'all', githubEnvironment: 'production' }];
  return {
    subject: { environment: 'production' },
    stage: 0,
    hold: { kind: 'job', ...wake },
    plan: { stages },
  } as never;
}

const asked = (event: string, env: Readonly<Record<string, string>> = {}) => ({
  env,
  context: { event, runId: '7' } as RunContext,
  log: () => undefined,
});

it('R-804 a run that was started by hand proves its GitHub environment, or begins no stage behind one', async () => {
  expect((await evidenceOf(asked('workflow_dispatch'), waiting(), 1)).is).toBe('denied');
  expect((await evidenceOf(asked('workflow_dispatch'), waiting('8'), 1)).is).toBe('denied');
  expect((await evidenceOf(asked('workflow_dispatch'), waiting('7'), 1)).is, 'Sluice started it').toBe('proved');
  expect((await evidenceOf(asked('push'), waiting(), 1)).is).toBe('believed');
});

it('R-804 a token that could be had and does not come proves nothing', async () => {
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
  expect((await evidenceOf(asked('push', env), waiting(), 1)).is).toBe('denied');
  expect((await evidenceOf(asked('workflow_dispatch', env), waiting('7'), 1)).is).toBe('denied');
});
