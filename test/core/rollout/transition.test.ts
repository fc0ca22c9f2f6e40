import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Phase, PHASES, Rollout } from '../../../src/core/model/rollout.ts';
import { MINUTE } from '../../../src/core/model/time.ts';
import { durablyChanged } from '../../../src/core/rollout/durable.ts';
import type { Input, Observation, RolloutCommand } from '../../../src/core/rollout/input.ts';
import { transition } from '../../../src/core/rollout/transition.ts';
import {
  alice,
  at,
  bob,
  errorsBelow,
  evidenceOf,
  holdOf,
  inBeta,
  ms,
  operationOf,
  rolloutOf,
  verdictOf,
} from '../../support/rollout.ts';
import { after, circumstancesOf, codeOf, seen } from './given.ts';

/** The table of rollouts.md section 1, and `cancelled` where nobody had anything yet. */
const LEADS: Readonly<Record<Phase, readonly Phase[]>> = {
  queued: ['preparing', 'cancelled'],
  preparing: ['deploying', 'exposing', 'cancelled', 'rolling-back'],
  deploying: ['validating', 'rolling-back'],
  validating: ['exposing', 'rolling-back'],
  exposing: ['provisional', 'rolling-back', 'completed', 'rolled-back', 'failed'],
  provisional: ['completed', 'rolling-back', 'failed', 'rolled-back'],
  'rolling-back': ['rolled-back', 'cancelled', 'failed'],
  failed: ['rolling-back', 'rolled-back', 'completed'],
  completed: [],
  'rolled-back': [],
  cancelled: [],
};

const say = (command: RolloutCommand, by = bob): Input => ({ type: 'command', command, by });
const deployed = operationOf({ id: 'o/1', kind: 'deploy', purpose: 'deploy', label: '1.4.0' });

/** One of each phase, as it may stand there. */
const STANDING: Readonly<Partial<Record<Phase, Rollout>>> = {
  queued: rolloutOf({ phase: 'queued' }),
  preparing: rolloutOf(),
  deploying: rolloutOf({ phase: 'deploying', operations: [{ ...deployed, state: 'running' }] }),
  validating: rolloutOf({ phase: 'validating', operations: [deployed] }),
  exposing: inBeta(),
  provisional: inBeta({ phase: 'provisional', stage: 2, weight: 100_000, phaseSince: at('10:39:00') }),
  failed: inBeta({ phase: 'failed' }),
  completed: rolloutOf({ phase: 'completed' }),
  'rolled-back': rolloutOf({ phase: 'rolled-back' }),
  cancelled: rolloutOf({ phase: 'cancelled' }),
};

const verbs: fc.Arbitrary<RolloutCommand> = fc.constantFrom<RolloutCommand>(
  { verb: 'promote' },
  { verb: 'promote', full: true },
  { verb: 'pause', for: 5 * MINUTE },
  { verb: 'resume' },
  { verb: 'reduce' },
  { verb: 'approve' },
  { verb: 'reject' },
  { verb: 'cancel' },
  { verb: 'rollback' },
  { verb: 'rollback', gradual: true },
  { verb: 'retry' },
  { verb: 'resolve', how: 'live' },
  { verb: 'resolve', how: 'back' },
);
const word = fc.constantFrom('pass' as const, 'fail' as const, 'undecided' as const, 'no-data' as const);
const observations: fc.Arbitrary<Observation> = fc.record(
  {
    verdicts: word.map((verdict) => [verdictOf(errorsBelow, { verdict })]),
    stableHealthy: fc.boolean(),
    fired: fc
      .constantFrom('rollback' as const, 'reduce' as const, 'pause' as const)
      .map((action) => [{ trigger: 'errors', action, because: 'errors 9 %' }]),
  },
  { requiredKeys: [] },
);
const inputs: fc.Arbitrary<Input> = fc.oneof(
  verbs.map((command) => say(command)),
  observations.map((observation): Input => ({ type: 'observed', observation })),
  fc.constant<Input>({ type: 'time' }),
);

