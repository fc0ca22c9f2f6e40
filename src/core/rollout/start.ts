/** A new rollout's document. */
import { digestOf } from '../digest.ts';
import type { Asking } from '../decision.ts';
import type { Release } from '../model/release.ts';
import type { GateAnswer, Plan, Rollout, Subject } from '../model/rollout.ts';
import { toInstant } from '../model/time.ts';

export interface Beginning {
  readonly kind: Rollout['kind'];
  readonly subject: Subject;
  readonly stable: Release | null;
  readonly fallback?: Release | null;
  readonly plan: Plan;
  readonly asking: Asking;
  /** Numeric ids of who wrote it. */
  readonly authors?: readonly string[];
  readonly until?: string;
  readonly gates?: readonly GateAnswer[];
  /** The id it was given when it was queued. */
  readonly id?: string;
}

/** `web-production-20261121-7f3a12bc`: what, where, the day, eight digits of the request's hash. */
export function rolloutId(subject: Subject, request: string, now: number): string {
  const name = subject.type === 'release' ? subject.service : subject.flag;
  const day = toInstant(now).slice(0, 10).replaceAll('-', '');
  return `${name}-${subject.environment}-${day}-${digestOf(request).slice(0, 8)}`;
}

export function startRollout(b: Beginning): Rollout {
  const { asking } = b;
  const now = toInstant(asking.now);
  return {
    schemaVersion: 1,
    id: b.id ?? rolloutId(b.subject, asking.request, asking.now),
    kind: b.kind,
    subject: b.subject,
    stable: b.stable,
    ...(b.fallback === undefined ? {} : { fallback: b.fallback }),
    requestedBy: asking.actor,
    ...(b.authors === undefined ? {} : { authors: b.authors }),
    request: asking.request,
    ...(asking.source === undefined ? {} : { source: asking.source }),
    ...(asking.reason === undefined ? {} : { reason: asking.reason }),
    began: now,
    plan: b.plan,
    phase: 'preparing',
    phaseSince: now,
    stage: 0,
    weight: 0,
    pausedFor: 0,
    extendedBy: 0,
    gates: b.gates ?? [],
    overrides: asking.overrides,
    approvals: [],
    rejections: [],
    operations: [],
    evidence: [],
    verdicts: [],
    fired: {},
    stages: [],
    ...(b.until === undefined ? {} : { until: b.until }),
    rollbackAttempts: 0,
  };
}
