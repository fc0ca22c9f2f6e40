/** What was seen outside the state before a decision: plain data, gathered by the engine. */
import type { Traffic } from './judge/forecast/sight.ts';
import type { Actor, Role } from './model/actor.ts';
import type { ExperimentData } from './model/experiment.ts';
import type { Release } from './model/release.ts';
import type { Milliseconds } from './model/time.ts';
import type { Weight } from './model/weight.ts';
import type { Performer } from './rollout/input.ts';

/** What a platform can do (the port's own answer, as data). */
export interface PlatformFacts {
  readonly weights: 'any' | 'steps' | 'none';
  readonly preview: boolean;
  readonly keepsOld: boolean;
  readonly instantBack: boolean;
  readonly perVersionMetrics: boolean;
  readonly baseline: boolean;
  readonly find: boolean;
  /** What a performer of its deploys and weights must have: `platform:local:web/production`, `checkout`. */
  readonly needs: readonly string[];
  /** What a performer of its deploys must have, where that is something else (`job:web/production`). */
  readonly deployNeeds?: readonly string[];
  /** How long one of its own calls may take, in ms. */
  readonly timeout?: Milliseconds;
}

/** Commit checks of a release, as a forge reports them; `unknown`: it could not be asked, and why. */
export interface CommitChecks {
  readonly state: 'green' | 'red' | 'running' | 'unknown';
  readonly detail: string;
}

/** Somebody let the run's jobs into GitHub environments. */
export interface RunReview {
  readonly by: Actor;
  readonly environments: readonly string[];
  /** Their role here, and the teams of the policy they are in. */
  readonly rights: { readonly role?: Role; readonly teams: readonly string[] };
}

/** The workflow run that asks, and who let its jobs into which GitHub environments. */
export interface RunFacts {
  readonly id: string;
  readonly attempt: number;
  /** The commit whose workflow runs, full. */
  readonly headSha: string;
  readonly url?: string;
  readonly approvals: readonly RunReview[];
}

export interface Facts {
  readonly now: Milliseconds;
  /** Who would perform operations that this decision begins; null: nobody here. */
  readonly performer: Performer | null;
  /** By `service/environment`. */
  readonly platforms: Readonly<Record<string, PlatformFacts>>;
  /** Sources of metrics that can be asked, here or by whoever serves; absent: nobody knows. */
  readonly sources?: readonly string[];
  /** Releases by the text that named them (`1.4.0`, `web@head`), resolved to commits. */
  readonly releases: Readonly<Record<string, Release>>;
  /** Checks by full commit SHA; absent: no forge to ask. */
  readonly checks?: Readonly<Record<string, CommitChecks>>;
  /** Numeric ids of who wrote a commit, by full SHA; absent: no forge to ask. */
  readonly authors?: Readonly<Record<string, readonly string[]>>;
  /** Absent: no workflow run asks, or nobody was asked about it. */
  readonly run?: RunFacts;
  /** `ROLLBACK_CIRCUIT_BREAKER_ENABLED=false` was set. */
  readonly automaticOff: boolean;
  /** The clock here and the store's are more than 60 s apart: nothing is promoted. */
  readonly clockOff: boolean;
  /** What is known of running experiments, by key; absent: nothing was given or asked. */
  readonly experiments?: Readonly<Record<string, ExperimentData>>;
  /** What was known of an experiment at the end of each day, by key; absent: nobody can say, or it was not asked. */
  readonly days?: Readonly<Record<string, readonly ExperimentData[]>>;
  /** Of which experiments the numbers could not be read, and why, by key: where a command goes on without them. */
  readonly unread?: Readonly<Record<string, string>>;
  /** What is recorded of a pair's traffic, by `service/environment`. */
  readonly traffic?: Readonly<Record<string, Traffic>>;
  /** What is live by a pair's own observation, label -> weight (drift). */
  readonly seen?: Readonly<Record<string, Readonly<Record<string, Weight>>>>;
  /** Pairs whose versions nobody but Sluice runs, of those in `seen`: what nobody names there is taken away. */
  readonly sole?: readonly string[];
}

export function pairKey(pair: { readonly service: string; readonly environment: string }): string {
  return `${pair.service}/${pair.environment}`;
}