describe('the machine', () => {
  it('leads from each phase only where the table says, whatever it is told', () => {
    const cases = fc.array(fc.tuple(inputs, fc.integer({ min: 0, max: 40 * MINUTE }), fc.boolean()), { maxLength: 25 });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(STANDING)), cases, (start, told) => {
        let rollout = start;
        let now = ms('10:40:00');
        for (const [input, passed, done] of told) {
          now += passed;
          const moved = transition(rollout, input, circumstancesOf({ now }));
          if (!moved.ok) continue;
          const next = done ? settled(moved.rollout, now) : moved.rollout;
          if (moved.rollout.phase !== rollout.phase) expect(LEADS[rollout.phase]).toContain(moved.rollout.phase);
          expect(Rollout.safeParse(next).success).toBe(true);
          rollout = next;
        }
      }),
    );
  });

  it('law 1 says nothing new when it is shown the same again at the same time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(STANDING)), observations, (start, observation) => {
        let rollout = start;
        for (let step = 0; step < 20; step++) rollout = settled(seen(rollout, observation), ms('10:40:00'));
        const once = seen(rollout, observation);
        expect(durablyChanged(once, seen(once, observation))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('law 5 takes back whatever has begun, with every gate closed and nothing certain', () => {
    const closed = ['order', 'lock', 'freeze', 'checks', 'compatibility', 'approval'] as const;
    const gates = closed.map((gate) => ({ gate, answer: 'no' as const, detail: 'no' }));
    const uncertain = { code: 'clock-off', summary: 'off' } as const;
    for (const phase of ['deploying', 'validating', 'exposing', 'provisional', 'failed'] as const) {
      const rollout = STANDING[phase];
      if (!rollout) throw new Error(phase);
      const held = { ...rollout, hold: holdOf({ kind: 'approval' }) };
      const back = after(held, say({ verb: 'rollback' }), { gates, uncertain, mayGoUpAlone: false });
      expect(back.phase, phase).toBe('rolling-back');
      expect(back.hold).toBeUndefined();
    }
  });

  it('refuses everything of what has ended', () => {
    for (const phase of ['completed', 'rolled-back', 'cancelled'] as const) {
      expect(codeOf(rolloutOf({ phase }), say({ verb: 'rollback' })), phase).toBe('rollout-ended');
    }
  });

  it('R-903 refuses of a failed one everything but rollback, retry and resolve', () => {
    const failed = inBeta({ phase: 'failed' });
    const refused = (['promote', 'pause', 'resume', 'reduce', 'approve', 'reject', 'cancel'] as const).map((verb) =>
      codeOf(failed, say({ verb })),
    );
    expect(new Set(refused)).toEqual(new Set(['needs-a-person']));
    expect(codeOf(failed, say({ verb: 'rollback' }))).toBe('done');
  });

  it('covers every phase there is', () => {
    expect(Object.keys(LEADS).toSorted()).toEqual([...PHASES].toSorted());
  });
});

/** What is under way has ended well. */
function settled(rollout: Rollout, now: number): Rollout {
  const ended = new Date(now).toISOString();
  const operations = rollout.operations.map((one) =>
    one.state === 'running' || one.state === 'pending' ? { ...one, state: 'done' as const, ended } : one,
  );
  return { ...rollout, operations };
}

