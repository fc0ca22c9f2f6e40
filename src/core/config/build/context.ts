import type { MetricConfig } from '../../model/metric.ts';
import type { Milliseconds } from '../../model/time.ts';
import { canRead } from '../../judge/read.ts';
import type { Findings } from '../problem.ts';
import type { Metrics } from './metrics.ts';
import { unknownName } from '../parts.ts';
import type { Path } from '../tree.ts';

/** What every part's building may look at. */
export interface Building {
  readonly findings: Findings;
  readonly metrics: Metrics;
  /** How often whoever watches looks. */
  readonly tick: Milliseconds;
}

export interface FoundMetric {
  readonly metric: MetricConfig;
  readonly read?: string;
}

/** `latency.p95` as the metric and how it is read; a metric that has a dot in its own name comes first. */
function findMetric(metrics: Readonly<Record<string, MetricConfig>>, written: string): FoundMetric | undefined {
  const whole = metrics[written];
  if (whole) return whole.source === 'web-vitals' ? { metric: whole, read: 'p75' } : { metric: whole };
  for (let dot = written.indexOf('.'); dot > 0; dot = written.indexOf('.', dot + 1)) {
    const metric = metrics[written.slice(0, dot)];
    if (metric) return { metric, read: written.slice(dot + 1) };
  }
  return undefined;
}

/** The metric that `written` names; what is wrong with it is a problem. Undefined also when its definition is at fault. */
export function metricAt(path: Path, written: string, { metrics, findings }: Building): FoundMetric | undefined {
  const found = findMetric(metrics.metrics, written);
  if (!found) {
    const isBroken = [...metrics.broken].some((name) => written === name || written.startsWith(`${name}.`));
    if (!isBroken) unknownName(findings, path, { what: 'metric', name: written, known: Object.keys(metrics.metrics) });
    return undefined;
  }
  if (canRead(found.metric.kind, found.read)) return found;
  const expected = READS[found.metric.kind];
  findings.problem(path, {
    message: `\`${found.metric.name}\` is a ${found.metric.kind} and cannot be read as \`${found.read ?? ''}\`: expected ${expected}`,
    found: written,
    expected,
  });
  return undefined;
}

const READS: Readonly<Record<MetricConfig['kind'], string>> = {
  proportion: '`rate` or `success`',
  count: '`rate` (per second) or `count`',
  mean: '`mean`',
  histogram: '`mean`, `p50`, `p95`, `p99` and so on',
  value: '`value`',
};
