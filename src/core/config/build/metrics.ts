import type { PlatformConfig, SourceConfig } from '../../model/config.ts';
import type { MetricConfig, MetricKind } from '../../model/metric.ts';
import { MINUTE, SECOND } from '../../model/time.ts';
import { didYouMean } from '../nearest.ts';
import { type MetricPart, QUERY_ROLES, type SourcePart } from '../part/metric.ts';
import { exists, type Named, namesOf, unknownName } from '../parts.ts';
import type { Findings } from '../problem.ts';
import { isSecret } from '../scalar.ts';
import { record } from '../tree.ts';
import { METRIC_PRESETS, ROUTER_METRICS, WEB_VITALS } from './metric-presets.ts';

interface Metrics {
  readonly metrics: Readonly<Record<string, MetricConfig>>;
  readonly sources: Readonly<Record<string, SourceConfig>>;
  /** Metrics that were written and could not be read. */
  readonly broken: ReadonlySet<string>;
}
export type { Metrics };

interface From {
  readonly sources: Named<SourcePart>;
  readonly metrics: Named<MetricPart>;
  readonly platforms: readonly PlatformConfig['type'][];
  readonly findings: Findings;
}

/** What was written, and what is there by itself: the router's metrics beside platform `local`, Web Vitals beside `serve`. */
export function buildMetrics(from: From): Metrics {
  const sources = [...from.sources.parts].map(([name, part]) => [name, sourceOf(name, part, from.findings)] as const);
  const router = from.platforms.includes('local') || sources.some(([, source]) => source.type === 'router');
  const own = [...from.metrics.parts].map(([name, part]) => [name, metricOf(name, part, from)] as const);
  const readable = own.flatMap(([name, metric]) => (metric ? [[name, metric] as const] : []));
  const broken = new Set([...from.metrics.broken, ...own.flatMap(([name, metric]) => (metric ? [] : [name]))]);
  const given = [...(router ? ROUTER_METRICS : []), ...WEB_VITALS].map((metric) => [metric.name, metric] as const);
  return {
    sources: record([...(router ? [['router', ROUTER] as const] : []), ...sources]),
    metrics: record([...given.filter(([name]) => !broken.has(name)), ...readable]),
    broken,
  };
}

const ROUTER: SourceConfig = { name: 'router', type: 'router', headers: {}, timeout: 10 * SECOND };

function sourceOf(name: string, part: SourcePart, findings: Findings): SourceConfig {
  if ((part.type === 'prometheus' || part.type === 'http') && part.url === undefined)
    findings.problem(['sources', name], {
      at: 'key',
      message: `\`${name}\` is missing its \`url\``,
      expected: '`url`',
    });
  checkHeaders(['sources', name, 'headers'], part.headers ?? {}, findings);
  const { type, url, token, headers = {}, timeout = 10 * SECOND } = part;
  return { name, type, ...(url !== undefined && { url }), ...(token !== undefined && { token }), headers, timeout };
}

const SECRET_HEADER = /authorization|token|key|secret|cookie|password/i;

/** A header that carries a credential names a secret; others may be written out. */
export function checkHeaders(
  path: readonly (string | number)[],
  headers: Readonly<Record<string, string>>,
  findings: Findings,
): void {
  for (const [header, value] of Object.entries(headers)) {
    if (!SECRET_HEADER.test(header) || isSecret(value)) continue;
    const expected = 'the name of a secret, such as `$API_TOKEN`';
    const message = `\`${header}\` is written out: expected ${expected}`;
    const hint = 'The whole value is the secret, `Bearer` and the like included.';
    findings.problem([...path, header], { message, found: 'written out', expected, hint });
  }
}

function metricOf(name: string, part: MetricPart, from: From): MetricConfig | undefined {
  const source = sourceNameOf(name, part, from);
  if (source === undefined) return undefined;
  if (source === 'router' || from.sources.parts.get(source)?.type === 'router')
    return routerMetric(name, part, { ...from, source });
  const base = baseOf(name, part, from.findings);
  if (!base || !queriesFit(name, base, from.findings)) return undefined;
  const unit = part.unit ?? base.unit;
  return {
    name,
    source,
    kind: base.kind,
    ...(unit !== undefined && { unit }),
    better: part.better ?? base.better ?? 'lower',
    queries: base.queries,
    ...(part.preset !== undefined && { preset: part.preset }),
    delay: part.delay ?? MINUTE,
    perVersion: Object.values(base.queries).every((query) =>
      /\{\{\s*(version|sha|deployment|variant)\s*\}\}/.test(query),
    ),
    ...(part.window !== undefined && { window: part.window }),
  };
}