describe('bakes', () => {
  const passing: Observation = { verdicts: [verdictOf(errorsBelow)] };

  it('a pause stops the clock of the bake, and resuming goes on where it stopped', () => {
    const paused = after(inBeta({ verdicts: [] }), say({ verb: 'pause' }), { now: ms('10:34:30') });
    const resumed = after(paused, say({ verb: 'resume' }), { now: ms('10:54:30') });
    expect(resumed.pausedFor).toBe(20 * MINUTE);
    const baking = {
      ...resumed,
      plan: { ...resumed.plan, stages: resumed.plan.stages.map((one) => ({ ...one, promote: 'auto' as const })) },
    };
    expect(seen(baking, passing, { now: ms('11:04:00') }).stage).toBe(1);
    expect(seen(baking, passing, { now: ms('11:05:31') }).stage).toBe(2);
  });

  it('an approval that is waited for does not stop it', () => {
    const waiting = inBeta({ hold: holdOf({ kind: 'approval' }) });
    expect(waiting.pausedAt).toBeUndefined();
    expect(seen(waiting, {}, { now: ms('10:50:00') }).pausedFor).toBe(0);
  });

  it('R-904 a pause for a time resumes by itself', () => {
    const paused = after(inBeta(), say({ verb: 'pause', for: 5 * MINUTE }), { now: ms('10:34:30') });
    expect(seen(paused, {}, { now: ms('10:39:00') }).hold?.kind).toBe('paused');
    expect(seen(paused, {}, { now: ms('10:39:30') })).toMatchObject({ pausedFor: 5 * MINUTE });
    expect(seen(paused, {}, { now: ms('10:39:30') }).hold).toBeUndefined();
  });

  it('undecided is extended while there is room, then held', () => {
    const undecided: Observation = { verdicts: [verdictOf(errorsBelow, { verdict: 'undecided' })] };
    const longer = seen(inBeta(), undecided, { now: ms('10:46:00') });
    expect(longer.extendedBy).toBe(15 * MINUTE);
    expect(seen(longer, undecided, { now: ms('11:01:00') }).hold?.kind).toBe('undecided');
  });

  it('no-data at the end is held, and goes on when the source speaks again', () => {
    const silent: Observation = { verdicts: [verdictOf(errorsBelow, { verdict: 'no-data' })] };
    const held = seen(inBeta(), silent, { now: ms('10:46:00') });
    expect(held.hold?.kind).toBe('no-data');
    expect(seen(held, passing, { now: ms('10:50:00') }).hold?.kind).toBe('approval');
  });

  it('evidence of another exposure than the one that bakes decides nothing', () => {
    const stale: Observation = {
      about: 'exposing canary 2026-11-21T10:22:10.000Z',
      verdicts: [verdictOf(errorsBelow, { verdict: 'fail' })],
    };
    expect(seen(inBeta({ verdicts: [] }), stale).phase).toBe('exposing');
  });

  it('a second look at another time with other numbers is nothing durable', () => {
    const other = {
      evidence: [evidenceOf(errorsBelow, { folded: 99 })],
      verdicts: [verdictOf(errorsBelow, { because: 'other' })],
    };
    const before = inBeta();
    const next = seen(before, other, { now: ms('10:41:00') });
    expect(next.evidence).toEqual(other.evidence);
    expect(durablyChanged(before, next)).toBe(false);
  });
});

describe('promote', () => {
  it('R-203 goes on, to a stage, or to the last one, and cuts the last bake short', () => {
    const canary = inBeta({ stage: 0, weight: 5_000 });
    expect(after(canary, say({ verb: 'promote' })).stage).toBe(1);
    expect(after(inBeta({ overrides: ['approval'] }), say({ verb: 'promote', full: true })).stage).toBe(2);
    expect(codeOf(canary, say({ verb: 'promote', to: 'moon' }))).toBe('stage-unknown');
    expect(codeOf(inBeta(), say({ verb: 'promote', to: 'canary' }))).toBe('phase-wrong');
    const last = inBeta({ stage: 2, weight: 100_000 });
    expect(after(last, say({ verb: 'promote', full: true })).phase).toBe('provisional');
    expect(after(last, say({ verb: 'promote' })).phase).toBe('provisional');
  });

  it('is refused by a closed gate, while the weights move, and while the clock is off', () => {
    const frozen = { gates: [{ gate: 'freeze', answer: 'wait', detail: 'frozen' }] } as const;
    expect(codeOf(inBeta(), say({ verb: 'promote' }), frozen)).toBe('frozen');
    expect(codeOf(inBeta({ step: 'shifting' }), say({ verb: 'promote' }))).toBe('phase-wrong');
    expect(codeOf(inBeta(), say({ verb: 'promote' }), { uncertain: { code: 'clock-off', summary: '' } })).toBe(
      'clock-off',
    );
    expect(codeOf(rolloutOf(), say({ verb: 'promote' }))).toBe('phase-wrong');
  });
});

