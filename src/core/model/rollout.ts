import * as z from 'zod';
import { Actor } from './actor.ts';
import { PlainServe, Serve } from './flag.ts';
import { Evidence, Verdict } from './metric.ts';
import { Name } from './names.ts';
import { Operation, Wake } from './operation.ts';
import { Plan } from './plan.ts';
import { Release } from './release.ts';
import { StageRecord } from './stage.ts';
import { Instant } from './time.ts';
import { Weight } from './weight.ts';

export { Claim, Operation, Wake } from './operation.ts';
export { StageRecord, type StageRun } from './stage.ts';
export { CheckSpec, Plan, PlannedStage, PROMOTES } from './plan.ts';

export const PHASES = [
  'queued',
  'preparing',
  'deploying',
  'validating',
  'exposing',
  'provisional',
  'rolling-back',
  'completed',
  'rolled-back',
  'cancelled',
  'failed',
] as const;
export type Phase = (typeof PHASES)[number];

export type Subject =
  | {
      readonly type: 'release';
      readonly service: string;
      readonly environment: string;
      readonly release: Release;
    }
  | {
      readonly type: 'flag';
      readonly flag: string;
      readonly environment: string;
      /** The rule it ramps: `default` or a rule's id. */
      readonly rule: string;
      readonly candidate: PlainServe;
      readonly stable: PlainServe;
      readonly services: readonly string[];
      /** The share that the candidate had when the rollout began, and has again after going back; absent: none. */
      readonly from?: Weight;
      /** The flag's environment when the rollout began, and again after going back; null: the flag did not name it. */
      readonly before?: { readonly enabled: boolean; readonly serve: Serve } | null;
    };
export const Subject: z.ZodType<Subject> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('release'), service: Name, environment: Name, release: Release }),
  z.strictObject({
    type: z.literal('flag'),
    flag: Name,
    environment: Name,
    rule: z.string(),
    candidate: PlainServe,
    stable: PlainServe,
    services: z.array(Name),
    from: Weight.exactOptional(),
    before: z.strictObject({ enabled: z.boolean(), serve: Serve }).nullable().exactOptional(),
  }),
]);

export const HOLDS = [
  'paused',
  'approval',
  'job',
  'undecided',
  'no-data',
  'reduced',
  'edited-by-hand',
  'gate',
] as const;

/** Why it does not go up just now. While held nothing goes up; analysis, triggers and going back go on. */
export interface Hold {
  readonly kind: (typeof HOLDS)[number];
  readonly since: Instant;
  readonly until: Instant;
  /** What happens at `until`. */
  readonly onTimeout: 'resume' | 'rollback' | 'cancel' | 'notify';
  readonly by: Actor;
  readonly reason: string;
  /** Held for a job: its workflow is called for. */
  readonly wake?: Wake;
}
export const Hold: z.ZodType<Hold> = z.strictObject({
  kind: z.enum(HOLDS),
  since: Instant,
  until: Instant,
  onTimeout: z.enum(['resume', 'rollback', 'cancel', 'notify']),
  by: Actor,
  reason: z.string(),
  wake: Wake.exactOptional(),
});

export interface Approval {
  readonly by: Actor;
  readonly stage: string;
  readonly label: string;
  readonly digest: string;
  readonly at: Instant;
  readonly until: Instant;
  readonly source?: string;
  /** A click on GitHub: the workflow run, and the GitHub environment that its job was let into. */
  readonly run?: string;
  readonly into?: string;
}
export const Approval: z.ZodType<Approval> = z.strictObject({
  by: Actor,
  stage: z.string(),
  label: z.string(),
  digest: z.string(),
  at: Instant,
  until: Instant,
  source: z.string().exactOptional(),
  run: z.string().exactOptional(),
  into: z.string().exactOptional(),
});

export const GATES = ['order', 'lock', 'freeze', 'checks', 'compatibility', 'approval', 'health'] as const;
export type Gate = (typeof GATES)[number];

export interface GateAnswer {
  readonly gate: (typeof GATES)[number];
  readonly answer: 'yes' | 'no' | 'wait' | 'overridden' | 'not-asked';
  readonly detail: string;
}
export const GateAnswer: z.ZodType<GateAnswer> = z.strictObject({
  gate: z.enum(GATES),
  answer: z.enum(['yes', 'no', 'wait', 'overridden', 'not-asked']),
  detail: z.string(),
});

/** Judges that failed and were passed over by a person, who resumed or promoted; the verdicts are those that stood then. */
export interface Acknowledgement {
  readonly by: Actor;
  readonly at: Instant;
  readonly stage: string;
  readonly verdicts: readonly Verdict[];
}
const Acknowledgement: z.ZodType<Acknowledgement> = z.strictObject({
  by: Actor,
  at: Instant,
  stage: z.string(),
  verdicts: z.array(Verdict),
});

