/** One question to a running service: HTTP or a command. Never rejects. */
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

export interface Probe {
  run(check: CheckSpec, context: ProbeContext): Promise<ProbeResult>;
}
