import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { argvOf, lastLines, redact, scrub } from '../../ports/runner.ts';
import { removeFile, type VersionRecord, writeAtomically } from './folder.ts';
import { isAlive } from './identity.ts';
import { freePort, launch, stop, sweep } from './launch.ts';
import { tailOf } from './log.ts';
import type { LocalOptions } from './options.ts';
import { askReady } from './readiness.ts';

/** Where a pair's versions run and are written down. */
export interface Place {
  readonly service: string;
  readonly environment: string;
  readonly options: LocalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}

/** One version and its process, changed in place. */
export interface Version {
  record: VersionRecord;
  child?: ChildProcess;
  /** Settles when it is ready (undefined) or given up (why). */
  up: Promise<string | undefined>;
  /** Ends waiting for it and watching it. */
  readonly ending: AbortController;
  removing?: Promise<void>;
}

export function logOf(place: Place, label: string): string {
  return join(place.folder, 'logs', `${label}.log`);
}

function recordPath(place: Place, label: string): string {
  return join(place.folder, 'versions', `${label}.json`);
}

export async function writeRecord(place: Place, version: Version, record: VersionRecord): Promise<void> {
  version.record = record;
  await writeAtomically(recordPath(place, record.label), record);
}

export async function removeRecord(place: Place, label: string): Promise<void> {
  await removeFile(recordPath(place, label));
}

/** A port may be taken by a stranger between our look and the version's `listen`. */
const PORT_ATTEMPTS = 3;

/** Starts a version and waits until it is ready; says why not, having stopped it. */
export async function bringUp(place: Place, version: Version): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    const problem = (await begin(place, version)) ?? (await becomeReady(place, version));
    if (problem === undefined) return undefined;
    await halt(place, version);
    const portTaken = problem.includes('EADDRINUSE') || /address already in use/i.test(problem);
    if (!portTaken || attempt === PORT_ATTEMPTS || version.ending.signal.aborted) return problem;
  }
}

/** Ends its process and all that it started. */
export async function halt(place: Place, version: Version): Promise<void> {
  const { process: running, operation } = version.record;
  if (!running) return;
  await stop(running, place.options.stopTimeout);
  sweep(running.pid, operation);
}

/** The intent is written first, then the process waits at its gate until its number is written too. */
async function begin(place: Place, version: Version): Promise<string | undefined> {
  const { process: _, ...record } = version.record;
  const port = await freePort();
  await writeRecord(place, version, { ...record, port });
  const { options } = place;
  try {
    const started = await launch({
      argv: argvOf(options.run),
      env: scrub(place.env, options.env, variablesOf(place, version.record)),
      log: logOf(place, record.label),
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    version.child = started.child;
    await writeRecord(place, version, { ...version.record, process: started.process });
    started.begin();
    return undefined;
  } catch (error) {
    return `could not start: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function variablesOf(place: Place, record: VersionRecord): Record<string, string> {
  return {
    PORT: String(record.port),
    SLUICE_SERVICE: place.service,
    SLUICE_ENVIRONMENT: place.environment,
    SLUICE_VERSION: record.copyOf ?? record.label,
    SLUICE_LABEL: record.label,
    SLUICE_SHA: record.commit,
    SLUICE_OPERATION: record.operation,
    ...(record.artifact !== undefined && { SLUICE_ARTIFACT: record.artifact }),
  };
}

/** Waits, within bounds, until the version's process answers at its port. */
export async function becomeReady(place: Place, version: Version): Promise<string | undefined> {
  const { options } = place;
  const until = performance.now() + options.readyTimeout;
  for (;;) {
    const { process: running, port } = version.record;
    if (version.ending.signal.aborted) return 'stopped before it was ready';
    if (!running || !isAlive(running))
      return failure(place, version, `ended ${await howEnded(version)}before it was ready`);
    const question = { port, path: options.ready, strict: options.readyStrict, timeout: 2_000 };
    const problem = await askReady(question);
    if (problem === undefined && isAlive(running)) break;
    if (performance.now() > until)
      return failure(place, version, `not ready after ${options.readyTimeout} ms: ${problem}`);
    await pause(50);
  }
  await writeRecord(place, version, { ...version.record, state: 'ready' });
  return undefined;
}

/** The process may be seen dead a moment before Node tells how it ended. */
async function howEnded({ child }: Version): Promise<string> {
  if (child && child.exitCode === null && child.signalCode === null) {
    await Promise.race([new Promise((resolve) => child.once('exit', resolve)), pause(500)]);
  }
  const how = child?.exitCode ?? child?.signalCode ?? '';
  return how === '' ? '' : `(${typeof how === 'number' ? `exit ${how}` : how}) `;
}

async function failure(place: Place, version: Version, what: string): Promise<string> {
  const said = lastLines(await tailOf(logOf(place, version.record.label)));
  const told = redact(said, place.env, place.options.env);
  return `${version.record.label} ${what}${told === '' ? '' : `; its log ends:\n${told}`}`;
}
