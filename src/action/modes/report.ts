/** `actions/report`: what the job's own steps came to; then the job waits for what follows from it. */
import type { Outcome } from '../../core/decision.ts';
import { reportOperation } from '../../engine/report-operation.ts';
import { project } from '../../engine/project.ts';
import { ActionError } from '../failure.ts';
import { follow, rolloutIn } from '../follow.ts';
import { numberOf, textOf } from '../inputs.ts';
import type { Answer } from '../proceed.ts';
import { openEngine, type Step } from '../step.ts';
import { findRolloutById } from '../wait.ts';
import { sealedAnswer } from './sealed.ts';

export async function report(step: Step): Promise<Answer> {
  const { inputs, context } = step;
  const operation = textOf(inputs, 'operation');
  const status = textOf(inputs, 'status');
  if (operation === undefined || status === undefined)
    throw new ActionError(
      'value-invalid',
      'which operation, and how did it go? set the inputs `operation` and `status`',
    );
  const endpoint = textOf(inputs, 'endpoint');
  if (endpoint !== undefined)
    return sealedAnswer(step, { endpoint, report: { operation, status, ...urlOf(step), ...detailOf(step) } });
  const engine = await openEngine(step);
  try {
    const outcome = await reportOperation(engine.wiring, {
      operation,
      run: { id: context.runId, attempt: context.attempt },
      result: {
        state: status === 'success' ? 'done' : 'failed',
        ...urlOf(step),
        detail: textOf(inputs, 'detail') ?? `the job's steps ended with ${status}`,
      },
    });
    step.log(`${outcome.code}  ${outcome.summary}`);
    const answer = await waited(step, engine, outcome);
    await project(engine.wiring, { last: true });
    return { ...answer, operation };
  } finally {
    await engine.close();
  }
}

/** A result that is recorded is the step's own success; of what came after it the step speaks as `actions/deploy` does. */
async function waited(step: Step, engine: Awaited<ReturnType<typeof openEngine>>, outcome: Outcome): Promise<Answer> {
  const id = rolloutIn(outcome);
  if (!outcome.ok || id === undefined) return { outcome, proceed: false };
  const rollout = await findRolloutById({ wiring: engine.wiring, id });
  const until = rollout?.until ?? rollout?.plan.stages.find(({ promote }) => promote !== 'auto')?.name;
  const wait = (numberOf(step.inputs, 'timeout') ?? 0) > 0 && outcome.code !== 'unchanged';
  if (!wait) return { outcome, proceed: false, ...(rollout && { rollout }) };
  const rest = {
    ...(until === undefined ? {} : { until }),
    ...(outcome.commit === undefined ? {} : { commit: outcome.commit }),
  };
  return follow(step, engine, { id, ...rest });
}

/** Shown with the deployment, and asked for health: an address of the web only. */
function urlOf({ inputs, log }: Step): { readonly url?: string } {
  const text = textOf(inputs, 'url');
  if (text === undefined) return {};
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && text.length <= 2_000) return { url: url.href };
  log('the input `url` is no address of the web without a user: it is left out');
  return {};
}

function detailOf({ inputs }: Step): { readonly detail?: string } {
  const detail = textOf(inputs, 'detail');
  return detail === undefined ? {} : { detail };
}
