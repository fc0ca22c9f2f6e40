/** Numbers of experiments: the spool of events that were sent, who takes them, and files. */
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { eventSpool } from '../adapters/experiment-events/spool.ts';
import { spoolSource } from '../adapters/experiment-events/source.ts';
import { fileSource, streamSource } from '../adapters/experiment-file/file.ts';
import type { Outcome } from '../core/decision.ts';
import { SLUICE } from '../core/model/actor.ts';
import { execute } from '../engine/execute.ts';
import { runningExperiments } from '../engine/experiment/running.ts';
import type { Wiring } from '../engine/wiring.ts';
import type { Clock } from '../ports/clock.ts';
import { experimentDataError, type ExperimentSource } from '../ports/experiment-source.ts';
import { gitFolder } from './git-folder.ts';

async function eventsFolder(folder: string): Promise<string> {
  return join(await gitFolder(folder), 'sluice', 'events');
}

/** Git is asked for its folder only when somebody wants numbers. */
export function sentEvents(folder: string, clock: Clock): ExperimentSource {
  let spool: Promise<ExperimentSource> | undefined;
  const opened = (): Promise<ExperimentSource> => {
    spool ??= eventsFolder(folder).then((events) => spoolSource(events, () => clock.now()));
    return spool;
  };
  return {
    async read(experiment, signal) {
      return (await opened()).read(experiment, signal);
    },
    async days(experiment, signal) {
      return (await (await opened()).days?.(experiment, signal)) ?? [];
    },
  };
}

export interface GivenFile {
  /** As it was typed; `-`: standard input. */
  readonly name: string;
  readonly folder: string;
  readonly stdin: NodeJS.ReadableStream;
  readonly onProgress?: (read: number, size: number) => void;
}

/** The file of `--data FILE`. */
export function givenFile({ name, folder, stdin, onProgress }: GivenFile): ExperimentSource {
  const now = (): number => Date.now();
  if (name === '-') return streamSource({ name: 'standard input', stream: stdin as Readable, now });
  return fileSource({ name, path: resolve(folder, name), now, ...(onProgress && { onProgress }) });
}

export interface IngestOptions {
  readonly folder: string;
  readonly wiring: () => Wiring;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Ingest {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Begins to take events where the configuration says so; undefined: it does not. Rejects with `port-in-use`, or with
 * `secret-missing` where the token it names is empty: it never listens without the token that was asked for.
 */
export async function openIngest({ folder, wiring, env }: IngestOptions): Promise<Ingest | undefined> {
  const { ingest } = wiring().config.experiments;
  if (!ingest) return undefined;
  const token = tokenOf(ingest.token, env);
  const { createEventServer, listenForEvents } = await import('../adapters/experiment-events/server.ts');
  const { intake } = await import('../adapters/experiment-events/intake.ts');
  const spool = eventSpool(await eventsFolder(folder));
  const server = createEventServer({
    intake: intake(spool, runningExperiments(wiring)),
    results: shared((key) => {
      const command = { name: 'experiment analyze', args: { key }, options: {} };
      return execute(wiring(), { command, actor: SLUICE, rights: { teams: [] }, id: 'look' });
    }),
    ...(token === undefined ? {} : { token }),
    origins: ingest.origins,
    now: () => wiring().clock.now(),
  });
  const listening = await listenForEvents(server, ingest.port);
  return {
    address: `http://127.0.0.1:${listening.port}`,
    async close() {
      await listening.close();
      await spool.close();
    },
  };
}

/** Who asks while the same answer is being worked out gets that one: reading all events takes its time. */
function shared(work: (key: string) => Promise<Outcome>): (key: string) => Promise<Outcome> {
  const going = new Map<string, Promise<Outcome>>();
  return (key) => {
    const asked = going.get(key) ?? work(key).finally(() => going.delete(key));
    going.set(key, asked);
    return asked;
  };
}

function tokenOf(secret: string | undefined, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (secret === undefined) return undefined;
  const value = env[secret.slice(1)] ?? '';
  if (value === '')
    throw experimentDataError(
      'secret-missing',
      `experiments.ingest.token: ${secret} is empty here: set it, or take the key out`,
    );
  return value;
}
