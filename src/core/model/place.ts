import * as z from 'zod';
import { Actor, type Role, ROLES } from './actor.ts';
import { Name } from './names.ts';
import { Release } from './release.ts';
import { Instant } from './time.ts';
import { Weight } from './weight.ts';

/** A release that was or is live, and since when. */
export interface LiveRelease extends Release {
  readonly since: Instant;
  readonly rollout: string;
}
export const LiveRelease: z.ZodType<LiveRelease> = z.strictObject({
  label: Name,
  commit: z.string(),
  artifact: z.string().exactOptional(),
  since: Instant,
  rollout: z.string(),
});

/** A person's lease on a pair: nobody else deploys there until it ends. */
export interface Lock {
  readonly by: Actor;
  readonly since: Instant;
  readonly until: Instant;
  readonly reason?: string;
}
export const Lock: z.ZodType<Lock> = z.strictObject({
  by: Actor,
  since: Instant,
  until: Instant,
  reason: z.string().exactOptional(),
});

/** A deploy that waits until its pair is free. At its turn everything is asked anew. */
export interface QueueEntry {
  readonly id: string;
  readonly command: string;
  readonly by: Actor;
  readonly since: Instant;
  readonly until: Instant;
  readonly request: string;
  readonly source?: string;
  /** What the command's version stood for when it was given: `head` means that head. */
  readonly release?: Release;
  /** What the forge said of `by` when the command was given; policy is asked anew at the turn. */
  readonly rights?: { readonly role?: Role; readonly teams: readonly string[] };
}
export const QueueEntry: z.ZodType<QueueEntry> = z.strictObject({
  id: z.string(),
  command: z.string(),
  by: Actor,
  since: Instant,
  until: Instant,
  request: z.string(),
  source: z.string().exactOptional(),
  release: Release.exactOptional(),
  rights: z.strictObject({ role: z.enum(ROLES).exactOptional(), teams: z.array(z.string()) }).exactOptional(),
});

/**
 * `services/<service>/<environment>.json`: a pair. Progress: only Sluice writes it.
 * `weights` are the wanted ones and sum to 100,000 (empty before the first release).
 * `generation` counts the intents on the pair; a performer compares it before and after its effect.
 */
export interface Place {
  readonly schemaVersion: 1;
  readonly service: string;
  readonly environment: string;
  readonly live: LiveRelease | null;
  readonly good: readonly LiveRelease[];
  readonly weights: Readonly<Record<string, Weight>>;
  readonly generation: number;
  /** The rollout that has the pair; absent when it is free. */
  readonly active?: string;
  /** A provisional rollout: all traffic, the pair is free, still watched. */
  readonly settling?: string;
  readonly lock?: Lock;
  readonly queue: readonly QueueEntry[];
  /** `auto off`: no automatic promotion or rollback until then. */
  readonly manual?: {
    readonly by: Actor;
    readonly since: Instant;
    readonly until: Instant;
    readonly reason: string;
  };
  /** No automatic rollout starts before this moment. */
  readonly cooldownUntil?: Instant;
}
export const Place: z.ZodType<Place> = z.strictObject({
  schemaVersion: z.literal(1),
  service: Name,
  environment: Name,
  live: LiveRelease.nullable(),
  good: z.array(LiveRelease).max(10),
  weights: z.record(z.string(), Weight),
  generation: z.int().min(0),
  active: z.string().exactOptional(),
  settling: z.string().exactOptional(),
  lock: Lock.exactOptional(),
  queue: z.array(QueueEntry),
  manual: z.strictObject({ by: Actor, since: Instant, until: Instant, reason: z.string() }).exactOptional(),
  cooldownUntil: Instant.exactOptional(),
});

/** A pair nothing was ever deployed to. */
export function emptyPlace(service: string, environment: string): Place {
  return { schemaVersion: 1, service, environment, live: null, good: [], weights: {}, generation: 0, queue: [] };
}

/** `environments/<environment>.json`: desired; people may edit it. */
export interface EnvironmentState {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly freezes: readonly {
    readonly by: Actor;
    readonly since: Instant;
    readonly until: Instant;
    readonly reason: string;
  }[];
}
export const EnvironmentState: z.ZodType<EnvironmentState> = z.strictObject({
  schemaVersion: z.literal(1),
  name: Name,
  freezes: z.array(z.strictObject({ by: Actor, since: Instant, until: Instant, reason: z.string() })),
});

/** `alerts/<id>.json`: an open problem; opened once, not repeated. Progress. */
export interface Alert {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  /** What it is about, spelled as `Sluice-Subject`. */
  readonly subject: string;
  /** The rule that opened it: a trigger's name, a judge's id, `foreign-commit`, `document-invalid`, `drift`. */
  readonly rule: string;
  readonly title: string;
  readonly detail: string;
  readonly opened: Instant;
  readonly acknowledged?: {
    readonly by: Actor;
    readonly at: Instant;
  };
  /** Only in `history/`: by a person, or by Sluice itself once the rule was quiet. */
  readonly resolved?: {
    readonly by: Actor;
    readonly at: Instant;
    readonly reason?: string;
  };
}
export const Alert: z.ZodType<Alert> = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  subject: z.string(),
  rule: z.string(),
  title: z.string(),
  detail: z.string(),
  opened: Instant,
  acknowledged: z.strictObject({ by: Actor, at: Instant }).exactOptional(),
  resolved: z.strictObject({ by: Actor, at: Instant, reason: z.string().exactOptional() }).exactOptional(),
});
export type Severity = Alert['severity'];
