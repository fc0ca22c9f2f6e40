import type { PairName } from '../../../ports/platform.ts';
import type { TrafficRecord, Totals } from './record.ts';
import { BOUNDS } from './slots.ts';
import type { Upstream } from './upstream.ts';

const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];

/** What the router counted since it began, in Prometheus' text format 0.0.4. */
export function prometheusText(pair: PairName, record: TrafficRecord, upstreams: readonly Upstream[]): string {
  const of = (label: string, more: Readonly<Record<string, string>> = {}): string =>
    labels({ service: pair.service, environment: pair.environment, version: label, ...more });
  const totals = [...record.totals];
  const gauge = (name: string, help: string, read: (upstream: Upstream) => number): string =>
    family(
      name,
      ['gauge', help],
      upstreams.map((each) => `${name}${of(each.label)} ${read(each)}`),
    );
  return [
    requests(totals, of),
    durations(totals, of),
    endpoints(totals, of),
    gauge('sluice_router_weight_ratio', 'Wanted share of traffic.', ({ weight }) => weight / 100_000),
    gauge('sluice_router_healthy', '1 where the version answers its health question.', ({ healthy }) =>
      Number(healthy),
    ),
    gauge('sluice_router_active_requests', 'Requests under way.', ({ active }) => active),
  ].join('');
}

type Type = 'counter' | 'gauge' | 'histogram';
type Of = (label: string, more?: Readonly<Record<string, string>>) => string;
type Versions = readonly (readonly [string, Totals])[];

function requests(versions: Versions, of: Of): string {
  const name = 'sluice_router_requests_total';
  const lines = versions.flatMap(([label, { statuses }]) =>
    CLASSES.map((code, index) => `${name}${of(label, { code })} ${statuses[index] ?? 0}`),
  );
  const errors = 'sluice_router_errors_total';
  return (
    family(name, ['counter', 'Requests by class of status.'], lines) +
    family(
      errors,
      ['counter', '5xx, no connection, answers that broke off.'],
      versions.map(([label, total]) => `${errors}${of(label)} ${total.errors}`),
    )
  );
}

function durations(versions: Versions, of: Of): string {
  const name = 'sluice_router_request_duration_seconds';
  const lines = versions.flatMap(([label, { buckets, sum, requests: total }]) => {
    let below = 0;
    const counted = BOUNDS.map((bound, index) => {
      below += buckets[index] ?? 0;
      return `${name}_bucket${of(label, { le: String(bound) })} ${below}`;
    });
    return [
      ...counted,
      `${name}_bucket${of(label, { le: '+Inf' })} ${total}`,
      `${name}_sum${of(label)} ${sum}`,
      `${name}_count${of(label)} ${total}`,
    ];
  });
  return family(name, ['histogram', 'Time to answer.'], lines);
}

function endpoints(versions: Versions, of: Of): string {
  const each = (name: string, read: 'requests' | 'errors'): readonly string[] =>
    versions.flatMap(([label, { endpoints: counted }]) =>
      [...counted].map(([endpoint, n]) => `${name}${of(label, { endpoint })} ${n[read]}`),
    );
  const total = 'sluice_router_endpoint_requests_total';
  const errors = 'sluice_router_endpoint_errors_total';
  return (
    family(total, ['counter', 'Requests by endpoint.'], each(total, 'requests')) +
    family(errors, ['counter', 'Errors by endpoint.'], each(errors, 'errors'))
  );
}

function family(name: string, [type, help]: readonly [Type, string], lines: readonly string[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.map((line) => `${line}\n`).join('')}`;
}

function labels(pairs: Readonly<Record<string, string>>): string {
  const escape = (value: string): string =>
    value.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`));
  return `{${Object.entries(pairs)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(',')}}`;
}
