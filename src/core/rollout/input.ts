/** What the machine is fed and what it answers. */
import type { Actor } from '../model/actor.ts';
import type { Code } from '../model/code.ts';
import type { Action, Evidence, Verdict } from '../model/metric.ts';
import type { GateAnswer, Rollout } from '../model/rollout.ts';
import type { Milliseconds } from '../model/time.ts';

/** What a person may say to a rollout. */
export type RolloutCommand =
  | { readonly verb: 'promote'; readonly to?: string; readonly full?: boolean }
  | { readonly verb: 'pause'; readonly for?: Milliseconds }
  | { readonly verb: 'resume' }
  | { readonly verb: 'reduce' }
  | { readonly verb: 'approve'; readonly stage?: string }
  | { readonly verb: 'reject'; readonly stage?: string }
  | { readonly verb: 'cancel' }
  | { readonly verb: 'rollback'; readonly gradual?: boolean }
  | { readonly verb: 'retry' }
  | { readonly verb: 'resolve'; readonly how: 'live' | 'back' };

/** What became of an operation, as its performer or the platform says. */
export interface OperationResult {
  readonly state: 'running' | 'done' | 'failed' | 'unknown';
  readonly ref?: string;
  readonly url?: string;
  readonly detail?: string;
  /** Of a run: how many of its checks passed. */
  readonly passed?: number;
}

/** A trigger that fires on this rollout now. */
export interface Fired {
  readonly trigger: string;
  readonly action: Action;
  readonly because: string;
}

/** The workflow run behind a rollout. */
export interface RunBehind {
  readonly run: string;
  readonly ended: boolean;
  /** How it ended, where its next jobs do not begin: `failure`, `cancelled`. */
  readonly failed?: string;
}

/** What one look at the world saw; everything in it may be missing, and then decides nothing. */
export interface Observation {
  /** Fold of the closed windows, and what the judges say of it, for the stage the rollout is in. */
  readonly evidence?: readonly Evidence[];
  readonly verdicts?: readonly Verdict[];
  readonly fired?: readonly Fired[];
  /** What the platform says of operations that run without us (by id). */
  readonly operations?: Readonly<Record<string, OperationResult>>;
  /**
   * Operations whose claim is dead, with the attempt that was: their performer ended without a word, or its time is over and
   * nobody vouches for it. A later attempt is somebody else's and lives.
   */
  readonly dead?: Readonly<Record<string, number>>;
  /** Workflow runs that were called for and have ended. */
  readonly endedRuns?: readonly string[];
  /** Reviewers let the job that the hold waits for not into its GitHub environment. */
  readonly refused?: Refused;
  /** How the run stands that takes the rollout along; absent: it was not asked. */
  readonly behind?: RunBehind;
  /** When it looked, in ms, and which judges' sources could not be asked then; for who decides it again. */
  readonly at?: Milliseconds;
  readonly unasked?: readonly string[];
  /** Which exposure `evidence` and `verdicts` speak of (`exposureOf`); of another one they say nothing. */
  readonly about?: string;
  readonly stableHealthy?: boolean;
  readonly candidateHealthy?: boolean;
  /** The last good release before the stable one, where it still runs. */
  readonly fallbackHealthy?: boolean;
}

/** Who said no to which run. */
export interface Refused {
  readonly by: Actor;
  readonly run: string;
}

export type Input =
  | {
      readonly type: 'command';
      readonly command: RolloutCommand;
      readonly by: Actor;
      readonly reason?: string;
      readonly source?: string;
    }
  | { readonly type: 'observed'; readonly observation: Observation }
  | { readonly type: 'operation'; readonly id: string; readonly attempt: number; readonly result: OperationResult }
  /** A call went out: for the operation named, or for the job that the hold waits for. */
  | { readonly type: 'woken'; readonly operation?: string; readonly woken: Woken }
  | { readonly type: 'time' };

/** What came of calling for a job: its run, where the forge names it. */
export interface Woken {
  readonly run?: string;
  /** The workflow's file name. */
  readonly workflow: string;
  /** Nothing was started: a later job of the caller's own run begins the stage. */
  readonly own?: true;
}

/** Who would perform an operation that the decision begins, and what it has. */
export interface Performer {
  readonly id: string;
  readonly has: readonly string[];
  /** The shortest lease of a claim; one whose operation may take longer lasts as long as that. */
  readonly claimFor: Milliseconds;
  /** The workflow run it is a job of. */
  readonly runId?: string;
  readonly runAttempt?: number;
  /** The job's id in its workflow, and the name of the runner that it has. */
  readonly job?: string;
  readonly runner?: string;
  /** Numeric id of the run's repository. */
  readonly repository?: string;
}

/** What the machine may know beside the rollout itself; the same for every input. */
export interface Circumstances {
  readonly now: Milliseconds;
  /** The pair's generation: each intent on its platform takes the next one. */
  readonly generation: number;
  readonly performer: Performer | null;
  /** What a performer of the pair's deploys and weights must have. */
  readonly platformNeeds: readonly string[];
  /** What a performer of its deploys must have, where that is something else: the deploy is a job's own steps. */
  readonly deployNeeds?: readonly string[];
  /** How long one call of the platform may take, in ms; absent: nobody knows. */
  readonly platformTimeout?: Milliseconds;
  /** What a performer of checks must have. */
  readonly checkNeeds: readonly string[];
  /** Whether going back is a switch of weights rather than a new deploy. */
  readonly instantBack: boolean;
  readonly weighted: boolean;
  readonly keepsOld: boolean;
  /** Gates of the stage that would begin next (index 0 while preparing). */
  readonly gates: readonly GateAnswer[];
  /** Approvals of the environment are given to its jobs, by GitHub's reviewers (`approvals.by: github`). */
  readonly reviewedInJobs?: boolean;
  /** Automatic rollback is on (configuration, `auto off`, ROLLBACK_CIRCUIT_BREAKER_ENABLED). */
  readonly mayGoBackAlone: boolean;
  /** Automatic promotion is on: nothing is uncertain, no `auto off`. */
  readonly mayGoUpAlone: boolean;
  /** Why nothing may go up at all, whoever asks: the clock is off, a document is broken. */
  readonly uncertain?: { readonly code: Code; readonly summary: string };
  /** Another rollout has the pair: a provisional one waits with its clean-up. */
  readonly pairTaken: boolean;
  /** The pair is no longer this rollout's: what it stood on took it to go back, so it has lost its ground. */
  readonly pairLost: boolean;
  /** Another release is live by now: a provisional rollout has nothing left to take back. */
  readonly replaced: boolean;
  /** What users have by the pair's own record; none before the first release. */
  readonly live: readonly string[];
  /** Labels that other rollouts of the pair stand on, and what is live: they are never removed. */
  readonly inUse: readonly string[];
}

export type Transition =
  | { readonly ok: true; readonly rollout: Rollout; readonly events: readonly string[] }
  | { readonly ok: false; readonly code: Code; readonly summary: string };

/** Ends that nothing leads out of. `failed` is not one: a person may still act. */
const ENDED: readonly Rollout['phase'][] = ['completed', 'rolled-back', 'cancelled'];

export function hasEnded(rollout: Rollout): boolean {
  return ENDED.includes(rollout.phase);
}
