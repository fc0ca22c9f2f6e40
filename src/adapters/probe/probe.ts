import type { CheckSpec } from '../../core/model/rollout.ts';
import { printDuration } from '../../core/model/time.ts';
import type { Probe, ProbeContext, ProbeResult } from '../../ports/probe.ts';
import { lastLines, type Runner } from '../../ports/runner.ts';
import { ANY_SUCCESS, mismatch, readExpectation } from './expect.ts';
import { problemOf, readSome } from './http.ts';
import { askVersion } from './version.ts';

/** How much of a body is read to look for the expected text. */
const BODY_BYTES = 65_536;

/**
 * Asks a service over HTTP or by a command, each question ended at its own time-out. Never rejects.
 * Which hosts may be asked is the caller's policy; redirects are not followed, so that it cannot be passed by.
 */
export function serviceProbe({ runner, cwd }: { readonly runner: Runner; readonly cwd?: string }): Probe {
  return {
    async run(check, context) {
      const started = performance.now();
      const { ok, detail } = await ask(check, context, { runner, ...(cwd !== undefined && { cwd }) });
      const took = Math.round(performance.now() - started);
      return { ok, detail: check.run === undefined && ok ? `${detail} in ${took} ms` : detail, took };
    },
    liveVersion: askVersion,
  };
}

type Seen = Omit<ProbeResult, 'took'>;

async function ask(
  check: CheckSpec,
  context: ProbeContext,
  by: { readonly runner: Runner; readonly cwd?: string },
): Promise<Seen> {
  if (check.run !== undefined) return askCommand(check, context, by);
  const target = targetOf(check, context.baseUrl);
  return typeof target === 'string' ? { ok: false, detail: target } : askHttp(check, target, context.signal);
}

/** The address to ask, or what is wrong with it. */
function targetOf(check: CheckSpec, baseUrl: string | undefined): URL | string {
  try {
    if (check.url !== undefined) return httpOnly(new URL(check.url));
    if (check.get === undefined) return `check ${check.name} has none of run, get, url`;
    if (baseUrl === undefined) return `no URL is known to read ${check.get} against: set the service's url`;
    const base = new URL(baseUrl);
    const target = new URL(check.get, base);
    return target.origin === base.origin ? httpOnly(target) : `${check.get} leaves ${base.origin}: use url for that`;
  } catch {
    return `not a URL: ${check.url ?? `${check.get} at ${baseUrl}`}`;
  }
}

function httpOnly(url: URL): URL | string {
  return url.protocol === 'http:' || url.protocol === 'https:'
    ? url
    : `only http and https are asked, not ${url.protocol}`;
}

async function askHttp(check: CheckSpec, target: URL, signal: AbortSignal): Promise<Seen> {
  const limit = AbortSignal.timeout(check.timeout);
  try {
    const response = await fetch(target, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit]),
      ...(check.headers && { headers: check.headers }),
    });
    const expected = check.expect === undefined ? ANY_SUCCESS : readExpectation(check.expect, 'http');
    const text = await readSome(response, expected.of === 'text' ? BODY_BYTES : 0);
    const wrong = mismatch(expected, { status: response.status, text });
    return wrong === undefined ? { ok: true, detail: `${response.status}` } : { ok: false, detail: wrong };
  } catch (error) {
    if (limit.aborted) return { ok: false, detail: `no answer within ${printDuration(check.timeout)}` };
    return { ok: false, detail: signal.aborted ? 'stopped' : problemOf(error) };
  }
}

async function askCommand(
  check: CheckSpec,
  context: ProbeContext,
  by: { readonly runner: Runner; readonly cwd?: string },
): Promise<Seen> {
  const result = await by.runner.run({
    command: check.run ?? [],
    variables: { ...context.variables, ...(context.baseUrl !== undefined && { SLUICE_URL: context.baseUrl }) },
    allowed: check.env,
    timeout: check.timeout,
    signal: context.signal,
    ...(by.cwd !== undefined && { cwd: by.cwd }),
  });
  const took = printDuration(Math.round(result.took / 100) * 100);
  if (result.end === 'timed-out') return { ok: false, detail: `still running after ${printDuration(check.timeout)}` };
  if (result.end === 'aborted') return { ok: false, detail: 'stopped' };
  if (result.end === 'not-started') return { ok: false, detail: `could not start: ${result.stderr}` };
  if (result.exit !== 0) return { ok: false, detail: failureOf(result.exit, result.stderr || result.stdout) };
  const wrong =
    check.expect === undefined
      ? undefined
      : mismatch(readExpectation(check.expect, 'command'), { text: result.stdout });
  return wrong === undefined ? { ok: true, detail: `exit 0 in ${took}` } : { ok: false, detail: wrong };
}

function failureOf(exit: number | null, output: string): string {
  const said = lastLines(output, 3);
  return `${exit === null ? 'ended by a signal' : `exit ${exit}`}${said === '' ? '' : `: ${said}`}`;
}
