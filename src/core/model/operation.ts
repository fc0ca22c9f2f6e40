import * as z from 'zod';
import { CheckSpec } from './plan.ts';
import { Instant } from './time.ts';
import { Weight } from './weight.ts';

export interface Claim {
  readonly by: string;
  readonly runId?: string;
  /** Which attempt of that run; a later one is somebody else. */
  readonly runAttempt?: number;
  /** Which of the run's jobs: its id in the workflow, and the name of its runner. */
  readonly job?: string;
  readonly runner?: string;
  readonly attempt: number;
  readonly since: Instant;
  readonly until: Instant;
}
export const Claim: z.ZodType<Claim> = z.strictObject({
  by: z.string(),
  runId: z.string().exactOptional(),
  runAttempt: z.int().min(1).exactOptional(),
  job: z.string().exactOptional(),
  runner: z.string().exactOptional(),
  attempt: z.int().min(1),
  since: Instant,
  until: Instant,
});

/** Somebody who can is called for, once: who calls, since when, how often by now, and the workflow run that came of it. */
export interface Wake {
  readonly by: string;
  readonly since: Instant;
  readonly tries: number;
  /** The call went out. */
  readonly sent?: true;
  readonly run?: string;
  /** The workflow's file name. */
  readonly workflow?: string;
  /** Nothing was started: a later job of the caller's own run is waited for. */
  readonly own?: true;
}
export const Wake: z.ZodType<Wake> = z.strictObject({
  by: z.string(),
  since: Instant,
  tries: z.int().min(1),
  sent: z.literal(true).exactOptional(),
  run: z.string().exactOptional(),
  workflow: z.string().exactOptional(),
  own: z.literal(true).exactOptional(),
});

export const PURPOSES = [
  'before',
  'deploy',
  'baseline',
  'validate',
  'stage',
  'shift',
  'rollback',
  'verify',
  'clean-up',
  'after',
  'revert',
] as const;

/** One outside effect that changes the world. `what` says which: a deploy's label, weights, a run's name. */
export interface Operation {
  readonly id: string;
  readonly kind: 'deploy' | 'weights' | 'remove' | 'run';
  /** deploy, remove: the release's label. */
  readonly label?: string;
  readonly commit?: string;
  /** deploy: the version of which `label` is a second, fresh copy; it runs as that version. */
  readonly copyOf?: string;
  /** weights: what is wanted, label -> weight. */
  readonly weights?: Readonly<Record<string, Weight>>;
  /** run: what to run in order, all against one version; one that may fail does not end it. */
  readonly checks?: readonly CheckSpec[];
  readonly purpose: (typeof PURPOSES)[number];
  /** verify: the exposure of a stage that it belongs to (`stageKey`). */
  readonly stage?: string;
  /** What a performer must have: `platform:local`, `checkout`, `secret:NAME`, `github-environment:NAME`. */
  readonly needs: readonly string[];
  readonly generation: number;
  readonly state: 'pending' | 'running' | 'done' | 'failed' | 'void';
  readonly claim?: Claim;
  /** Pending: who has what it needs is called for. */
  readonly wake?: Wake;
  /** The platform's own handle of a long deploy: its end is observed, never awaited inside a tick. */
  readonly ref?: string;
  /** The candidate's URL, as a deploy answered. */
  readonly url?: string;
  readonly since: Instant;
  readonly ended?: Instant;
  readonly detail?: string;
  /** run: how many of its checks passed before it ended. */
  readonly passed?: number;
}
export const Operation: z.ZodType<Operation> = z.strictObject({
  id: z.string(),
  kind: z.enum(['deploy', 'weights', 'remove', 'run']),
  label: z.string().exactOptional(),
  commit: z.string().exactOptional(),
  copyOf: z.string().exactOptional(),
  weights: z.record(z.string(), Weight).exactOptional(),
  checks: z.array(CheckSpec).exactOptional(),
  purpose: z.enum(PURPOSES),
  stage: z.string().exactOptional(),
  needs: z.array(z.string()),
  generation: z.int(),
  state: z.enum(['pending', 'running', 'done', 'failed', 'void']),
  claim: Claim.exactOptional(),
  wake: Wake.exactOptional(),
  ref: z.string().exactOptional(),
  url: z.string().exactOptional(),
  since: Instant,
  ended: Instant.exactOptional(),
  detail: z.string().exactOptional(),
  passed: z.int().exactOptional(),
});