describe('votes', () => {
  it('R-804 are bound to the plan, expire, and are taken back by a rejection', () => {
    const voted = after(inBeta(), say({ verb: 'approve' }));
    expect(voted.approvals[0]).toMatchObject({ stage: 'production', label: '1.4.0', digest: '4f2c9a' });
    expect(codeOf(voted, say({ verb: 'approve' }))).toBe('already-voted');
    expect(codeOf(voted, say({ verb: 'approve' }), { now: ms('10:40:00') + 5 * 60 * MINUTE })).toBe('done');
    expect(codeOf({ ...voted, plan: { ...voted.plan, digest: 'other' } }, say({ verb: 'approve' }))).toBe('done');
    expect(codeOf(inBeta(), say({ verb: 'approve' }, alice))).toBe('vote-not-counted');
    expect(codeOf(inBeta({ authors: [bob.id] }), say({ verb: 'approve' }))).toBe('vote-not-counted');
    const rejected = after(voted, { ...say({ verb: 'reject' }), reason: 'odd' } as Input);
    expect(rejected).toMatchObject({ approvals: [], hold: { kind: 'paused', reason: 'rejected: odd' } });
  });
});

describe('operations', () => {
  const claim = { by: 'other', attempt: 1, since: at('10:20:30'), until: at('10:40:30') };
  const running = rolloutOf({
    phase: 'deploying',
    phaseSince: at('10:20:30'),
    operations: [{ ...deployed, state: 'running', claim, since: at('10:20:30') }],
  });
  const result = { state: 'done' } as const;

  it('law 2 a dead claim is taken over once: the attempt that lives now is not', () => {
    const taken = seen(running, { dead: { 'o/1': 1 } });
    expect(taken.operations[0]?.claim).toMatchObject({ by: 'here', attempt: 2 });
    expect(seen(taken, { dead: { 'o/1': 1 } }).operations[0]?.claim).toMatchObject({ by: 'here', attempt: 2 });
  });

  it('a result of an attempt that was taken over changes nothing', () => {
    const taken = seen(running, { dead: { 'o/1': 1 } });
    expect(after(taken, { type: 'operation', id: 'o/1', attempt: 1, result }).phase).toBe('deploying');
    expect(after(taken, { type: 'operation', id: 'o/1', attempt: 2, result }).phase).toBe('validating');
  });

  it('a late result after going back is recorded, moves nothing up, and what it made is removed', () => {
    const back = after(running, say({ verb: 'rollback' }));
    expect(back.operations[0]?.state).toBe('void');
    expect(seen(back, {}).phase).toBe('rolling-back');
    const late = after(back, { type: 'operation', id: 'o/1', attempt: 1, result });
    expect(late.phase).toBe('rolling-back');
    expect(late.operations[0]).toMatchObject({ state: 'void', ended: at('10:40:00') });
    expect(late.operations.at(-1)).toMatchObject({ kind: 'remove', label: '1.4.0' });
  });

  it('nobody here has what it needs: it stays pending, and who has it claims it', () => {
    const begun = after(rolloutOf(), { type: 'time' }, { performer: null });
    expect(begun.operations[0]?.state).toBe('pending');
    expect(seen(begun, {}, { performer: { id: 'x', has: [], claimFor: 1 } }).operations[0]?.state).toBe('pending');
    expect(seen(begun, {}).operations[0]).toMatchObject({ state: 'running', claim: { by: 'here', attempt: 1 } });
  });

  it('each intent on the pair takes the next generation', () => {
    const begun = after(rolloutOf(), { type: 'time' }, { generation: 7 });
    expect(begun.operations[0]?.generation).toBe(8);
  });
});
