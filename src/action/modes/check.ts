/**
 * `actions/check`: a pull request looked at. Works on `pull_request`, and on `pull_request_target` for the state branch: everything
 * is read by the API at the head's SHA, nothing is checked out, nothing of the head is executed.
 */
import { CONFIG_FILES, decodeText } from '../../compose.ts';
import type { Config } from '../../core/model/config.ts';
import type { Finding } from '../../core/review/finding.ts';
import { CODE_NEEDS } from '../../engine/review/code.ts';
import type { ReviewOptions } from '../../engine/review/question.ts';
import { type Review, reviewPull } from '../../engine/review/review.ts';
import { STATE_NEEDS } from '../../engine/review/state.ts';
import { reviewUnconfigured } from '../../engine/review/unconfigured.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Annotation } from '../annotations.ts';
import { isFromFork, type RunContext, valueAt } from '../context.ts';
import { ActionError, outcomeOf } from '../failure.ts';
import { textOf } from '../inputs.ts';
import type { Answer } from '../proceed.ts';
import { forgeOf, openEngine, type Step } from '../step.ts';
import { showDeployed, showReview } from './check-shown.ts';

export async function check(step: Step): Promise<Answer> {
  const options = optionsOf(step);
  const { review, forge, deployed } = await lookedAt(step, options);
  const isQuiet = isFromFork(step.context) && step.context.event === 'pull_request';
  const isOld = review.outcome.code === 'sha-moved';
  const shown = isOld || isQuiet ? undefined : await showReview(step, { review, forge, pull: options.pull });
  if (isQuiet)
    step.log("a fork's run may only read: findings are annotations of this run, no comment and no check run");
  if (deployed && !isQuiet) await deployed();
  // Findings stand on their lines once: by the check run, or by this run where there is none.
  const annotations = shown?.isChecked === true ? [] : review.findings.map(annotationOf);
  return { outcome: review.outcome, annotations };
}

interface LookedAt {
  readonly review: Review;
  readonly forge: Forge;
  /** Writes `sluice / deployed`, where it is asked for. */
  readonly deployed?: () => Promise<void>;
}

/** Without a configuration on the default branch the pull request can still bring one, or mend the one that is there. */
async function lookedAt(step: Step, options: ReviewOptions): Promise<LookedAt> {
  try {
    const engine = await openEngine(step, { needs: needsOf(step.context), asks: false });
    try {
      const { wiring, forge } = engine;
      const environment = textOf(step.inputs, 'deployed');
      for (const name of [environment, options.environment]) known(wiring.config, name);
      const review = await reviewPull({ ...wiring, forge }, options);
      if (environment === undefined) return { review, forge };
      const deployed = await showDeployed(step, { wiring, forge, environment, pull: options.pull });
      return { review, forge, deployed };
    } finally {
      await engine.close();
    }
  } catch (error) {
    const { code, summary } = outcomeOf(error);
    if (!code.startsWith('config-') && code !== 'secret-missing') throw error;
    const forge = await forgeOf(step);
    const review = await reviewUnconfigured({ forge, because: summary, now: step.clock.now() }, options);
    return { review, forge };
  }
}

/** A name with a typing error would be waited for, or be green, for ever. Throws `environment-unknown`. */
function known({ environments }: Pick<Config, 'environments'>, name: string | undefined): void {
  if (name === undefined || Object.hasOwn(environments, name)) return;
  const names = Object.keys(environments).join(', ');
  throw new ActionError('environment-unknown', `no environment is called "${name}"; there are: ${names}`);
}

/** By the event alone: which branch holds the state is only known once the configuration is read. */
function needsOf({ payload }: RunContext): readonly string[] {
  const base = valueAt(payload, 'pull_request', 'base', 'ref');
  return base === valueAt(payload, 'repository', 'default_branch') ? CODE_NEEDS : STATE_NEEDS;
}

/** Throws `event-unsuitable` where the event names no pull request. */
function optionsOf({ context, inputs }: Step): ReviewOptions {
  const { payload, event } = context;
  const number = valueAt(payload, 'pull_request', 'number');
  const sha = valueAt(payload, 'pull_request', 'head', 'sha');
  const base = valueAt(payload, 'pull_request', 'base', 'ref');
  const isNamed = typeof number === 'number' && typeof sha === 'string' && typeof base === 'string';
  if (!isNamed || !event.startsWith('pull_request'))
    throw new ActionError(
      'event-unsuitable',
      `${event} names no pull request: run actions/check on pull_request, and on pull_request_target for the state branch`,
    );
  const environment = textOf(inputs, 'environment');
  return {
    pull: { number, sha, base },
    decode: decodeText,
    configFiles: CONFIG_FILES,
    failOn: textOf(inputs, 'fail-on') === 'warning' ? 'warning' : 'failure',
    ...(environment !== undefined && { environment }),
  };
}

const LEVELS: Readonly<Record<Finding['level'], Annotation['level']>> = {
  failure: 'error',
  warning: 'warning',
  notice: 'notice',
};

function annotationOf({ path, line, column, level, title, message }: Finding): Annotation {
  return { level: LEVELS[level], title, message, file: path, line, ...(column !== undefined && { column }) };
}
