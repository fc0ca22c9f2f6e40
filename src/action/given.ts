/** What one step of a job was given, and what it has asked already. */
import type { GithubAnswered } from '../compose/github-asking.ts';
import type { Actor } from '../core/model/actor.ts';
import type { Clock } from '../ports/clock.ts';
import type { Needs } from '../ports/store.ts';
import type { Env, RunContext } from './context.ts';
import type { Inputs } from './inputs.ts';

export interface Step {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly env: Env;
  readonly clock: Clock;
  /** Fires when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly fetch?: typeof fetch;
  /** What was asked of GitHub already. */
  readonly begun?: Begun;
}

export interface Opening {
  /** What is read of the state first. */
  readonly needs: Needs;
  /** Whether somebody asks: who it is comes from the event. */
  readonly asks: boolean;
  /** Who it is where the event says it otherwise than by its sender; absent: its sender. */
  readonly who?: Actor;
  /** Starts in place of `deploy.yml` what deploys by a job's own steps. */
  readonly workflow?: string;
  /** It gives way where few of GitHub's calls are left; absent: it goes on. */
  readonly givesWay?: boolean;
}

/** The question that is on its way. */
export interface Begun {
  readonly opening: Opening;
  readonly answer: Promise<GithubAnswered>;
  /** Never rejects. */
  readonly underWay: Promise<void>;
}