type Base = Pick<MetricConfig, 'kind' | 'queries' | 'unit'> & { readonly better?: MetricConfig['better'] };

/** Kind and queries: the preset's, with what was written over them. */
function baseOf(name: string, part: MetricPart, findings: Findings): Base | undefined {
  const path = ['metrics', name];
  const preset = part.preset === undefined ? undefined : METRIC_PRESETS[part.preset];
  if (part.preset !== undefined && !preset) {
    const known = Object.keys(METRIC_PRESETS);
    return void unknownName(findings, [...path, 'preset'], { what: 'preset', name: part.preset, known });
  }
  const kind = part.kind ?? preset?.kind ?? impliedKind(part);
  if (kind !== undefined) return { ...preset, kind, queries: { ...preset?.queries, ...queriesOf(part) } };
  const expected = '`kind`, or `preset`';
  return void findings.problem(path, { at: 'key', message: `\`${name}\` is missing its \`kind\``, expected });
}

function sourceNameOf(name: string, part: MetricPart, { sources, platforms, findings }: From): string | undefined {
  const known = [...namesOf(sources), ...(platforms.includes('local') ? ['router'] : [])];
  if (part.source === undefined) {
    if (known.length === 1) return known[0];
    const expected = `\`source\`, one of ${known.join(', ') || '(none is configured)'}`;
    return void findings.problem(['metrics', name], {
      at: 'key',
      message: `\`${name}\` is missing its \`source\``,
      expected,
    });
  }
  if (exists(sources, part.source) || known.includes(part.source)) return part.source;
  return void unknownName(findings, ['metrics', name, 'source'], { what: 'source', name: part.source, known });
}

function routerMetric(
  name: string,
  part: MetricPart,
  { source, findings }: From & { source: string },
): MetricConfig | undefined {
  const known = ROUTER_METRICS.find((metric) => metric.name === (part.preset ?? name));
  if (known)
    return {
      ...known,
      name,
      source,
      ...(part.delay !== undefined && { delay: part.delay }),
      ...(part.preset && { preset: part.preset }),
    };
  const names = ROUTER_METRICS.map((metric) => metric.name);
  const message = `the router measures no \`${part.preset ?? name}\`${didYouMean(name, names)}`;
  return void findings.problem(['metrics', name], {
    at: 'key',
    message,
    found: name,
    expected: `one of ${names.join(', ')}`,
  });
}

const ROLES = ['bad', 'total', 'count', 'sum', 'n', 'sum-squares', 'buckets', 'value'] as const;

function queriesOf(part: MetricPart): Record<string, string> {
  return Object.fromEntries(ROLES.flatMap((role) => (part[role] === undefined ? [] : [[role, part[role]]])));
}

/** The kind that the queries speak for, where only one does. */
function impliedKind(part: MetricPart): MetricKind | undefined {
  const fitting = Object.entries(QUERY_ROLES).filter(([, { needs }]) =>
    needs.every((role) => part[role as 'bad'] !== undefined),
  );
  return fitting.length === 1 ? (fitting[0]?.[0] as MetricKind) : undefined;
}

const VARIABLES = ['service', 'version', 'sha', 'deployment', 'environment', 'variant', 'window'];

function queriesFit(
  name: string,
  { kind, queries }: Pick<MetricConfig, 'kind' | 'queries'>,
  findings: Findings,
): boolean {
  const { needs, takes } = QUERY_ROLES[kind];
  let fits = true;
  const wrong = (path: readonly string[], message: string, expected: string): void => {
    fits = false;
    findings.problem(path, { at: 'key', message, expected });
  };
  for (const role of needs)
    if (queries[role] === undefined)
      wrong(['metrics', name], `\`${name}\` is a ${kind} and is missing \`${role}\``, `\`${role}\``);
  for (const [role, query] of Object.entries(queries)) {
    const expected = `one of ${[...needs, ...takes].join(', ')}`;
    if (!needs.includes(role) && !takes.includes(role))
      wrong(['metrics', name, role], `\`${role}\` is not a query of a ${kind}`, expected);
    for (const [, variable = ''] of query.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g))
      if (!VARIABLES.includes(variable))
        wrong(
          ['metrics', name, role],
          `\`{{${variable}}}\` means nothing in a query${didYouMean(variable, VARIABLES)}`,
          `one of ${VARIABLES.join(', ')}`,
        );
  }
  return fits;
}
