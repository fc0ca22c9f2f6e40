import * as z from 'zod';
import { ACTIONS, type Action } from '../../model/metric.ts';
import type { Quantity } from '../quantity.ts';
import { choice, count, duration, fraction, quantity, ratio, text, toggle } from '../scalar.ts';
import { optional, required, strict } from './shape.ts';

export const METHODS = ['sequential', 'regression', 'mann-whitney'] as const;
export const ARMS = ['stable', 'baseline', 'recorded'] as const;

export interface JudgePart {
  readonly metric: string;
  readonly below?: Quantity;
  readonly above?: Quantity;
  readonly compare?: (typeof ARMS)[number];
  readonly tolerance?: Quantity;
  readonly ratio?: number;
  readonly method?: (typeof METHODS)[number];
  readonly for?: number;
  readonly failures?: number;
  readonly 'min-samples'?: number;
  readonly then?: Action;
  readonly 'dry-run'?: boolean;
}
export const JudgePart: z.ZodType<JudgePart> = strict('a judge', {
  metric: required(text, 'what it reads: `error-rate`, `latency.p95`, `latency.mean`'),
  below: optional(quantity, 'passes below this, in the unit of the metric'),
  above: optional(quantity, 'passes above this'),
  compare: optional(choice(ARMS), 'passes when it is no worse than this'),
  tolerance: optional(quantity, 'how much worse is still as good, in the unit of the metric'),
  ratio: optional(ratio, 'how many times as bad is still as good'),
  method: optional(choice(METHODS), 'how it compares; `recorded` compares by regression', 'sequential'),
  for: optional(duration, 'only a breach that lasts this long counts'),
  failures: optional(count, 'how many windows may breach', '0'),
  'min-samples': optional(
    count,
    'no pass before so many samples; comparisons of rates, counts and quantiles fail as soon as it is certain',
    '500',
  ),
  then: optional(choice(ACTIONS), 'what a failure does', 'rollback'),
  'dry-run': optional(toggle, 'only shown', 'false'),
});

const AFTER = [...ACTIONS, 'promote'] as const;

export interface AnalysisPart {
  readonly interval?: number;
  readonly 'false-rollbacks'?: number;
  readonly 'sample-ratio'?: number;
  readonly judges?: readonly JudgePart[];
  readonly undecided?: { readonly extend?: number; readonly then?: Action | 'promote' };
  readonly 'no-data'?: Action | 'promote';
}
export const AnalysisPart: z.ZodType<AnalysisPart | 'none'> = z.union([
  z.literal('none'),
  strict('analysis', {
    interval: optional(duration, 'how often whoever watches looks', '30s'),
    'false-rollbacks': optional(
      fraction,
      'how many good rollouts may go back by mistake, over the whole rollout',
      '5%',
    ),
    'sample-ratio': optional(
      fraction,
      'by how much of its planned share the candidate may get more or less before arms are not compared; `100%`: never asked',
      '25%',
    ),
    judges: optional(z.array(JudgePart), 'the judges of every stage'),
    undecided: optional(
      strict('undecided', {
        extend: optional(duration, 'how much longer a stage may bake', '15m'),
        then: optional(choice(AFTER), 'and what happens then', 'pause'),
      }),
      'when there were too few samples',
    ),
    'no-data': optional(choice(AFTER), 'when a source that should answer has nothing', 'pause'),
  }),
]);
