import * as z from 'zod';
import { ACTIONS, type Action, JudgeSpec } from './metric.ts';
import { Name } from './names.ts';
import { Weight } from './weight.ts';

/** One named thing to run or ask before, during or after a deploy. */
export interface CheckSpec {
  readonly name: string;
  readonly run?: string | readonly string[];
  readonly get?: string;
  readonly url?: string;
  readonly timeout: number;
  readonly env: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect?: string;
  readonly allowFailure: boolean;
}
export const CheckSpec: z.ZodType<CheckSpec> = z.strictObject({
  name: z.string(),
  run: z.union([z.string(), z.array(z.string()).min(1)]).exactOptional(),
  get: z.string().exactOptional(),
  url: z.string().exactOptional(),
  timeout: z.int(),
  env: z.array(z.string()).default([]),
  headers: z.record(z.string(), z.string()).exactOptional(),
  expect: z.string().exactOptional(),
  allowFailure: z.boolean().default(false),
});

export const PROMOTES = ['auto', 'manual', 'job'] as const;

/** One step of exposure, as the plan fixes it. Times in ms. */
export interface PlannedStage {
  readonly name: string;
  readonly weight: Weight;
  /** A fresh copy of the stable version takes the same share beside the candidate: what a judge `compare: baseline` compares with. */
  readonly baseline?: true;
  /** `traffic set` over any number of versions: label -> weight, instead of candidate against stable. */
  readonly weights?: Readonly<Record<string, Weight>>;
  readonly bake: number;
  readonly promote: (typeof PROMOTES)[number];
  readonly judges: readonly JudgeSpec[];
  readonly checks: readonly CheckSpec[];
  /** How many approvals the stage needs before it begins, from whom. */
  readonly approvals?: {
    readonly count: number;
    readonly from: readonly string[];
    readonly expires: number;
  };
  readonly githubEnvironment?: string;
  /** Reach `weight` over this time, a step each `every`, instead of at once. */
  readonly shift?: {
    readonly over: number;
    readonly every: number;
    /** Of `weights`: what the versions had before. */
    readonly from?: Readonly<Record<string, Weight>>;
  };
  /** `analysis: none` was written: nothing need be applicable. */
  readonly unjudged?: boolean;
}
export const PlannedStage: z.ZodType<PlannedStage> = z.strictObject({
  name: Name,
  weight: Weight,
  baseline: z.literal(true).exactOptional(),
  weights: z.record(z.string(), Weight).exactOptional(),
  bake: z.int().min(0),
  promote: z.enum(PROMOTES),
  judges: z.array(JudgeSpec),
  checks: z.array(CheckSpec),
  approvals: z.strictObject({ count: z.int(), from: z.array(z.string()), expires: z.int() }).exactOptional(),
  githubEnvironment: z.string().exactOptional(),
  shift: z
    .strictObject({ over: z.int(), every: z.int(), from: z.record(z.string(), Weight).exactOptional() })
    .exactOptional(),
  unjudged: z.boolean().exactOptional(),
});

/** The whole plan, stored with the rollout; its digest binds approvals. Times in ms. */
export interface Plan {
  readonly strategy: string;
  readonly stages: readonly PlannedStage[];
  /** Runs before the deploy, in order: checks, backup, migrations. */
  readonly before: readonly CheckSpec[];
  /** Takes back what `before` applied (migrations), where the deploy never begins. */
  readonly revert?: readonly CheckSpec[];
  /** Against the candidate before it gets traffic: readiness, smoke tests, critical flows. */
  readonly validate: readonly CheckSpec[];
  /** After the rollout is complete. */
  readonly after: readonly CheckSpec[];
  /** How the switch is verified: header or path of the live response that names the version. */
  readonly verify?: {
    readonly header?: string;
    readonly path?: string;
    readonly url: string;
  };
  readonly keepOld: number;
  readonly settle: number;
  readonly deadline: number;
  readonly extendMax: number;
  readonly onUndecided: Action | 'promote';
  readonly onNoData: Action | 'promote';
  /** Steps of a gradual way back; the last is always everything. */
  readonly gradual: readonly {
    readonly weight: Weight;
    readonly bake: number;
  }[];
  readonly automaticRollback: boolean;
  /** The configuration's digest at planning. */
  readonly policy: string;
  readonly digest: string;
}
export const Plan: z.ZodType<Plan> = z.strictObject({
  strategy: z.string(),
  stages: z.array(PlannedStage).min(1),
  before: z.array(CheckSpec),
  revert: z.array(CheckSpec).exactOptional(),
  validate: z.array(CheckSpec),
  after: z.array(CheckSpec),
  verify: z
    .strictObject({ header: z.string().exactOptional(), path: z.string().exactOptional(), url: z.string() })
    .exactOptional(),
  keepOld: z.int(),
  settle: z.int(),
  deadline: z.int(),
  extendMax: z.int(),
  onUndecided: z.enum(ACTIONS).or(z.literal('promote')),
  onNoData: z.enum(ACTIONS).or(z.literal('promote')),
  gradual: z.array(z.strictObject({ weight: Weight, bake: z.int() })),
  automaticRollback: z.boolean(),
  policy: z.string(),
  digest: z.string(),
});
