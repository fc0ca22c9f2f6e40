/** `actions/monitor`: looks, shows what is there, and fails where `fail-on` says so. Changes nothing. */
import type { Outcome } from '../../core/decision.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import type { State } from '../../core/model/state.ts';
import { findRollout } from '../../core/rollout/find.ts';
import { inspect, isInspection } from '../../engine/inspect.ts';
import { readMoving } from '../../engine/tick.ts';
import { ActionError } from '../failure.ts';
import { textOf } from '../inputs.ts';
import type { Answer } from '../proceed.ts';
import { carryOutCommand, openEngine, type Step } from '../step.ts';

export async function monitor(step: Step): Promise<Answer> {
  const { command } = step.inputs;
  if (!command) throw new ActionError('command-invalid', 'what to show? set the input `action`');
  const engine = await openEngine(step);
  try {
    const { wiring } = engine;
    const outcome = isInspection(command.name)
      ? (await inspect(wiring, command)).outcome
      : await carryOutCommand(step, engine, { command });
    const state = await readMoving(wiring);
    const target = typeof command.args['target'] === 'string' ? command.args['target'] : undefined;
    const found = findRollout(state, { target, environment: command.environment });
    const rollout = found.ok ? found.rollout : undefined;
    const failing = outcome.ok ? problemIn(state, { rollout, failOn: textOf(step.inputs, 'fail-on') }) : undefined;
    const shown: Outcome = failing === undefined ? outcome : { ...outcome, ...failing };
    return rollout ? { outcome: shown, rollout } : { outcome: shown };
  } finally {
    await engine.close();
  }
}

interface Gate {
  readonly rollout: Rollout | undefined;
  readonly failOn: string | undefined;
}

/** Why the step fails; undefined: it does not. */
function problemIn(state: State, { rollout, failOn }: Gate): Pick<Outcome, 'ok' | 'code' | 'summary'> | undefined {
  const looked = rollout ? [rollout] : [...state.rollouts.values()];
  const bad = looked.flatMap(({ verdicts }) => verdicts.filter((one) => one.verdict === 'fail' && !one.dryRun));
  if (failOn === 'fail' && bad.length > 0)
    return { ok: false, code: 'failed', summary: bad.map(({ judge, because }) => `${judge}: ${because}`).join('; ') };
  const alerts = [...state.alerts.values()];
  if (failOn !== 'alert' || alerts.length === 0) return undefined;
  return { ok: false, code: 'failed', summary: `open: ${alerts.map(({ title }) => title).join('; ')}` };
}
