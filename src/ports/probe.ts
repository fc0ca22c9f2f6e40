/** Questions to a running service, by HTTP or a command. Never rejects. */
import type { CheckSpec } from '../core/model/rollout.ts';

export interface ProbeResult {
  readonly ok: boolean;
  /** What was seen, in a few words: `200 in 12 ms`, `connection refused`, `exit 1: lint: 3 errors`. */
  readonly detail: string;
  readonly took: number;
}

export interface ProbeContext {
  /** The URL that a relative `get` is read against. */
  readonly baseUrl?: string;
  /** `SLUICE_*` values for a command. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** How a live answer names its version: by a header, else by the text at `path`. */
export interface VersionQuestion {
  readonly url: string;
  readonly path?: string;
  readonly header?: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** What the live answer named, or why it named nothing. */
export type VersionSeen = { readonly version: string } | { readonly problem: string };

export interface Probe {
  run(check: CheckSpec, context: ProbeContext): Promise<ProbeResult>;
  /** Which version answers there now. Redirects are not followed: what is asked is who answers first. */
  liveVersion(question: VersionQuestion): Promise<VersionSeen>;
}
