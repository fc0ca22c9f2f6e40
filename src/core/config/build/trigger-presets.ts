/** The tables of as triggers, for those metrics that exist. Bounds in the metric's unit. */
import type { TriggerConfig } from '../../model/config.ts';
import type { Action, MetricConfig } from '../../model/metric.ts';
import type { Severity } from '../../model/place.ts';
import { MINUTE } from '../../model/time.ts';
import { inUnitOf, parseQuantity } from '../quantity.ts';
import type { TriggerPreset } from '../part/trigger.ts';

interface Row {
  readonly name: string;
  readonly metric: readonly string[];
  readonly read?: string;
  readonly above?: string;
  readonly below?: string;
  readonly for?: number;
  readonly then: Action;
  readonly severity: Severity;
  readonly tags?: readonly string[];
}

const ERRORS = ['error-rate'];
const LATENCY = ['latency'];
const THROUGHPUT = ['throughput', 'requests'];
const CPU = ['cpu'];
const MEMORY = ['memory'];
const POOL = ['connection-pool', 'pool'];

/** Each row names the metrics that may carry it, the first that exists does. */
const ROWS: Readonly<Record<TriggerPreset, readonly Row[]>> = {
  'alert-table': [
    { name: 'errors-high', metric: ERRORS, above: '10%', then: 'notify', severity: 'critical' },
    { name: 'errors-extreme', metric: ERRORS, above: '20%', then: 'rollback', severity: 'critical' },
    { name: 'latency-high', metric: LATENCY, read: 'mean', above: '5s', then: 'notify', severity: 'high' },
    { name: 'latency-extreme', metric: LATENCY, read: 'mean', above: '10s', then: 'rollback', severity: 'critical' },
    { name: 'throughput-low', metric: THROUGHPUT, below: '500', then: 'notify', severity: 'low' },
    { name: 'cpu-high', metric: CPU, above: '80%', then: 'notify', severity: 'medium' },
    { name: 'cpu-extreme', metric: CPU, above: '95%', then: 'rollback', severity: 'critical' },
    { name: 'memory-high', metric: MEMORY, above: '85%', then: 'notify', severity: 'medium' },
  ],
  'rollback-table': [
    { name: 'errors-lasting', metric: ERRORS, above: '5%', for: 2 * MINUTE, then: 'rollback', severity: 'critical' },
    {
      name: 'slow-lasting',
      metric: LATENCY,
      read: 'mean',
      above: '2s',
      for: 5 * MINUTE,
      then: 'rollback-gradually',
      severity: 'high',
    },
    {
      name: 'memory-lasting',
      metric: MEMORY,
      above: '90%',
      for: 3 * MINUTE,
      then: 'rollback-gradually',
      severity: 'high',
    },
    {
      name: 'p99-slow',
      metric: LATENCY,
      read: 'p99',
      above: '2000ms',
      for: MINUTE,
      then: 'rollback',
      severity: 'high',
    },
    { name: 'pool-exhausted', metric: POOL, above: '95%', for: MINUTE, then: 'rollback', severity: 'critical' },
  ],
  'error-spike': [],
  'graded-actions': [
    { name: 'errors-to-zero', metric: ERRORS, above: '10%', then: 'rollback', severity: 'critical' },
    { name: 'slow-halves', metric: LATENCY, read: 'mean', above: '5s', then: 'reduce', severity: 'high' },
    {
      name: 'vitals-poor',
      metric: ['web-vitals.lcp'],
      read: 'p75',
      above: '4s',
      then: 'disable-flags',
      severity: 'medium',
      tags: ['performance-heavy'],
    },
  ],
};

const COOLDOWN = 2 * MINUTE;

function unhealthy(name: string, failures: number, then: Action): TriggerConfig {
  return {
    name,
    kind: 'health',
    probe: 'any',
    failures,
    within: MINUTE,
    then,
    cooldown: COOLDOWN,
    tags: [],
    severity: 'critical',
  };
}

/** Rows that need no metric of the user's, or are no bound on one. */
function others(preset: TriggerPreset, metrics: Readonly<Record<string, MetricConfig>>): readonly TriggerConfig[] {
  if (preset === 'rollback-table') return [unhealthy('health-failing', 3, 'rollback')];
  if (preset === 'graded-actions') return [unhealthy('health-halves', 2, 'reduce')];
  if (preset !== 'error-spike' || metrics['error-rate']?.kind !== 'proportion') return [];
  const spike = {
    kind: 'spike',
    metric: 'error-rate',
    baseline: 0.02,
    increase: 0.5,
    window: MINUTE,
    atLeast: 10,
  } as const;
  return [{ name: 'error-spike', ...spike, then: 'rollback', cooldown: COOLDOWN, tags: [], severity: 'critical' }];
}

export interface PresetTriggers {
  readonly triggers: readonly TriggerConfig[];
  readonly skipped: readonly { readonly name: string; readonly preset: TriggerPreset; readonly metric: string }[];
}

/** The triggers of the presets; a row whose metric does not exist, or cannot say it, is skipped. */
export function presetTriggers(
  presets: readonly TriggerPreset[],
  metrics: Readonly<Record<string, MetricConfig>>,
): PresetTriggers {
  const made = [...new Set(presets)].map((preset) => {
    const rows = ROWS[preset].map((row) => ({ row, trigger: fromRow(row, metrics) }));
    const triggers = [...rows.flatMap(({ trigger }) => trigger ?? []), ...others(preset, metrics)];
    const skipped = rows
      .filter(({ trigger }) => !trigger)
      .map(({ row }) => ({ name: row.name, preset, metric: row.metric[0] ?? '' }));
    const noSpike = preset === 'error-spike' && triggers.length === 0;
    return { triggers, skipped: noSpike ? [{ name: 'error-spike', preset, metric: 'error-rate' }] : skipped };
  });
  return { triggers: made.flatMap(({ triggers }) => triggers), skipped: made.flatMap(({ skipped }) => skipped) };
}

function fromRow(row: Row, metrics: Readonly<Record<string, MetricConfig>>): TriggerConfig | undefined {
  const metric = row.metric.map((name) => metrics[name]).find((one) => one !== undefined);
  const key = row.above === undefined ? 'below' : 'above';
  const quantity = parseQuantity(row[key] ?? '');
  if (!metric || !quantity || (row.read !== undefined && !['histogram', 'mean'].includes(metric.kind)))
    return undefined;
  const bound = inUnitOf(metric.kind === 'count' ? { kind: 'count' } : metric, quantity);
  if (!('value' in bound)) return undefined;
  return {
    name: row.name,
    kind: 'metric',
    metric: metric.name,
    ...(row.read !== undefined && metric.kind === 'histogram' && { read: row.read }),
    [key]: bound.value,
    for: row.for ?? 0,
    minSamples: metric.kind === 'proportion' ? 10 : 0,
    then: row.then,
    cooldown: COOLDOWN,
    tags: row.tags ?? [],
    severity: row.severity,
  };
}
