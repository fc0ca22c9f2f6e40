import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PairName } from '../../../ports/platform.ts';
import { type Algorithm, choose } from './choose.ts';
import { endpointOf } from './endpoint.ts';
import { attempt, type Ending } from './proxy.ts';
import type { TrafficRecord } from './record.ts';
import { type Sticky, type Visitor, visitorOf } from './sticky.ts';
import { passUpgrade, refuseUpgrade } from './upgrade.ts';
import { noteFailure, type Upstream } from './upstream.ts';

export interface RouterSetup {
  readonly pair: PairName;
  readonly algorithm: Algorithm;
  readonly sticky?: Sticky;
  /** Whether `x-forwarded-*` of the client are believed. */
  readonly trusted: boolean;
  /** How long a version may take to begin its answer, in ms. */
  readonly timeout: number;
  readonly record: TrafficRecord;
  readonly now: () => number;
}

/** The versions' front door: a reverse proxy that spreads requests by weight and measures each version. */
export interface Router {
  readonly server: Server;
  readonly upstreams: readonly Upstream[];
  put(version: { readonly label: string; readonly sequence: number; readonly port: number }): Upstream;
  take(label: string): void;
}

export function createRouter(setup: RouterSetup): Router {
  const upstreams: Upstream[] = [];
  const server = createServer((request, response) => handle({ request, response, setup, upstreams }));
  server.on('upgrade', (request, socket, head) => handleUpgrade({ request, socket, head, setup, upstreams }));
  server.requestTimeout = 0; // long uploads are the version's business
  return {
    server,
    upstreams,
    put({ label, sequence, port }) {
      const known = upstreams.find((upstream) => upstream.label === label);
      if (known) return Object.assign(known, { port, healthy: true, failures: 0 });
      const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
      const fresh = { label, sequence, port, agent, weight: 0, healthy: true, failures: 0, active: 0, credit: 0 };
      upstreams.push(fresh);
      return fresh;
    },
    take(label) {
      const at = upstreams.findIndex((upstream) => upstream.label === label);
      const [gone] = at < 0 ? [] : upstreams.splice(at, 1);
      gone?.agent.destroy();
      setup.record.forget(label);
    },
  };
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly setup: RouterSetup;
  readonly upstreams: readonly Upstream[];
}

function handle(visit: Visit): void {
  const visitor = visitorOf(visit.request, visit.setup.sticky);
  tryOne(visit, visitor, []);
}

/** Passes the request on; where nothing of it was sent and it may be repeated, then to another version. */
function tryOne(visit: Visit, visitor: Visitor, tried: readonly Upstream[]): void {
  const { request, response, setup } = visit;
  const left = tried.length === 0 ? visit.upstreams : visit.upstreams.filter((each) => !tried.includes(each));
  const upstream = choose(left, setup.algorithm, visitor.key);
  if (upstream === undefined) return refuse(response, tried.length > 0 ? 502 : 503, whyNobody(visit, tried));
  const { trusted, timeout } = setup;
  const cookie = visitor.cookie === undefined ? {} : { cookie: visitor.cookie };
  upstream.active++;
  attempt({ request, response, upstream, trusted, timeout, ...cookie }, (ending) => {
    upstream.active--;
    note(visit, upstream, ending);
    if (ending.how !== 'failed' || response.headersSent || response.destroyed) return;
    if (ending.unsent && mayRepeat(request) && tried.length < 2) return tryOne(visit, visitor, [...tried, upstream]);
    refuse(response, ending.status, `${upstream.label}: ${ending.problem}`);
  });
}

function note({ request, setup }: Visit, upstream: Upstream, ending: Ending): void {
  const { how, status, seconds } = ending;
  if (ending.how === 'failed' && ending.unsent) noteFailure(upstream);
  const failed = how === 'failed' || status >= 500;
  setup.record.add(upstream.label, endpointOf(request.url ?? '/'), { status, failed, seconds, now: setup.now() });
}

/** Without a body and safe to do twice (RFC 9110, 9.2.2). */
function mayRepeat(request: IncomingMessage): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(request.method ?? '') && request.complete;
}

function whyNobody({ setup: { pair } }: Visit, tried: readonly Upstream[]): string {
  const where = `${pair.service} in ${pair.environment}`;
  return tried.length > 0 ? `no version of ${where} answers` : `no version of ${where} has traffic`;
}

function refuse(response: ServerResponse, status: number, why: string): void {
  const body = `${why}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

interface UpgradeVisit {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly setup: RouterSetup;
  readonly upstreams: readonly Upstream[];
}

function handleUpgrade({ request, socket, head, setup, upstreams }: UpgradeVisit): void {
  const { key } = visitorOf(request, setup.sticky);
  const upstream = choose(upstreams, setup.algorithm, key);
  if (upstream === undefined) return refuseUpgrade(socket, 503, `no version of ${setup.pair.service} has traffic`);
  const started = performance.now();
  upstream.active++;
  passUpgrade(
    { request, socket, head, upstream, trusted: setup.trusted },
    {
      onAnswer(status) {
        const seconds = (performance.now() - started) / 1_000;
        const exchange = { status, failed: status >= 500, seconds, now: setup.now() };
        setup.record.add(upstream.label, endpointOf(request.url ?? '/'), exchange);
      },
      onClosed: () => upstream.active--,
    },
  );
}
