import { directionOf } from '../../experiment/direction.ts';
import type { ExperimentMetricConfig, ExperimentsConfig, IngestConfig } from '../../model/config.ts';
import { DAY } from '../../model/time.ts';
import { WHOLE } from '../../model/weight.ts';
import type { ExperimentMetricPart, ExperimentsPart, IngestPart } from '../part/experiments.ts';
import type { Findings } from '../problem.ts';
import { type Path, record } from '../tree.ts';

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const DOTTED = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

/** The section `experiments` with its defaults; what cannot be is a problem at its place. */
export function buildExperiments(part: ExperimentsPart, findings: Findings): ExperimentsConfig {
  const { metrics = {}, layers = {}, holdouts = {} } = part;
  checkNames('metrics', metrics, findings);
  checkNames('layers', layers, findings);
  checkNames('holdouts', holdouts, findings);
  checkBounds(part, findings);
  return {
    metrics: record(Object.entries(metrics).map(([name, one]) => [name, metricOf(name, one, findings)] as const)),
    minUsers: part['min-users'] ?? 1_000,
    minTime: part['min-time'] ?? DAY,
    alpha: part['false-winners'] ?? 0.05,
    layers: record(
      Object.entries(layers).map(([name, { slots = 10, generation = 1 }]) => [name, { slots, generation }] as const),
    ),
    holdouts: record(Object.entries(holdouts)),
    onGuardrailLost: part['on-guardrail-lost'] ?? 'alert',
    ...(part.users !== undefined && { users: part.users }),
    ...(part.ingest && { ingest: ingestOf(part.ingest, findings) }),
  };
}

/** A name becomes part of a salt (`layer/NAME.1/`), so that a dot in it could make two layers one. */
function checkNames(
  key: 'metrics' | 'layers' | 'holdouts',
  named: Readonly<Record<string, unknown>>,
  findings: Findings,
): void {
  const [pattern, expected] =
    key === 'metrics'
      ? [DOTTED, 'small letters, digits, `-` and `.`']
      : [KEBAB, 'small letters and digits, joined by `-`'];
  for (const name of Object.keys(named)) {
    if (pattern.test(name) && name.length <= 128) continue;
    const message = `\`${name}\` cannot be a name here: expected ${expected}`;
    findings.problem(['experiments', key, name], { at: 'key', message, found: name, expected });
  }
}

function checkBounds(part: ExperimentsPart, findings: Findings): void {
  const alpha = part['false-winners'];
  if (alpha !== undefined && (alpha <= 0 || alpha >= 0.5))
    wrong(findings, ['experiments', 'false-winners'], {
      found: percent(alpha),
      expected: 'more than 0% and less than 50%',
    });
  if (part['min-users'] !== undefined && part['min-users'] < 2)
    wrong(findings, ['experiments', 'min-users'], { found: String(part['min-users']), expected: 'at least 2' });
  for (const [name, { slots }] of Object.entries(part.layers ?? {}))
    if (slots !== undefined && (slots < 2 || slots > 1_000))
      wrong(findings, ['experiments', 'layers', name, 'slots'], { found: String(slots), expected: '2 to 1000' });
  for (const [name, share] of Object.entries(part.holdouts ?? {}))
    if (share <= 0 || share >= WHOLE)
      wrong(findings, ['experiments', 'holdouts', name], {
        found: `${share / 1_000}%`,
        expected: 'more than 0% and less than 100%',
      });
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))}%`;
}

function wrong(findings: Findings, path: Path, said: { readonly found: string; readonly expected: string }): void {
  const key = String(path.at(-1));
  findings.problem(path, { message: `\`${key}\` is \`${said.found}\`: expected ${said.expected}`, ...said });
}

function metricOf(name: string, part: ExperimentMetricPart, findings: Findings): ExperimentMetricConfig {
  const { kind = 'proportion', margin, effect } = part;
  const better = part.better ?? directionOf(name);
  const path = ['experiments', 'metrics', name];
  const q = quantileOf(path, part, findings);
  const usual = usualOf(path, part, findings);
  if (effect === 0) wrong(findings, [...path, 'effect'], { found: '0%', expected: 'more than 0%' });
  return {
    name,
    kind,
    better: better ?? 'higher',
    ...(better === undefined && { isAssumed: true as const }),
    ...(margin !== undefined && { margin }),
    ...(effect !== undefined && { effect }),
    ...(q !== undefined && { q }),
    ...(usual !== undefined && { usual }),
  };
}

/** `p95` as 0.95; a quantile without one is the median. */
function quantileOf(path: Path, { kind, quantile }: ExperimentMetricPart, findings: Findings): number | undefined {
  if (quantile === undefined) return kind === 'quantile' ? 0.5 : undefined;
  if (kind !== 'quantile') {
    const message = `\`quantile\` belongs to the kind quantile, and this is a ${kind ?? 'proportion'}`;
    findings.problem([...path, 'quantile'], { at: 'key', message, found: quantile, expected: '`kind: quantile`' });
    return undefined;
  }
  const digits = /^p(\d{1,2}(?:\.\d+)?)$/.exec(quantile)?.[1];
  const q = Number(digits) / 100;
  if (q > 0 && q < 1) return Number(q.toPrecision(12));
  wrong(findings, [...path, 'quantile'], { found: quantile, expected: '`p50`, `p95`, `p99` and so on' });
  return undefined;
}

function usualOf(path: Path, part: ExperimentMetricPart, findings: Findings): ExperimentMetricConfig['usual'] {
  const { kind = 'proportion', usual, variance } = part;
  if (variance !== undefined && kind !== 'mean' && kind !== 'ratio') {
    const message = `\`variance\` belongs to the kinds mean and ratio: a ${kind} has its own`;
    findings.problem([...path, 'variance'], { at: 'key', message, found: String(variance), expected: 'no `variance`' });
  }
  if (usual === undefined) return undefined;
  const mean = usual.unit === 'percent' ? usual.number / 100 : usual.number;
  const fits = kind === 'proportion' ? usual.unit === 'percent' && mean > 0 && mean < 1 : usual.unit === 'plain';
  if (!fits) {
    const expected = kind === 'proportion' ? 'a share such as `5%`' : 'a plain number';
    wrong(findings, [...path, 'usual'], { found: usual.written, expected });
  }
  return { mean: Number(mean.toPrecision(12)), ...(variance !== undefined && { variance }) };
}

const MOST_PORT = 65_535;

function ingestOf({ port = 7_412, token, origins = [] }: IngestPart, findings: Findings): IngestConfig {
  if (port > MOST_PORT)
    wrong(findings, ['experiments', 'ingest', 'port'], { found: String(port), expected: '0 to 65535' });
  origins.forEach((origin, index) => {
    if (origin === '*' || /^https?:\/\/[^/\s]+$/.test(origin)) return;
    wrong(findings, ['experiments', 'ingest', 'origins', index], {
      found: origin,
      expected: 'an origin such as `https://shop.example`, or `*`',
    });
  });
  return { port, ...(token !== undefined && { token }), origins };
}
