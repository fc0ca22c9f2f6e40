import { describe, expect, it } from 'vitest';
import {
  aftermathOf,
  changedDeployments,
  deploymentsOf,
  isOfPair,
} from '../../../src/core/report/deployment-status.ts';
import { awaitingApproval, holdOf, inBeta, rolledBack, rolloutOf } from '../../support/rollout.ts';

/** Each stage has a GitHub environment of its name. */
function ownEnvironments(rollout: ReturnType<typeof rolloutOf>): ReturnType<typeof rolloutOf> {
  const stages = rollout.plan.stages.map((stage) => ({ ...stage, githubEnvironment: stage.name }));
  return { ...rollout, plan: { ...rollout.plan, stages } };
}

const statesOf = (rollout: ReturnType<typeof rolloutOf>): readonly string[] =>
  deploymentsOf(ownEnvironments(rollout)).map(({ environment, state }) => `${environment} ${state}`);

describe('deployments as a forge shows them', () => {
  it('R-704 reach as far as the stages did, each in the state users have there', () => {
    expect(statesOf(rolloutOf())).toEqual(['canary queued']);
    expect(statesOf(rolloutOf({ phase: 'deploying' }))).toEqual(['canary in_progress']);
    expect(statesOf(inBeta())).toEqual(['canary success', 'beta in_progress']);
    expect(statesOf(awaitingApproval())).toEqual(['canary success', 'beta success']);
    expect(statesOf(rolledBack())).toEqual(['canary failure']);
    expect(statesOf(inBeta({ phase: 'provisional' }))).toEqual(['canary success', 'beta success']);
    expect(statesOf(inBeta({ phase: 'failed', outcome: 'stuck' }))).toEqual(['canary error', 'beta error']);
  });

  it('are one where all stages share the environment, in progress until the last stage passed', () => {
    expect(deploymentsOf(inBeta())).toMatchObject([{ environment: 'production', state: 'in_progress' }]);
    expect(deploymentsOf(awaitingApproval())).toMatchObject([{ state: 'in_progress' }]);
  });

  it('are none of a flag, nor of weights set by hand', () => {
    expect(deploymentsOf(rolloutOf({ kind: 'traffic' }))).toEqual([]);
  });

  it('say it in at most 140 characters on one line', () => {
    const reason = `${'errors "$(rm)" `'.repeat(30)}\nand more`;
    const [said] = deploymentsOf(rolledBack({ goingBack: { ...rolledBack().goingBack!, reason } }));
    expect(said?.description.length).toBeLessThanOrEqual(140);
    expect(said?.description).not.toContain('\n');
  });

  it('cost nothing where what is shown stays the same', () => {
    const before = inBeta();
    expect(changedDeployments(before, { ...before, weight: 25_000, evidence: [] })).toEqual([]);
    expect(changedDeployments(before, { ...before, hold: holdOf() })).toHaveLength(1);
  });

  it('R-404 the version before serves again after a way back, and is replaced by one that is live', () => {
    expect(aftermathOf(inBeta(), rolledBack())).toMatchObject({ kind: 'serves-again', sha: '1a2b3c4'.padEnd(40, '0') });
    expect(aftermathOf(inBeta(), inBeta({ phase: 'provisional' }))).toMatchObject({ kind: 'replaced' });
    expect(aftermathOf(inBeta(), inBeta({ weight: 1 }))).toBeUndefined();
  });

  it("know their pair's other rollouts by id, and nobody else's", () => {
    const rollout = rolloutOf();
    expect(isOfPair('web-production-20261120-0a0b0c0d', rollout)).toBe(true);
    expect(isOfPair('web-production-eu-20261120-0a0b0c0d', rollout)).toBe(false);
    expect(isOfPair('my-web-production-20261120-0a0b0c0d', rollout)).toBe(false);
  });
});
