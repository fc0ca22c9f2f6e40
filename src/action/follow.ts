/** What a command began is carried on here, for as long as the step may take. */
import type { GithubComposed } from '../compose/github.ts';
import type { Outcome } from '../core/decision.ts';
import { shortId } from '../core/rollout/changes.ts';
import { standing } from '../core/rollout/commands.ts';
import { hasEnded } from '../core/rollout/input.ts';
import { refOfRun } from '../core/rollout/operation.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { project } from '../engine/project.ts';
import type { HereRun, Wiring } from '../engine/wiring.ts';
import { numberOf } from './inputs.ts';
import { type Answer, answerOf } from './proceed.ts';
import { switchOffWhenIdle, switchOn } from './schedule.ts';
import type { Step } from './step.ts';
import { newWatch, waitOn } from './wait.ts';

export interface Following {
  /** The rollout's whole id. */
  readonly id: string;
  /** The stage that must pass; absent: the last. */
  readonly until?: string;
  /** Of the command before it. */
  readonly commit?: string;
  /** It was begun by this step: somebody must tick after it. */
  readonly begun?: boolean;
  /** Gates that are not open yet are waited for too. */
  readonly whenOpen?: boolean;
  /** Until when it is waited, in ms; absent: as long as the input `timeout` says from now. */
  readonly end?: number;
  /** True: the wait is over for a reason of the caller's. */
  readonly enough?: (rollout: Rollout) => boolean;
}

/** The rollout that an outcome speaks of. */
export function rolloutIn({ details }: Outcome): string | undefined {
  if (details === null || typeof details !== 'object' || !('rollout' in details)) return undefined;
  return typeof details['rollout'] === 'string' ? details['rollout'] : undefined;
}

/** Waits as long as the input `timeout` says, performs what is to be performed here, and says how it stands then. */
export async function follow(step: Step, { wiring }: GithubComposed, following: Following): Promise<Answer> {
  const { id, until, commit, begun = false, whenOpen = false, enough = () => false } = following;
  const { end = step.clock.now() + (numberOf(step.inputs, 'timeout') ?? 0) } = following;
  const { clock, signal, log } = step;
  let line = '';
  const seen = (rollout: Rollout): void => {
    const now = answerOf(
      { rollout, passage: { is: 'moving', code: 'done' }, over: 'passage' },
      { now: clock.now() },
    ).outcome;
    if (now.summary !== line) log((line = now.summary));
  };
  const handed = (rollout: Rollout): boolean =>
    handedOver(rollout, wiring.here?.run) !== undefined || goesBackElsewhere(rollout, wiring);
  if (begun) await switchOn(wiring);
  const waited = await waitOn({
    wiring,
    watch: newWatch(),
    id,
    ...(until === undefined ? {} : { until }),
    end,
    signal,
    whenOpen,
    enough: (rollout) => handed(rollout) || enough(rollout),
    seen,
  });
  if (!signal.aborted && waited.trouble === undefined) await project(wiring, { last: true });
  if (waited.rollout && hasEnded(waited.rollout) && !signal.aborted) await switchOffWhenIdle(wiring);
  const answer = answerOf(waited, { now: clock.now(), commit });
  if (waited.rollout && goesBackElsewhere(waited.rollout, wiring)) {
    const summary = `${shortId(waited.rollout)}: ${standing(waited.rollout, clock.now())}; another run carries it out`;
    return { ...answer, outcome: { ...answer.outcome, ok: false, code: 'rolled-back', summary }, proceed: false };
  }
  const operation = waited.rollout && handedOver(waited.rollout, wiring.here?.run);
  if (operation === undefined) return answer;
  const outcome: Outcome = { ...answer.outcome, ok: true, code: 'started' };
  return { ...answer, outcome, proceed: false, continue: true, operation };
}

/** The way back is another run's work, which has been called for: a run that waited for it might be what it waits behind. */
function goesBackElsewhere({ goingBack, operations }: Rollout, { here }: Wiring): boolean {
  if (!goingBack) return false;
  return operations.some(
    ({ state, needs, wake }) =>
      state === 'pending' &&
      wake?.sent === true &&
      wake.run !== here?.run?.id &&
      needs.some((need) => need.startsWith('job:') && here?.has.includes(need) !== true),
  );
}

/** The deploy that the steps behind this one carry out: it is in this run's hands, and nobody performs it but them. */
function handedOver(rollout: Rollout, run: HereRun | undefined): string | undefined {
  const open = rollout.operations.find(
    (one) =>
      run !== undefined &&
      one.kind === 'deploy' &&
      one.state === 'running' &&
      one.ref === refOfRun(run) &&
      one.needs.some((need) => need.startsWith('job:')),
  );
  return open?.id;
}
