/** What the engine is made of: ports, configuration, and who performs here. Put together by compose.ts. */
import type { Facts } from '../core/facts.ts';
import type { Claim, Operation, Rollout } from '../core/model/rollout.ts';
import type { Config } from '../core/model/config.ts';
import type { Release } from '../core/model/release.ts';
import type { Woken } from '../core/rollout/input.ts';
import type { Channel } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { ExperimentSource } from '../ports/experiment-source.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import type { Platform } from '../ports/platform.ts';
import type { Policies } from '../ports/policies.ts';
import type { Probe } from '../ports/probe.ts';
import type { Store } from '../ports/store.ts';

/** A pair's platform and what a performer of its operations must have. */
export interface PlacedPlatform {
  readonly platform: Platform;
  readonly needs: readonly string[];
  /** What a performer of a deploy must have, where that is something else: `job:SERVICE/ENVIRONMENT` where a job's own steps deploy. */
  readonly deployNeeds?: readonly string[];
  /** Where the live service answers, where the platform itself knows it (the local router). */
  readonly address?: string;
}

export interface Here {
  /** Names this process among all that ever perform: host, process, its start. */
  readonly id: string;
  readonly has: readonly string[];
  /** Whether the performer that holds a claim still lives; undefined: cannot be told from here. Of a workflow run the forge is asked then. */
  readonly lives: (claim: Claim) => boolean | undefined | Promise<boolean | undefined>;
  /** The workflow run that this process is a job of. */
  readonly run?: HereRun;
}

export interface HereRun {
  readonly id: string;
  readonly attempt: number;
  /** The job's id in its workflow. */
  readonly job?: string;
  /** The name of the runner that has the job. */
  readonly runner?: string;
  /** The repository's numeric id. */
  readonly repository?: string;
  readonly url?: string;
}

/** Calls for a job that can do what nobody here can; at least once, and only for what a commit has claimed to call for. */
export interface Waker {
  /** The stage that waits for its job. */
  stage(rollout: Rollout, stage: string): Promise<Woken>;
  /** An operation that needs what is not here: a checkout, secrets, the user's own steps. */
  operation(rollout: Rollout, operation: Operation): Promise<Woken>;
  /** A tick by a job that has a checkout: it moves what nobody here can even see. */
  tick(): Promise<Woken>;
}

export interface Wiring {
  readonly store: Store;
  readonly config: Config;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** By `service/environment`; a pair without one is moved elsewhere. */
  readonly platforms: ReadonlyMap<string, PlacedPlatform>;
  /** By the name the configuration gives it. */
  readonly sources: ReadonlyMap<string, MetricSource>;
  /** Sources as other processes wrote them down: good enough to look at, never to decide on. */
  readonly logged?: ReadonlyMap<string, MetricSource>;
  /** Where numbers of experiments come from, the first that knows any counts; sources of metrics are asked after them. */
  readonly experimentSources?: readonly ExperimentSource[];
  readonly probe: Probe;
  readonly channels: readonly Channel[];
  /** Absent: nobody knows roles, pull requests, commit checks. */
  readonly forge?: Forge;
  /** Absent: nobody can be called for from here. */
  readonly wake?: Waker;
  /** null: nothing is performed here, operations stay pending. */
  readonly here: Here | null;
  /** A version's commit; undefined: no such version. */
  readonly resolve: (version: string, service: string | undefined) => Promise<Release | undefined>;
  /** `ROLLBACK_CIRCUIT_BREAKER_ENABLED=false`. */
  readonly automaticOff: boolean;
  /** The workflow run of which jobs failed or were cancelled: what it began and users have not got for good goes back. */
  readonly failedRun?: string;
  /** Facts that were kept: what is decided again is decided on these, whatever is seen now. */
  readonly given?: Partial<Facts>;
  /** Configurations as they once stood; absent: only the present one is known. */
  readonly policies?: Policies;
  /** The digest of a configuration that lies in the folder and in no commit: who decides under it says so. */
  readonly uncommitted?: string;
  /** Says what goes on, a line at a time. */
  readonly log: (line: string) => void;
}
