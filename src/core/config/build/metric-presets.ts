/** Metrics that need no queries of the user's. */
import type { MetricConfig } from '../../model/metric.ts';
import { MINUTE } from '../../model/time.ts';

type Preset = Pick<MetricConfig, 'kind' | 'unit' | 'better' | 'queries'>;

const ISTIO = 'destination_workload="{{service}}",destination_version="{{version}}"';
const HTTP = 'service="{{service}}",version="{{version}}"';

/** Prometheus queries: Istio's standard metrics, and those of the usual HTTP client libraries. */
export const METRIC_PRESETS: Readonly<Record<string, Preset>> = {
  'istio-error-rate': {
    kind: 'proportion',
    better: 'lower',
    queries: {
      bad: `sum(increase(istio_requests_total{reporter="destination",${ISTIO},response_code=~"5.."}[{{window}}]))`,
      total: `sum(increase(istio_requests_total{reporter="destination",${ISTIO}}[{{window}}]))`,
    },
  },
  'istio-latency': {
    kind: 'histogram',
    unit: 'ms',
    better: 'lower',
    queries: {
      buckets: `sum by (le) (increase(istio_request_duration_milliseconds_bucket{reporter="destination",${ISTIO}}[{{window}}]))`,
    },
  },
  'istio-requests': {
    kind: 'count',
    better: 'higher',
    queries: { count: `sum(increase(istio_requests_total{reporter="destination",${ISTIO}}[{{window}}]))` },
  },
  'http-error-rate': {
    kind: 'proportion',
    better: 'lower',
    queries: {
      bad: `sum(increase(http_requests_total{${HTTP},code=~"5.."}[{{window}}]))`,
      total: `sum(increase(http_requests_total{${HTTP}}[{{window}}]))`,
    },
  },
  'http-latency': {
    kind: 'histogram',
    unit: 's',
    better: 'lower',
    queries: { buckets: `sum by (le) (increase(http_request_duration_seconds_bucket{${HTTP}}[{{window}}]))` },
  },
};

/** What the built-in router of platform `local` measures of each version by itself; complete at once. */
const ROUTER_KINDS: Readonly<Record<string, Preset>> = {
  'error-rate': { kind: 'proportion', better: 'lower', queries: {} },
  latency: { kind: 'histogram', unit: 's', better: 'lower', queries: {} },
  requests: { kind: 'count', better: 'higher', queries: {} },
};

export const ROUTER_METRICS: readonly MetricConfig[] = Object.entries(ROUTER_KINDS).map(([name, preset]) => ({
  name,
  source: 'router',
  ...preset,
  delay: 0,
  perVersion: true,
}));

/** Web Vitals taken in from browsers by `serve`; seconds, layout shift without a unit. They do not tell versions apart. */
export const WEB_VITALS: readonly MetricConfig[] = ['lcp', 'fid', 'inp', 'cls', 'fcp', 'ttfb'].map((vital) => ({
  name: `web-vitals.${vital}`,
  source: 'web-vitals',
  kind: 'histogram',
  ...(vital !== 'cls' && { unit: 's' }),
  better: 'lower',
  queries: {},
  delay: MINUTE,
  perVersion: false,
}));
