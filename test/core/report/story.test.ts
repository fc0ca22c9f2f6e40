import { expect, it } from 'vitest';
import type { JudgeSpec, Verdict } from '../../../src/core/model/metric.ts';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { rolloutTitle } from '../../../src/core/report/commit.ts';
import { notices } from '../../../src/core/report/notice.ts';
import { rolloutReport } from '../../../src/core/report/rollout.ts';
import { durablyChanged } from '../../../src/core/rollout/durable.ts';
import type { Circumstances, Input } from '../../../src/core/rollout/input.ts';
import { transition } from '../../../src/core/rollout/transition.ts';
import { renderPlain } from '../../../src/render/terminal.ts';
import { bob, ms, rolloutOf, stages, verdictOf } from '../../support/rollout.ts';

const performer = { id: 'job 17', has: ['platform:local'], claimFor: HOUR };

function circumstances(rollout: Rollout, now: number): Circumstances {
  const approved = rollout.approvals.length > 0;
  return {
    now,
    generation: 1,
    performer,
    platformNeeds: ['platform:local'],
    checkNeeds: [],
    instantBack: true,
    weighted: true,
    keepsOld: true,
    gates: [{ gate: 'approval', answer: approved || rollout.stage === 0 ? 'yes' : 'wait', detail: 'one of web-leads' }],
    mayGoBackAlone: true,
    mayGoUpAlone: true,
    pairTaken: false,
    pairLost: false,
    replaced: false,
    live: [],
    inUse: [],
  };
}

/** Judges speak while users see the candidate. */
function judgesOf(rollout: Rollout): readonly JudgeSpec[] {
  return rollout.phase === 'exposing' ? (stages[rollout.stage]?.judges ?? []) : [];
}

/** Ticks every minute; operations are done a tick after they began; judges say what they are told to; bob approves as soon as he is asked. */
function* play(
  until: number,
  saying: (rollout: Rollout) => Partial<Verdict> = () => ({}),
): Generator<readonly [Rollout, Rollout, number]> {
  let rollout = rolloutOf();
  for (let now = ms('10:20:00'); now < until; now += MINUTE) {
    const running = rollout.operations.find((one) => one.state === 'running');
    const inputs: readonly Input[] = [
      ...(running
        ? [
            {
              type: 'operation',
              id: running.id,
              attempt: running.claim?.attempt ?? 1,
              result: { state: 'done' },
            } as const,
          ]
        : []),
      {
        type: 'observed',
        observation: {
          verdicts: judgesOf(rollout).map((judge) => verdictOf(judge, saying(rollout))),
        },
      },
      ...(rollout.hold?.kind === 'approval'
        ? [{ type: 'command', command: { verb: 'approve' }, by: bob } as const]
        : []),
    ];
    for (const input of inputs) {
      const answer = transition(rollout, input, circumstances(rollout, now));
      if (!answer.ok) continue;
      if (durablyChanged(rollout, answer.rollout)) yield [rollout, answer.rollout, now];
      rollout = answer.rollout;
    }
    if (rollout.ended !== undefined) return;
  }
}

function eventsOf(steps: readonly (readonly [Rollout, Rollout, number])[]): readonly string[] {
  return steps.flatMap(([before, after, at]) =>
    notices(before, after, { revision: '3f9c2aa', at }).map((one) => one.event),
  );
}

it('the commits of an undisturbed rollout read as its story, and channels hear its turns', () => {
  const steps = [...play(ms('23:00:00'))];
  expect(steps.map(([before, after]) => rolloutTitle(before, after).replace('web 1.4.0: ', ''))).toEqual([
    'deploying in production',
    'validating in production',
    'canary 5% begins in production',
    'canary 5% bakes in production',
    'canary 5% passed, beta 25% begins in production',
    'beta 25% bakes in production',
    'production 100% waits for a person in production',
    'production approved by bob in production',
    'beta 25% passed, production 100% begins in production',
    'production 100% bakes in production',
    'production 100% passed, has all traffic and is still watched in production',
    'clean-up running in production',
    'completed in production',
  ]);
  expect(eventsOf(steps)).toEqual(['passed', 'waiting', 'passed', 'passed', 'completed']);
});

it('R-403 the commits of a rollout that a judge takes back say why, with the numbers it saw', () => {
  const bad = { verdict: 'fail', because: 'errors 6.1% (46 of 756), allowed below 1%' } as const;
  const steps = [...play(ms('23:00:00'), (rollout) => (rollout.step === 'baking' ? bad : {}))];
  const titles = steps.map(([before, after]) => rolloutTitle(before, after).replace('web 1.4.0: ', ''));
  const why = 'in production: errors 6.1% (46 of 756), allowed below 1%';
  expect(titles[4]).toBe(`rolling back from canary ${why}`);
  expect(titles.at(-1)).toBe(`rolled back from canary to 1.3.2 ${why}`);
  expect(eventsOf(steps)).toEqual(['failed', 'rolled-back']);
  const last = steps.at(-1)?.[1];
  expect(last && renderPlain(rolloutReport(last, ms('11:00:00')), 160)).toMatch(/^- Now: 1\.3\.2 has 100% again/m);
});
