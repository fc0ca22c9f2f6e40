import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Weight } from '../../core/model/weight.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeployRequest, OperationStatus } from '../../ports/platform.ts';
import { readAll, VersionRecord } from './folder.ts';
import { isAlive } from './identity.ts';
import { sweep } from './launch.ts';
import { dropOldLogs } from './log.ts';
import { type Operations, statusOf } from './operations.ts';
import type { Router } from './router/router.ts';
import { becomeReady, bringUp, halt, logOf, type Place, removeRecord, type Version, writeRecord } from './version.ts';
import { markDead, watch } from './watch.ts';

export interface KeeperSetup {
  readonly place: Place;
  readonly router: Router;
  readonly operations: Operations;
  readonly clock: Clock;
  /** The wanted share of a version. */
  readonly weightOf: (label: string) => Weight;
}

/** How long `deploy` waits before it answers `running`, in ms. */
const PATIENCE = 10_000;

/** The versions of one pair: their processes, records and places in the router. */
export class Keeper {
  readonly #versions = new Map<string, Version>();
  readonly #setup: KeeperSetup;
  #sequence = 0;
  #closing = false;

  constructor(setup: KeeperSetup) {
    this.#setup = setup;
  }

  /** Takes over what an earlier owner left: living processes as they are, dead ones started again. */
  async adopt(): Promise<void> {
    const { place } = this.#setup;
    const records = await readAll(join(place.folder, 'versions'), VersionRecord);
    this.#sequence = Math.max(0, ...records.map(({ sequence }) => sequence));
    const waits = records.map((record) => this.#adoptOne(record));
    await Promise.race([Promise.all(waits), pause(PATIENCE, undefined, { ref: false })]);
    await this.#forgetWhatNeverBegan();
  }

  deploy(request: DeployRequest): Promise<OperationStatus> {
    const known = this.#setup.operations.get(request.operation);
    if (known?.state === 'done') return Promise.resolve(statusOf(known));
    if (request.signal.aborted) return Promise.resolve({ state: 'failed', detail: 'stopped before it began' });
    const present = this.#versions.get(request.label);
    if (present?.removing) return present.removing.then(() => this.deploy(request));
    if (present && present.record.commit !== request.commit)
      return Promise.resolve({
        state: 'failed',
        detail: `${request.label} runs here from commit ${present.record.commit}`,
      });
    const version = present ?? this.#begin(request);
    const ended = this.#finish(request, version.up);
    const running: OperationStatus = { state: 'running', ref: request.label };
    return Promise.race([ended, pause(PATIENCE, running, { ref: false })]);
  }

  find(operation: string): OperationStatus | { readonly state: 'unknown' } {
    const known = this.#setup.operations.get(operation);
    return known ? statusOf(known) : { state: 'unknown' };
  }

  /** Stops a version and forgets it; a deploy of it that is under way ends as failed. */
  async remove(label: string): Promise<void> {
    const version = this.#versions.get(label);
    if (!version) return;
    version.removing ??= this.#removeNow(label, version);
    await version.removing;
  }

  has(label: string): boolean {
    return this.#versions.get(label)?.record.state === 'ready';
  }

  /** Lets go of the versions: they run on, or are stopped and started again by the next owner. */
  async close(keepVersions: boolean): Promise<void> {
    this.#closing = true;
    const versions = [...this.#versions.values()];
    for (const { ending } of versions) ending.abort();
    await Promise.all(versions.map((version) => this.#letGo(version, keepVersions)));
  }

  #begin({ operation, label, commit, artifact, copyOf }: DeployRequest): Version {
    const { place, operations, clock } = this.#setup;
    const made = { ...(artifact !== undefined && { artifact }), ...(copyOf !== undefined && { copyOf }) };
    const sequence = ++this.#sequence;
    const record: VersionRecord = { label, commit, ...made, operation, sequence, port: 0, state: 'starting' };
    const version: Version = { record, up: Promise.resolve(undefined), ending: new AbortController() };
    this.#versions.set(label, version);
    const noted = operations.note({ operation, label, state: 'running', at: clock.now() });
    version.up = this.#settle(
      version,
      noted.then(() => bringUp(place, version)),
    );
    return version;
  }

  /** A version that is up joins the router; one that is given up leaves nothing behind. */
  async #settle(version: Version, coming: Promise<string | undefined>): Promise<string | undefined> {
    const problem = await coming.catch((error: unknown) => String(error));
    if (problem === undefined && !version.ending.signal.aborted) this.#join(version);
    else if (!this.#closing) await this.#drop(version);
    return problem;
  }

  async #finish(
    { operation, label }: Pick<DeployRequest, 'operation' | 'label'>,
    up: Promise<string | undefined>,
  ): Promise<OperationStatus> {
    const { operations, clock } = this.#setup;
    const problem = await up;
    const port = this.#versions.get(label)?.record.port;
    const at = clock.now();
    // A close is nobody's failure: the operation stays as it was, and the next owner looks what became of it.
    if (problem !== undefined && this.#closing) return { state: 'running', ref: label };
    if (problem !== undefined) await operations.note({ operation, label, state: 'failed', detail: problem, at });
    else await operations.note({ operation, label, state: 'done', url: `http://127.0.0.1:${port}`, at });
    return this.find(operation) as OperationStatus;
  }

  #join(version: Version): void {
    const { router, place, weightOf } = this.#setup;
    const { label, copyOf, port } = version.record;
    // A copy is last in line, so that a visitor who is known again changes to it only from the version that it is a copy of.
    const sequence = copyOf === undefined ? version.record.sequence : -version.record.sequence;
    const upstream = router.put({ label, sequence, port });
    upstream.weight = weightOf(label);
    version.child?.once('exit', () => markDead(upstream));
    void watch(place, version, upstream);
  }

  async #removeNow(label: string, version: Version): Promise<void> {
    version.ending.abort();
    await version.up;
    await this.#drop(version);
    const { place } = this.#setup;
    const running = [...this.#versions.keys()].map((each) => basename(logOf(place, each)));
    await dropOldLogs(join(place.folder, 'logs'), running);
    this.#setup.router.take(label);
  }

  async #drop(version: Version): Promise<void> {
    const { place, router } = this.#setup;
    const { label } = version.record;
    router.take(label);
    await halt(place, version);
    await removeRecord(place, label);
    if (this.#versions.get(label) === version) this.#versions.delete(label);
  }

  async #adoptOne(record: VersionRecord): Promise<void> {
    const { place } = this.#setup;
    const version: Version = { record, up: Promise.resolve(undefined), ending: new AbortController() };
    const alive = record.process !== undefined && isAlive(record.process);
    if (!alive && record.process) sweep(record.process.pid, record.operation);
    if (record.state === 'starting' && !record.process) return removeRecord(place, record.label);
    this.#versions.set(record.label, version);
    if (record.state === 'ready' && alive) return this.#join(version);
    if (record.state === 'ready') {
      version.up = bringUp(place, version);
      await version.up;
      return this.#join(version); // not ready yet: the watch goes on trying
    }
    version.up = this.#settle(version, becomeReady(place, version));
    await this.#finish(record, version.up);
  }

  /** Operations whose process was never written down: they did nothing, and may be asked for again. */
  async #forgetWhatNeverBegan(): Promise<void> {
    const { operations } = this.#setup;
    const begun = new Set([...this.#versions.values()].map(({ record }) => record.operation));
    for (const { operation, state } of operations.all())
      if (state === 'running' && !begun.has(operation)) await operations.forget(operation);
  }

  async #letGo(version: Version, keep: boolean): Promise<void> {
    const { place, operations } = this.#setup;
    await version.up;
    const { process: _, ...record } = version.record;
    if (record.state === 'ready' && keep) return;
    await halt(place, version);
    if (record.state === 'ready') return writeRecord(place, version, record);
    await removeRecord(place, record.label);
    await operations.forget(record.operation); // it may be asked for again
  }
}
