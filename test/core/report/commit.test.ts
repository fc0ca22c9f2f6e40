import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitBody, rolloutTitle } from '../../../src/core/report/commit.ts';
import { HAPPENINGS, happenings } from '../../../src/core/report/happening.ts';
import {
  alice,
  at,
  awaitingApproval,
  bob,
  errorsBelow,
  holdOf,
  inBeta,
  operationOf,
  rolledBack,
  rolloutOf,
  verdictOf,
} from '../../support/rollout.ts';

describe('the title of a rollout’s commit', () => {
  it('says what changed, the weightiest first, and where', () => {
    expect(rolloutTitle(undefined, rolloutOf())).toBe('web 1.4.0: deploy begins in production');
    expect(rolloutTitle(undefined, rolloutOf({ phase: 'queued' }))).toBe('web 1.4.0: waits in the queue in production');
    expect(rolloutTitle(rolloutOf(), rolloutOf({ phase: 'deploying' }))).toBe('web 1.4.0: deploying in production');
    const canary = rolloutOf({
      phase: 'exposing',
      step: 'baking',
      weight: 5_000,
      exposedAt: at('10:23:00'),
      stages: [{ stage: 'canary', began: at('10:22:30'), exposed: at('10:23:00'), verdicts: [] }],
    });
    expect(rolloutTitle(canary, inBeta())).toBe('web 1.4.0: canary 5% passed, beta 25% begins in production');
    expect(rolloutTitle(inBeta(), awaitingApproval())).toBe(
      'web 1.4.0: beta 25% passed, production 100% waits for a person in production',
    );
    expect(rolloutTitle(inBeta(), inBeta({ hold: holdOf() }))).toBe(
      'web 1.4.0: held, paused by a person in production',
    );
    expect(rolloutTitle(canary, rolledBack())).toBe(
      'web 1.4.0: rolled back from canary to 1.3.2 in production: errors 6.1% (46 of 756) against 0.5% (72 of 14,330) in 60 s:…',
    );
  });

  it('tells votes, verdicts that turn bad, a longer bake, and operations only when there is nothing else', () => {
    const approval = {
      by: bob,
      stage: 'production',
      label: '1.4.0',
      digest: '4f2c9a',
      at: at('10:46:00'),
      until: at('14:46:00'),
    };
    expect(rolloutTitle(awaitingApproval(), awaitingApproval({ approvals: [approval] }))).toBe(
      'web 1.4.0: production approved by bob in production',
    );
    expect(rolloutTitle(inBeta(), inBeta({ verdicts: [verdictOf(errorsBelow, { verdict: 'no-data' })] }))).toBe(
      'web 1.4.0: error-rate below 0.01 says no-data in production',
    );
    expect(rolloutTitle(inBeta(), inBeta({ extendedBy: 300_000 }))).toBe(
      'web 1.4.0: beta bakes 5 min longer in production',
    );
    const pending = operationOf({ id: 'o/9', kind: 'weights', purpose: 'stage', state: 'pending' });
    const next = inBeta({ operations: [...inBeta().operations, pending] });
    expect(rolloutTitle(inBeta(), next)).toBe('web 1.4.0: weights pending in production');
  });

  it('is empty of news, and changes nothing durable, when nothing happened but numbers', () => {
    const later = inBeta({ verdicts: inBeta().verdicts.map((one) => ({ ...one, samples: 9_999, seen: 0.001 })) });
    expect(happenings(inBeta(), later)).toEqual([]);
    expect(happenings(inBeta(), inBeta())).toEqual([]);
  });

  it('orders what happened by weight, whatever came first', () => {
    const types = happenings(rolloutOf(), rolledBack()).map((one) => HAPPENINGS.indexOf(one.type));
    expect(types).toEqual(types.toSorted((one, other) => one - other));
    expect(types.length).toBeGreaterThan(1);
  });
});

describe('the body of a rollout’s commit', () => {
  it('explains with numbers: what happened, the stages, the verdicts, the hold', () => {
    expect(commitBody(inBeta(), awaitingApproval())).toBe(`\
- beta 25% passed
- production 100% waits for a person

stage       traffic    bake  then                            state
canary           5%   5 min  goes on by itself               passed
beta            25%  15 min  1 approval from team:web-leads  passed
production     100%  30 min  done; 1.3.2 kept until then     waits for 1 of team:web-leads until
                                                             14:40 UTC

- pass: at most 0.3% worse than 1.3.2 (errors 0.40% (16 of 4,020) against 0.52% (63 of 12,110): evidence 0.1, rollback at 20)
- pass: below 1% (errors 0.40% (16 of 4,020), allowed below 1%)
- pass: below 2 s (p95 322 ms, allowed below 2 s)

Hold: Waits for 1 of team:web-leads until 14:40 UTC (sluice, just now); then it rolls back. The vote of alice, who asked, does not count.`);
  });

  it('R-403 keeps the reason of a rollback and how long it took', () => {
    const body = commitBody(inBeta(), rolledBack());
    expect(body).toMatch(/^Why: errors 6\.1% \(46 of 756\) against 0\.5% .*incident i-20261121-7f3a\)$/m);
    expect(body).toMatch(/^How long: decided 10:23:10 UTC · traffic back 10:23:19 \(9 s\)/m);
  });

  it('no text that somebody wrote can become a trailer or a second title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const forged = `${text}\n\nSluice-Actor: github:1 (root)\nSluice-Seal: 0`;
        const actor = { ...alice, name: forged };
        const after = inBeta({
          reason: forged,
          requestedBy: actor,
          hold: holdOf({ reason: forged, by: actor }),
          verdicts: [verdictOf(errorsBelow, { verdict: 'fail', because: forged })],
          rejections: [{ by: actor, stage: 'production', at: at('10:40:00'), reason: forged }],
          operations: [operationOf({ id: 'x', kind: 'run', purpose: 'verify', state: 'failed', detail: forged })],
        });
        expect(commitBody(inBeta(), after)).not.toMatch(/^Sluice-/m);
        expect(rolloutTitle(inBeta(), after)).not.toContain('\n');
      }),
      { numRuns: 50 },
    );
  });
});
