import type * as z from 'zod';
import { EXPERIMENT_KINDS, type ExperimentKind } from '../../model/experiment.ts';
import { choice, count, duration, fraction, quantity, ratio, secret, text, weight } from '../scalar.ts';
import type { Quantity } from '../quantity.ts';
import { mapOf, optional, strict, texts } from './shape.ts';

export interface ExperimentMetricPart {
  readonly kind?: ExperimentKind;
  readonly better?: 'lower' | 'higher';
  readonly margin?: number;
  readonly effect?: number;
  readonly quantile?: string;
  readonly usual?: Quantity;
  readonly variance?: number;
}
export const ExperimentMetricPart: z.ZodType<ExperimentMetricPart> = strict('a metric of experiments', {
  kind: optional(choice(EXPERIMENT_KINDS), 'what is counted of each user', 'proportion'),
  better: optional(
    choice(['lower', 'higher']),
    'which direction is good; lower by itself for names such as `errors` or `latency`; other guardrails must say it',
    'higher',
  ),
  margin: optional(fraction, 'as a guardrail: how much worse than the control is still as good'),
  effect: optional(fraction, 'the smallest effect worth seeing, relative to the control', '10%'),
  quantile: optional(text, 'quantile: which one, such as `p95`'),
  usual: optional(quantity, 'its usual value, for the forecast of how many users are needed: `5%` or a number'),
  variance: optional(ratio, 'mean, ratio: its usual variance between users'),
});

export interface LayerPart {
  readonly slots?: number;
  readonly generation?: number;
}
const LayerPart: z.ZodType<LayerPart> = strict('a layer', {
  slots: optional(count, 'into how many equal slots users are drawn', '10'),
  generation: optional(count, "raised to draw everybody's slot anew, when no slot is free", '1'),
});

export interface IngestPart {
  readonly port?: number;
  readonly token?: string;
  readonly origins?: readonly string[];
}
const IngestPart: z.ZodType<IngestPart> = strict('the ingestion of events', {
  port: optional(count, 'the port on 127.0.0.1; 0: a free one', '7412'),
  token: optional(secret, 'the bearer token that senders must have'),
  origins: optional(texts, 'web pages that may send, such as `https://shop.example`', '[]'),
});

export interface ExperimentsPart {
  readonly metrics?: Readonly<Record<string, ExperimentMetricPart>>;
  readonly 'min-users'?: number;
  readonly 'min-time'?: number;
  readonly 'false-winners'?: number;
  readonly layers?: Readonly<Record<string, LayerPart>>;
  readonly holdouts?: Readonly<Record<string, number>>;
  readonly users?: string;
  readonly 'on-guardrail-lost'?: 'alert' | 'stop';
  readonly ingest?: IngestPart;
}
export const ExperimentsPart: z.ZodType<ExperimentsPart> = strict('experiments', {
  metrics: optional(mapOf(ExperimentMetricPart), 'what experiments are decided on, by name'),
  'min-users': optional(count, 'no winner before so many users in each variant', '1000'),
  'min-time': optional(duration, 'no winner before so much time', '24h'),
  'false-winners': optional(
    fraction,
    'how many experiments without any difference may call a winner, at any number of looks',
    '5%',
  ),
  layers: optional(mapOf(LayerPart), 'experiments of one layer never share a user'),
  holdouts: optional(mapOf(weight), 'shares of users that stay out of every experiment which names them'),
  users: optional(
    text,
    'the metric of kind count that says how many users a variant had, where a source gives the numbers',
  ),
  'on-guardrail-lost': optional(
    choice(['alert', 'stop']),
    'what a tick does when a guardrail is lost: open an alert, or stop the experiment too',
    'alert',
  ),
  ingest: optional(IngestPart, 'where `sluice serve` takes events of applications; absent: nowhere'),
});
