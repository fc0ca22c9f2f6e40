import * as z from 'zod';
import { PROMOTES } from '../../model/rollout.ts';
import { choice, duration, name, text, weight } from '../scalar.ts';
import { JudgePart } from './analysis.ts';
import { CheckPart } from './service.ts';
import { optional, required, strict } from './shape.ts';

export interface StagePart {
  readonly name: string;
  readonly weight: number;
  readonly bake?: number;
  readonly promote?: (typeof PROMOTES)[number];
  readonly judges?: readonly JudgePart[];
  readonly checks?: readonly CheckPart[];
  readonly interval?: number;
  readonly shift?: { readonly over: number; readonly every: number };
  readonly analysis?: 'none';
}
const none: z.ZodType<'none'> = z.literal('none');

const StagePart: z.ZodType<StagePart> = strict('a stage', {
  name: required(name, "the stage's name"),
  weight: required(weight, "the candidate's share"),
  bake: optional(duration, 'how long it is watched', '5m'),
  promote: optional(choice(PROMOTES), 'how it is left: by itself, by a person, by a job', 'auto'),
  judges: optional(z.array(JudgePart), 'judges of this stage, beside those of `analysis`'),
  checks: optional(z.array(CheckPart), 'run while the stage lasts'),
  interval: optional(duration, 'how often it is looked at'),
  shift: optional(
    strict('shift', { over: required(duration, 'in this time'), every: required(duration, 'a step each') }),
    'reaches the weight in steps instead of at once',
  ),
  analysis: optional(none, '`none`: nothing need judge this stage'),
});

export interface CanaryPart {
  readonly initial: number;
  readonly increment: number;
  readonly target?: number;
  readonly interval: number;
  readonly 'max-duration'?: number;
  readonly window?: number;
}
const CanaryPart: z.ZodType<CanaryPart> = strict('a canary', {
  initial: required(weight, 'the first share'),
  increment: required(weight, 'how much more each time'),
  target: optional(weight, 'the last share before everything', '100%'),
  interval: required(duration, 'how long each share is watched'),
  'max-duration': optional(duration, 'the rollout goes back when it takes longer'),
  window: optional(duration, 'how often it is looked at'),
});

export interface StrategyPart {
  readonly base?: string;
  readonly stages?: readonly StagePart[];
  readonly canary?: CanaryPart;
  readonly 'keep-old'?: number;
  readonly deadline?: number;
  readonly analysis?: 'none';
}
export const StrategyPart: z.ZodType<StrategyPart> = strict('a strategy', {
  base: optional(text, 'the strategy it differs from'),
  stages: optional(z.array(StagePart), 'ascending, the last at 100%'),
  canary: optional(CanaryPart, 'stages from parameters, instead of `stages`'),
  'keep-old': optional(duration, 'how long the old version is kept after the last stage', '30m'),
  deadline: optional(duration, 'the rollout goes back when it takes longer', '24h'),
  analysis: optional(none, '`none`: nothing need judge its stages'),
});