/** Why and how it goes back. */
export interface GoingBack {
  readonly by: Actor;
  readonly at: Instant;
  readonly automatic: boolean;
  readonly reason: string;
  /** The judge, trigger or command that asked for it. */
  readonly cause: string;
  /** Label that gets the traffic; null: there is none, the candidate just goes. */
  readonly to: string | null;
  /** The stable label that was itself unhealthy, where `to` is the last good one before it. */
  readonly insteadOf?: string;
  /** Index of the step of the way back, and when it began to take effect. */
  readonly step: number;
  readonly steps: readonly {
    readonly weight: Weight;
    readonly bake: number;
  }[];
  readonly stepSince?: Instant;
  readonly incident: string;
}
export const GoingBack: z.ZodType<GoingBack> = z.strictObject({
  by: Actor,
  at: Instant,
  automatic: z.boolean(),
  reason: z.string(),
  cause: z.string(),
  to: z.string().nullable(),
  insteadOf: z.string().exactOptional(),
  step: z.int(),
  steps: z.array(z.strictObject({ weight: Weight, bake: z.int() })),
  stepSince: Instant.exactOptional(),
  incident: z.string(),
});

/** `rollouts/<id>.json`, later `history/<yyyy-mm>/rollout-<id>.json`. Progress: only Sluice writes it. */
export interface Rollout {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly kind: 'deploy' | 'rollback' | 'traffic' | 'flag';
  readonly subject: Subject;
  /** What users have now; null on a first release. */
  readonly stable: Release | null;
  /** The last good release before that, where `stable` is itself only provisional. */
  readonly fallback?: Release | null;
  readonly requestedBy: Actor;
  readonly authors?: readonly string[];
  readonly request: string;
  readonly source?: string;
  readonly reason?: string;
  readonly began: Instant;
  readonly plan: Plan;
  readonly phase: (typeof PHASES)[number];
  readonly phaseSince: Instant;
  /** Index into plan.stages while exposing. */
  readonly stage: number;
  readonly step?: 'gate' | 'shifting' | 'baking';
  /** Candidate's weight wanted now (differs from the stage's after `reduce`, or inside a shift). */
  readonly weight: Weight;
  readonly exposedAt?: Instant;
  /** Closed pauses since exposedAt, in ms, and the open one. */
  readonly pausedFor: number;
  readonly pausedAt?: Instant;
  readonly extendedBy: number;
  readonly hold?: Hold;
  readonly gates: readonly GateAnswer[];
  readonly overrides: readonly string[];
  readonly approvals: readonly Approval[];
  readonly rejections: readonly {
    readonly by: Actor;
    readonly stage: string;
    readonly at: Instant;
    readonly reason: string;
    /** Said on GitHub, to this workflow run. */
    readonly run?: string;
  }[];
  /** In order of time. */
  readonly acknowledged?: readonly Acknowledgement[];
  readonly operations: readonly Operation[];
  readonly evidence: readonly Evidence[];
  readonly verdicts: readonly Verdict[];
  /** By judge: when its source fell silent or answered again, of the last hour, as far as that was committed. */
  readonly flips?: Readonly<Record<string, readonly Instant[]>>;
  /** Trigger states that were committed: when each fired last. */
  readonly fired: Readonly<Record<string, Instant>>;
  readonly stages: readonly StageRecord[];
  /** Only deploy up to and including this stage, then hold. */
  readonly until?: string;
  readonly goingBack?: GoingBack;
  readonly rollbackAttempts: number;
  /** Where the candidate answers by itself. */
  readonly url?: string;
  readonly ended?: Instant;
  readonly outcome?: string;
}
export const Rollout: z.ZodType<Rollout> = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  kind: z.enum(['deploy', 'rollback', 'traffic', 'flag']),
  subject: Subject,
  stable: Release.nullable(),
  fallback: Release.nullable().exactOptional(),
  requestedBy: Actor,
  authors: z.array(z.string()).exactOptional(),
  request: z.string(),
  source: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  began: Instant,
  plan: Plan,
  phase: z.enum(PHASES),
  phaseSince: Instant,
  stage: z.int().min(0),
  step: z.enum(['gate', 'shifting', 'baking']).exactOptional(),
  weight: Weight,
  exposedAt: Instant.exactOptional(),
  pausedFor: z.int(),
  pausedAt: Instant.exactOptional(),
  extendedBy: z.int(),
  hold: Hold.exactOptional(),
  gates: z.array(GateAnswer),
  overrides: z.array(z.string()),
  approvals: z.array(Approval),
  rejections: z.array(
    z.strictObject({ by: Actor, stage: z.string(), at: Instant, reason: z.string(), run: z.string().exactOptional() }),
  ),
  acknowledged: z.array(Acknowledgement).exactOptional(),
  operations: z.array(Operation),
  evidence: z.array(Evidence),
  verdicts: z.array(Verdict),
  flips: z.record(z.string(), z.array(Instant)).exactOptional(),
  fired: z.record(z.string(), Instant),
  stages: z.array(StageRecord),
  until: z.string().exactOptional(),
  goingBack: GoingBack.exactOptional(),
  rollbackAttempts: z.int(),
  url: z.string().exactOptional(),
  ended: Instant.exactOptional(),
  outcome: z.string().exactOptional(),
});
