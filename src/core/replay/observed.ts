/** `Sluice-Observed`: what a decision saw outside the state and what cannot be derived from the documents it wrote. */
import * as z from 'zod';
import type { CommitChecks, PlatformFacts, RunFacts } from '../facts.ts';
import { Actor, type Role, ROLES } from '../model/actor.ts';
import { ACTIONS } from '../model/metric.ts';
import { Release } from '../model/release.ts';
import type { Milliseconds } from '../model/time.ts';
import type { Fired, OperationResult, Performer, Refused, RunBehind, Woken } from '../rollout/input.ts';
import type { Finding } from '../watch/alert.ts';

type Can = 'preview' | 'keepsOld' | 'instantBack' | 'perVersionMetrics' | 'baseline' | 'find';

/** What a platform can; absent: it cannot. */
type PlatformSeen = Pick<PlatformFacts, 'weights' | 'needs' | 'deployNeeds' | 'timeout'> &
  Partial<Pick<PlatformFacts, Can>>;
const PlatformSeen: z.ZodType<PlatformSeen> = z.strictObject({
  weights: z.enum(['any', 'steps', 'none']),
  needs: z.array(z.string()),
  deployNeeds: z.array(z.string()).exactOptional(),
  timeout: z.number().exactOptional(),
  preview: z.boolean().exactOptional(),
  keepsOld: z.boolean().exactOptional(),
  instantBack: z.boolean().exactOptional(),
  perVersionMetrics: z.boolean().exactOptional(),
  baseline: z.boolean().exactOptional(),
  find: z.boolean().exactOptional(),
});

/** `Facts` without what goes without saying. */
export interface ObservedFacts {
  readonly performer?: Performer;
  readonly platforms?: Readonly<Record<string, PlatformSeen>>;
  readonly sources?: readonly string[];
  readonly releases?: Readonly<Record<string, Release>>;
  readonly checks?: Readonly<Record<string, CommitChecks>>;
  readonly authors?: Readonly<Record<string, readonly string[]>>;
  readonly run?: RunFacts;
  readonly automaticOff?: boolean;
  readonly clockOff?: boolean;
}
const ObservedFacts: z.ZodType<ObservedFacts> = z.strictObject({
  performer: z
    .strictObject({
      id: z.string(),
      has: z.array(z.string()),
      claimFor: z.number(),
      runId: z.string().exactOptional(),
      runAttempt: z.int().exactOptional(),
      job: z.string().exactOptional(),
      runner: z.string().exactOptional(),
      repository: z.string().exactOptional(),
    })
    .exactOptional(),
  platforms: z.record(z.string(), PlatformSeen).exactOptional(),
  sources: z.array(z.string()).exactOptional(),
  releases: z.record(z.string(), Release).exactOptional(),
  checks: z
    .record(z.string(), z.strictObject({ state: z.enum(['green', 'red', 'running', 'unknown']), detail: z.string() }))
    .exactOptional(),
  authors: z.record(z.string(), z.array(z.string())).exactOptional(),
  run: z
    .strictObject({
      id: z.string(),
      attempt: z.int(),
      headSha: z.string(),
      url: z.string().exactOptional(),
      approvals: z.array(
        z.strictObject({
          by: Actor,
          environments: z.array(z.string()),
          rights: z.strictObject({ role: z.enum(ROLES).exactOptional(), teams: z.array(z.string()) }),
        }),
      ),
    })
    .exactOptional(),
  automaticOff: z.boolean().exactOptional(),
  clockOff: z.boolean().exactOptional(),
});

const OperationResult: z.ZodType<OperationResult> = z.strictObject({
  state: z.enum(['running', 'done', 'failed', 'unknown']),
  ref: z.string().exactOptional(),
  url: z.string().exactOptional(),
  detail: z.string().exactOptional(),
  passed: z.int().exactOptional(),
});

