import { describe, expect, it } from 'vitest';
import type { Operation, Rollout } from '../../../src/core/model/rollout.ts';
import { DAY, HOUR, MINUTE, toMilliseconds } from '../../../src/core/model/time.ts';
import type { Input } from '../../../src/core/rollout/input.ts';
import { perform } from '../../../src/engine/perform.ts';
import { alice, at, ms, operationOf, rolloutOf } from '../../support/rollout.ts';
import { configOf } from '../../support/world/config.ts';
import { tickOn, world } from '../../support/world/world.ts';
import { after, codeOf, seen } from './given.ts';

const command = { run: './db', timeout: MINUTE, env: [], allowFailure: false };
const before = ['test', 'migrations: apply', 'migrations: check'].map((name) => ({ ...command, name }));
const revert = [{ ...command, name: 'migrations: revert' }];

/** A rollout whose run before the deploy has just begun. */
function migrating(plan: Partial<Rollout['plan']> = {}): Rollout {
  const one = rolloutOf();
  return seen({ ...one, plan: { ...one.plan, before, revert, ...plan } }, {});
}

const say = (verb: 'cancel' | 'rollback'): Input => ({ type: 'command', command: { verb }, by: alice });

function last(rollout: Rollout): Operation {
  const operation = rollout.operations.at(-1);
  if (!operation) throw new Error('no operation');
  return operation;
}

/** What came of the last operation, told by its performer. */
function told(rollout: Rollout, passed: number, state: 'done' | 'failed' = 'done'): Rollout {
  const { id } = last(rollout);
  return after(rollout, { type: 'operation', id, attempt: 1, result: { state, passed, detail: state } });
}

describe('what ran before a deploy that never began', () => {
  it.each(['cancel', 'rollback'] as const)('R-119 %s waits for its end, then takes its migrations back', (verb) => {
    const running = migrating();
    const back = after(running, say(verb));
    expect(back.phase).toBe('rolling-back');
    expect(seen(back, {}).phase).toBe('rolling-back');
    const reverting = told(back, 3);
    expect(last(reverting)).toMatchObject({ kind: 'run', purpose: 'revert', checks: revert, state: 'running' });
    expect(after(reverting, say('cancel'))).toBe(reverting);
    expect(told(reverting, 1)).toMatchObject({ phase: 'cancelled' });
  });

  it('R-119 takes nothing back that was not applied', () => {
    const running = migrating();
    const back = after(running, say('cancel'));
    for (const passed of [0, 1]) expect(told(back, passed, 'failed').phase).toBe('cancelled');
    expect(last(told(back, 2, 'failed')).purpose).toBe('revert');
  });

  it('R-119 takes migrations back by itself when the check after them fails, and not when they fail themselves', () => {
    const running = migrating();
    expect(last(told(running, 2, 'failed'))).toMatchObject({ purpose: 'revert' });
    expect(told(running, 1, 'failed')).toMatchObject({ phase: 'cancelled' });
    expect(told(running, 3).phase).toBe('deploying');
  });

  it('calls a person where taking back fails: retry tries it again', () => {
    const running = migrating();
    const reverting = told(after(running, say('cancel')), 3);
    const failed = told(reverting, 0, 'failed');
    expect(failed.phase).toBe('failed');
    const later = ms('11:00:00');
    const again = after(failed, { type: 'command', command: { verb: 'retry' }, by: alice }, { now: later });
    const second = last(seen(again, {}, { now: later + MINUTE }));
    expect(second).toMatchObject({ purpose: 'revert', state: 'running' });
    expect(second.id).not.toBe(last(reverting).id);
  });

  it('law 2 never reverts twice unasked: what a dead performer left half done is for a person', async () => {
    const { wiring } = world({ config: configOf() }).runner('one');
    const claim = { by: 'one', attempt: 2, since: at('10:30:00'), until: at('10:50:00') };
    const operation = operationOf({
      id: 'o/2',
      kind: 'run',
      purpose: 'revert',
      state: 'running',
      checks: revert,
      claim,
    });
    const { signal } = new AbortController();
    const result = await perform({ wiring, rollout: migrating(), operation, signal });
    expect(result).toMatchObject({ state: 'failed', detail: expect.stringContaining('interrupted') });
  });

  it('waits for nothing where it only asks, or has not begun', () => {
    const asking = [{ name: 'up', get: '/', timeout: MINUTE, env: [], allowFailure: false }];
    expect(after(migrating({ before: asking }), say('cancel')).phase).toBe('cancelled');
    const one = rolloutOf();
    const pending = seen({ ...one, plan: { ...one.plan, before, revert } }, {}, { performer: null });
    expect(after(pending, say('cancel')).phase).toBe('cancelled');
  });

  it('says so where nobody knows how far the migrations came', () => {
    const running = migrating();
    const back = after(running, say('cancel'));
    const lost = after(back, { type: 'operation', id: last(running).id, attempt: 1, result: { state: 'failed' } });
    expect(lost).toMatchObject({ phase: 'cancelled', outcome: expect.stringContaining('migrations') });
  });

  it('R-119 the commands come from the configuration: a backup first, then the way back, once', async () => {
    const migrations = 'migrations: { apply: ./up, check: ./verify, backup: ./dump, revert: ./down }';
    const w = world({ config: configOf({ service: migrations }) });
    const runner = w.runner('one');
    await w.live('1.3.2');
    w.badChecks.add('migrations: check');
    await w.run('deploy web@1.4.0');
    expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
    const [ended] = w.ended();
    expect(ended?.phase).toBe('cancelled');
    expect(ended?.operations.map(({ purpose, state }) => [purpose, state])).toEqual([
      ['before', 'failed'],
      ['revert', 'done'],
    ]);
    expect(ended?.operations[1]?.checks?.map(({ run }) => run)).toEqual(['./dump', './down']);
    expect(w.place().active).toBeUndefined();
  });
});

describe('a way back', () => {
  it('R-904 that waits for an effect which never ends fails at the deadline: a person may resolve or retry it', () => {
    const one = rolloutOf();
    const deploying = seen({ ...one, plan: { ...one.plan, before: [] } }, {});
    const { id } = last(deploying);
    const running = { type: 'operation', id, attempt: 1, result: { state: 'running', ref: 'job/1' } } as const;
    const back = after(after(deploying, running), say('rollback'));
    const began = toMilliseconds(back.phaseSince);
    const silent = { operations: { [id]: { state: 'unknown' } } } as const;
    expect(seen(back, silent, { now: began + DAY - 1 }).phase).toBe('rolling-back');
    const failed = seen(back, silent, { now: began + DAY });
    expect(failed).toMatchObject({ phase: 'failed', outcome: expect.stringContaining('deadline') });
    for (const command of [{ verb: 'resolve', how: 'back' }, { verb: 'retry' }] as const)
      expect(codeOf(failed, { type: 'command', command, by: alice }), command.verb).toBe('done');
  });
});
