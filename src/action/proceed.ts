/** From a rollout as it was seen last to what the job answers: its outcome, and what the jobs behind it may do. */
import type { Outcome } from '../core/decision.ts';
import type { Code } from '../core/model/code.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { shortId } from '../core/rollout/changes.ts';
import { standing } from '../core/rollout/commands.ts';
import { rolloutReport } from '../core/report/rollout.ts';
import { rolloutDetails } from '../core/report/status-details.ts';
import type { Annotation } from './annotations.ts';
import type { ActionResult } from './outputs.ts';
import type { Waited } from './wait.ts';

/** Outputs as an endpoint tells them. */
export type RolloutTold = Pick<ActionResult, 'rollout' | 'stage' | 'weight' | 'url' | 'version' | 'sha'>;

/** What a mode answers. */
export interface Answer {
  readonly outcome: Outcome;
  readonly rollout?: Rollout;
  /** The stage has passed, and the next one may begin. */
  readonly proceed?: boolean;
  /** The steps behind this one deploy. */
  readonly continue?: boolean;
  /** The operation that they carry out. */
  readonly operation?: string;
  /** What is known of the rollout where its document is not here. */
  readonly told?: RolloutTold;
  /** What stands on lines of files, besides the outcome itself. */
  readonly annotations?: readonly Annotation[];
}

/** Codes of a job that did what it could, and that somebody or something else goes on from. */
const GOES_ON: readonly Code[] = ['baking', 'queued', 'waits-for-approval', 'held', 'started'];

/** Whether the step fails. A wait is no failure: a red job would be settled, and settling takes back. */
export function failed({ outcome }: Pick<Answer, 'outcome'>): boolean {
  return !outcome.ok && !GOES_ON.includes(outcome.code);
}

/** The wait's end as an outcome. `commit` is that of the command before it; `now` the store's, in ms. */
export function answerOf({ rollout, passage, over, trouble }: Waited, { now, commit }: Said): Answer {
  if (!rollout)
    return {
      outcome: { ...unknown({ over, ...(trouble && { trouble }) }), ...(commit === undefined ? {} : { commit }) },
    };
  const code = codeOf({ passage, over, ...(trouble && { trouble }) });
  const ok = code === 'done' || GOES_ON.includes(code);
  const outcome: Outcome = {
    schemaVersion: 1,
    ok,
    code,
    summary: `${shortId(rollout)}: ${rollout.outcome ?? standing(rollout, now)}${trouble ? `; ${trouble.message}` : (SUFFIX[code] ?? '')}`,
    details: rolloutDetails(rollout, now),
    report: rolloutReport(rollout, now),
    ...(commit === undefined ? {} : { commit }),
  };
  return { outcome, rollout, proceed: code === 'done' };
}

export interface Said {
  readonly now: number;
  readonly commit?: string | undefined;
}

function codeOf({ passage, over, trouble }: Pick<Waited, 'passage' | 'over' | 'trouble'>): Code {
  if (passage.is === 'passed') return 'done';
  if (trouble) return trouble.code;
  if (over === 'signal') return 'interrupted';
  return passage.code;
}

const SUFFIX: Readonly<Partial<Record<Code, string>>> = {
  baking: '; the time of this step is over, and the next tick goes on',
  interrupted: '; the job was stopped: the next tick goes on from here, or takes back what cannot go on',
};

function unknown({ over, trouble }: Pick<Waited, 'over' | 'trouble'>): Outcome {
  if (trouble) return { schemaVersion: 1, ok: false, code: trouble.code, summary: trouble.message, details: null };
  const code = over === 'signal' ? 'interrupted' : 'unreachable';
  const why = over === 'signal' ? 'the job was stopped' : 'the rollout could not be read again';
  return { schemaVersion: 1, ok: false, code, summary: `${why}: the next tick goes on with it`, details: null };
}