/** An input to a rollout. Of a look the evidence stands in the documents, and what judges say of it is said anew. */
export type SeenInput =
  | { readonly type: 'operation'; readonly id: string; readonly attempt: number; readonly result: OperationResult }
  | { readonly type: 'woken'; readonly operation?: string; readonly woken: Woken }
  | {
      readonly type: 'observed';
      /** When it was looked, in ms. */
      readonly at?: Milliseconds;
      /** Evidence was folded and judged. */
      readonly judged?: boolean;
      /** Judges whose source could not be asked this time. */
      readonly unasked?: readonly string[];
      readonly fired?: readonly Fired[];
      readonly operations?: Readonly<Record<string, OperationResult>>;
      readonly dead?: Readonly<Record<string, number>>;
      readonly endedRuns?: readonly string[];
      readonly behind?: RunBehind;
      readonly refused?: Refused;
      readonly stableHealthy?: boolean;
      readonly candidateHealthy?: boolean;
      readonly fallbackHealthy?: boolean;
    };
const SeenInput: z.ZodType<SeenInput> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('operation'), id: z.string(), attempt: z.int(), result: OperationResult }),
  z.strictObject({
    type: z.literal('woken'),
    operation: z.string().exactOptional(),
    woken: z.strictObject({
      run: z.string().exactOptional(),
      workflow: z.string(),
      own: z.literal(true).exactOptional(),
    }),
  }),
  z.strictObject({
    type: z.literal('observed'),
    at: z.number().exactOptional(),
    judged: z.boolean().exactOptional(),
    unasked: z.array(z.string()).exactOptional(),
    fired: z
      .array(z.strictObject({ trigger: z.string(), action: z.enum(ACTIONS), because: z.string() }))
      .exactOptional(),
    operations: z.record(z.string(), OperationResult).exactOptional(),
    dead: z.record(z.string(), z.int()).exactOptional(),
    endedRuns: z.array(z.string()).exactOptional(),
    behind: z.strictObject({ run: z.string(), ended: z.boolean(), failed: z.string().exactOptional() }).exactOptional(),
    refused: z.strictObject({ by: Actor, run: z.string() }).exactOptional(),
    stableHealthy: z.boolean().exactOptional(),
    candidateHealthy: z.boolean().exactOptional(),
    fallbackHealthy: z.boolean().exactOptional(),
  }),
]);

export type Observed =
  | {
      readonly as: 'command';
      readonly facts: ObservedFacts;
      readonly role?: Role;
      readonly teams?: readonly string[];
      /** The command's text, where a line of a message cannot hold it as it is. */
      readonly text?: string;
    }
  | {
      readonly as: 'step';
      readonly rollout: string;
      readonly facts: ObservedFacts;
      readonly input: SeenInput;
      /** The other rollouts of its pair were not read. */
      readonly alone?: boolean;
    }
  | { readonly as: 'turn'; readonly pair: string; readonly facts: ObservedFacts }
  /** Of an experiment; its numbers stand in the decision that was written. */
  | { readonly as: 'verdict'; readonly experiment: string }
  | { readonly as: 'alerts'; readonly findings: readonly Finding[] };
export const Observed: z.ZodType<Observed> = z.discriminatedUnion('as', [
  z.strictObject({
    as: z.literal('command'),
    facts: ObservedFacts,
    role: z.enum(ROLES).exactOptional(),
    teams: z.array(z.string()).exactOptional(),
    text: z.string().exactOptional(),
  }),
  z.strictObject({
    as: z.literal('step'),
    rollout: z.string(),
    facts: ObservedFacts,
    input: SeenInput,
    alone: z.boolean().exactOptional(),
  }),
  z.strictObject({ as: z.literal('turn'), pair: z.string(), facts: ObservedFacts }),
  z.strictObject({ as: z.literal('verdict'), experiment: z.string() }),
  z.strictObject({
    as: z.literal('alerts'),
    findings: z.array(
      z.strictObject({
        subject: z.string(),
        rule: z.string(),
        severity: z.enum(['critical', 'high', 'medium', 'low']),
        title: z.string(),
        detail: z.string(),
        state: z.enum(['breach', 'quiet', 'unclear']),
      }),
    ),
  }),
]);
