import { createServer, type Server } from 'node:http';
import type { PairName } from '../../../ports/platform.ts';
import { prometheusText } from './prometheus.ts';
import type { TrafficRecord } from './record.ts';
import { statisticsOf } from './statistics.ts';
import type { Upstream } from './upstream.ts';

export interface AdminSetup {
  readonly pair: PairName;
  readonly record: TrafficRecord;
  readonly upstreams: readonly Upstream[];
  readonly now: () => number;
}

/** Reads only, on a port of its own so that no path of the service is taken: `/metrics` and `/statistics`. */
export function createAdmin({ pair, record, upstreams, now }: AdminSetup): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://router');
    if (url.pathname === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(prometheusText(pair, record, upstreams));
    } else if (url.pathname === '/statistics') {
      const asked = Number(url.searchParams.get('seconds') ?? 60);
      const seconds = Number.isFinite(asked) ? Math.min(3_600, Math.max(1, Math.floor(asked))) : 60;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(statisticsOf(record, upstreams, { seconds, now: now() })));
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('here are /metrics and /statistics\n');
    }
  });
}
