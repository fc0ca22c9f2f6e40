/** Where versions of a service run and take traffic. */
import type { Code } from '../core/model/code.ts';
import type { Weight } from '../core/model/weight.ts';

/** What a platform can do; a plan that needs more is refused with `platform-cannot`. */
export interface Capabilities {
  readonly weights: 'any' | 'steps' | 'none';
  /** A candidate can be reached by itself before it has traffic. */
  readonly preview: boolean;
  /** The old version goes on running until it is removed. */
  readonly keepsOld: boolean;
  /** Going back is a switch, not a new deploy. */
  readonly instantBack: boolean;
  readonly perVersionMetrics: boolean;
  /** Can run a second copy of a version, under a label and with numbers of its own (`DeployRequest.copyOf`). */
  readonly baseline: boolean;
  /** Can answer what became of an operation it was asked for. */
  readonly find: boolean;
}

export interface DeployRequest {
  /** The operation's id: the platform labels what it makes with it, so that `find` can answer. */
  readonly operation: string;
  readonly service: string;
  readonly environment: string;
  readonly label: string;
  readonly commit: string;
  readonly artifact?: string;
  /** The version that runs under `label`, where that is a copy's: it knows itself by this name. Only where `baseline` is said. */
  readonly copyOf?: string;
  readonly signal: AbortSignal;
}

/** `running` carries the handle by which its end is observed; `failed` says why in a sentence. */
export type OperationStatus =
  | { readonly state: 'done'; readonly url?: string; readonly detail?: string }
  | { readonly state: 'running'; readonly ref: string }
  | { readonly state: 'failed'; readonly detail: string };

/** One version as the platform has it. */
export interface RunningVersion {
  readonly label: string;
  readonly weight: Weight;
  readonly healthy: boolean;
  readonly url?: string;
}

export interface PairName {
  readonly service: string;
  readonly environment: string;
}

export interface Platform {
  readonly type: string;
  /** Nobody else runs versions there: one that no document names is left over and may be taken away. */
  readonly sole?: true;
  capabilities(): Capabilities;
  deploy(request: DeployRequest): Promise<OperationStatus>;
  /** Sets the shares of traffic, level: the same call twice is the same as once. Weights sum to 100,000. */
  weights(
    request: PairName & {
      readonly operation: string;
      readonly weights: Readonly<Record<string, Weight>>;
      readonly signal: AbortSignal;
    },
  ): Promise<OperationStatus>;
  /** What runs now; undefined when the platform cannot tell. Answers within seconds, and at once when `signal` fires. */
  observe(pair: PairName & { readonly signal?: AbortSignal }): Promise<readonly RunningVersion[] | undefined>;
  /** What became of an operation; `unknown`: it never heard of it. */
  find(
    request: PairName & { readonly operation: string; readonly ref?: string; readonly signal?: AbortSignal },
  ): Promise<OperationStatus | { readonly state: 'unknown' }>;
  /**
   * Takes a version away; one that is not there is done already. `last`: no other version can have its users. It goes all the
   * same and nobody is served any more; where the platform cannot do that the answer is `failed`.
   */
  remove(
    request: PairName & {
      readonly operation: string;
      readonly label: string;
      readonly last?: boolean;
      readonly signal: AbortSignal;
    },
  ): Promise<OperationStatus>;
}

/** Thrown where a platform cannot be set up or asked at all; what becomes of an operation is an answer, never an error. */
export interface PlatformError extends Error {
  readonly code: Code;
}

export function platformError(code: Code, message: string): PlatformError {
  return Object.assign(new Error(message), { name: 'PlatformError', code });
}
