import type * as z from 'zod';
import type { SourceConfig } from '../../model/config.ts';
import { METRIC_KINDS, type MetricKind } from '../../model/metric.ts';
import { choice, duration, secret, text, url } from '../scalar.ts';
import { mapOf, optional, required, strict } from './shape.ts';

const SOURCE_TYPES = ['prometheus', 'datadog', 'cloudwatch', 'new-relic', 'sentry', 'http', 'router'] as const;

export interface SourcePart {
  readonly type: SourceConfig['type'];
  readonly url?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout?: number;
}
export const SourcePart: z.ZodType<SourcePart> = strict('a source', {
  type: required(choice(SOURCE_TYPES), 'what it is'),
  url: optional(url, 'where it answers'),
  token: optional(secret, 'the secret that may ask it'),
  headers: optional(mapOf(text), 'headers of each request; a secret is `$NAME`'),
  timeout: optional(duration, 'how long an answer may take', '10s'),
});

/** The queries a kind of metric is made of. */
export const QUERY_ROLES: Readonly<
  Record<MetricKind, { readonly needs: readonly string[]; readonly takes: readonly string[] }>
> = {
  proportion: { needs: ['bad', 'total'], takes: [] },
  count: { needs: ['count'], takes: [] },
  mean: { needs: ['sum', 'n'], takes: ['sum-squares'] },
  histogram: { needs: ['buckets'], takes: ['sum'] },
  value: { needs: ['value'], takes: [] },
};

export interface MetricPart {
  readonly source?: string;
  readonly preset?: string;
  readonly kind?: MetricKind;
  readonly unit?: string;
  readonly better?: 'lower' | 'higher';
  readonly window?: number;
  readonly delay?: number;
  readonly bad?: string;
  readonly total?: string;
  readonly count?: string;
  readonly sum?: string;
  readonly n?: string;
  readonly 'sum-squares'?: string;
  readonly buckets?: string;
  readonly value?: string;
}
export const MetricPart: z.ZodType<MetricPart> = strict('a metric', {
  source: optional(text, 'the source that is asked; the only one by default'),
  preset: optional(text, 'queries that are known: `istio-error-rate`'),
  kind: optional(choice(METRIC_KINDS), 'what it is made of'),
  unit: optional(text, 'the unit of its values: `s`, `ms`, `%`, `bytes`'),
  better: optional(choice(['lower', 'higher']), 'which direction is good', 'lower'),
  window: optional(duration, 'over which time it is shown', '5m'),
  delay: optional(duration, "how long after a window's end its data is complete", '60s'),
  bad: optional(text, 'proportion: the query that counts what went wrong'),
  total: optional(text, 'proportion: the query that counts everything'),
  count: optional(text, 'count: the query'),
  sum: optional(text, 'mean, histogram: the query for the sum of all values'),
  n: optional(text, 'mean: the query for how many values'),
  'sum-squares': optional(text, 'mean: the query for the sum of squares'),
  buckets: optional(text, 'histogram: the query for the buckets, by `le`'),
  value: optional(text, 'value: the query'),
});
