/** What a job's own steps came to, as the job says (`actions/report`). */
import { type Decision, type Outcome, refuse } from '../core/decision.ts';
import type { Operation, Rollout } from '../core/model/rollout.ts';
import type { State } from '../core/model/state.ts';
import { shortId } from '../core/rollout/changes.ts';
import type { Input } from '../core/rollout/input.ts';
import { mayStillLand, refOfRun } from '../core/rollout/operation.ts';
import { decideRolloutTick } from '../core/tick.ts';
import { askForStep } from './ask-forge.ts';
import { ofStep, withBasis } from './basis.ts';
import { commitDecision } from './commit.ts';
import { factsOf } from './facts.ts';
import { seenOf, storeNow } from './seen.ts';
import { settle } from './settle.ts';
import { reconciling } from './step.ts';
import type { HereRun, Wiring } from './wiring.ts';

export interface JobReport {
  /** The rollout's id. Where neither is named: what the run holds. */
  readonly rollout?: string;
  readonly operation?: string;
  readonly result: { readonly state: 'done' | 'failed'; readonly url?: string; readonly detail?: string };
  /** The run that says so. */
  readonly run: Pick<HereRun, 'id' | 'attempt'>;
}

/**
 * Records the result and takes the rollout's next step, in one commit. Only the run that has the operation may say what came of it;
 * twice changes nothing. Of a superseded operation the result is recorded and moves nothing up: the next step removes what it made.
 * `details`: rollout, operation, phase, superseded. Rejects with a StoreError.
 */
export async function reportOperation(wiring: Wiring, report: JobReport): Promise<Outcome> {
  const { store, clock, random } = wiring;
  const about = report.operation ?? report.rollout ?? refOfRun(report.run);
  const request = `report-${refOfRun(report.run)}-${about}-${report.result.state}`;
  const { decision } = await commitDecision({
    store,
    needs: ['rollouts/', 'services/', 'environments/'],
    asking: reconciling({ now: clock.now(), request, about: report.rollout ?? about }),
    clock,
    random,
    settle: () => settle(wiring),
    decide: async (snapshot) => {
      const seen = await seenOf(wiring, snapshot);
      const now = storeNow(seen, wiring);
      const held = heldBy(seen.state, report);
      if ('outcome' in held) return held;
      const asked = await askForStep(wiring, held.rollout, now);
      const facts = factsOf(wiring, { now, clockOff: seen.clockOff, ...asked });
      const decided = recorded(seen.state, { held, report, facts });
      const input = inputOf(held, report);
      return withBasis(decided, {
        wiring,
        now,
        observed: ofStep({ facts, rollout: held.rollout, input, alone: false }),
      });
    },
  });
  return decision.outcome;
}

interface Held {
  readonly rollout: Rollout;
  readonly operation: Operation;
}

function heldBy({ rollouts }: State, { rollout: id, operation: name, run }: JobReport): Held | Decision {
  const ref = refOfRun(run);
  const mine = [...rollouts.values()].filter((one) => id === undefined || one.id === id);
  const found = mine.flatMap((rollout) =>
    rollout.operations
      .filter((one) => (name === undefined ? one.ref === ref : one.id === name))
      .map((operation) => ({ rollout, operation })),
  );
  const held = found.findLast(({ operation }) => mayStillLand(operation)) ?? found.at(-1);
  if (!held) {
    const what = name ?? id ?? 'nothing';
    return id !== undefined && mine.length === 0
      ? refuse('rollout-ended', `${id} is no rollout on its way: what run ${run.id} did is of no rollout any more`)
      : refuse(
          'target-unknown',
          `run ${run.id} (attempt ${run.attempt}) has no operation to report: ${what} is not in its hands`,
        );
  }
  if (held.operation.ref === ref) return held;
  const { ref: other = 'nobody', id: operation } = held.operation;
  return refuse(
    'not-permitted',
    `${operation} is in the hands of ${other}, not of ${ref}: only that run says what came of it`,
  );
}

function inputOf({ operation }: Held, { result }: JobReport): Input {
  return { type: 'operation', id: operation.id, attempt: operation.claim?.attempt ?? 1, result };
}

interface Recording {
  readonly held: Held;
  readonly report: JobReport;
  readonly facts: Parameters<typeof decideRolloutTick>[0]['facts'];
}

function recorded(state: State, { held, report, facts }: Recording): Decision {
  const { rollout, operation } = held;
  const superseded = operation.state === 'void';
  const details = { rollout: rollout.id, operation: operation.id, phase: rollout.phase, superseded };
  if (!mayStillLand(operation)) {
    const summary = `${shortId(rollout)}: ${operation.id} had ended before: ${operation.state}`;
    return { changes: [], outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details } };
  }
  const decision = decideRolloutTick({ state, id: rollout.id, input: inputOf(held, report), facts, checkpoint: false });
  if (!decision.outcome.ok || !decision.message) return decision;
  const late = superseded ? `; it was superseded, so what it made is taken away` : '';
  const { outcome } = decision;
  const after = decision.changes
    .map(({ document }) => document)
    .find((one): one is Rollout => one !== null && 'phase' in one);
  return {
    ...decision,
    outcome: {
      ...outcome,
      summary: `${outcome.summary}${late}`,
      details: { ...details, phase: after?.phase ?? rollout.phase },
    },
  };
}
