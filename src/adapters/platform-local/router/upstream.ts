import type { Agent } from 'node:http';
import type { Weight } from '../../../core/model/weight.ts';

/** One version as the router sees it. It is the router's state, changed in place: one object a version, many requests. */
export interface Upstream {
  readonly label: string;
  /** Grows with each deploy: the newest version has the highest. */
  readonly sequence: number;
  readonly agent: Agent;
  port: number;
  weight: Weight;
  healthy: boolean;
  /** Failed health questions in a row. */
  failures: number;
  /** Requests it is answering now. */
  active: number;
  /** Smooth weighted round robin's running credit. */
  credit: number;
}

/** Failures in a row after which a version gets no more requests until it answers its health question again. */
const UNHEALTHY_AFTER = 2;

/** It refused a connection or failed its health question. */
export function noteFailure(upstream: Upstream): void {
  upstream.failures++;
  if (upstream.failures >= UNHEALTHY_AFTER) upstream.healthy = false;
}

export function noteSuccess(upstream: Upstream): void {
  upstream.failures = 0;
  upstream.healthy = true;
}
