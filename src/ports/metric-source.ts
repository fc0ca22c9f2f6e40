/** Where numbers come from. */
import type { MetricConfig, Sample } from '../core/model/metric.ts';

/** What the query's `{{...}}` are filled with. */
export interface MetricLabels {
  readonly service?: string;
  readonly environment: string;
  readonly version?: string;
  readonly sha?: string;
  readonly variant?: string;
  readonly deployment?: string;
}

/** Equal windows: the i-th is [start + i*width, start + (i+1)*width), all closed when asked. */
export interface MetricQuery {
  readonly metric: MetricConfig;
  readonly labels: MetricLabels;
  readonly start: number;
  readonly width: number;
  readonly count: number;
  readonly signal: AbortSignal;
}

export interface MetricSource {
  /** Whether it can be asked about the past; where not, folds are checkpointed. */
  readonly past: boolean;
  /** One answer a window, null where the source has nothing. Rejects when the source cannot be asked. */
  read(query: MetricQuery): Promise<readonly (Sample | null)[]>;
}
