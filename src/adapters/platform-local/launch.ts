import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identityOf, isAlive, leftovers } from './identity.ts';

export interface Launch {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Standard output and error go to its end, also after this process has died. */
  readonly log: string;
}

export interface Launched {
  readonly process: { readonly pid: number; readonly identity: string };
  readonly child: ChildProcess;
  /** Lets it begin. Until then it only waits, and it ends when this process does. */
  begin(): void;
}

/**
 * Waits for a line on descriptor 3, then becomes the command (same process number). If we die before its number is
 * written down, the line never comes and it ends: there is no process that no record names.
 */
const GATE = 'read -r go <&3 && exec 3<&- && exec "$@"';

/** Starts a process in a group of its own, held at the gate. Rejects where it cannot be started at all. */
export async function launch({ argv, cwd, env, log }: Launch): Promise<Launched> {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a', 0o600);
  const child = spawn('/bin/sh', ['-c', GATE, 'sh', ...argv], {
    env,
    detached: true,
    stdio: ['ignore', output, output, 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  closeSync(output);
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid ?? 0;
  const identity = identityOf(pid);
  if (identity === undefined) throw new Error('it ended before it began');
  const gate = child.stdio[3] as NodeJS.WritableStream;
  gate.on('error', () => {}); // it was killed at the gate
  child.unref();
  return { process: { pid, identity }, child, begin: () => gate.end('go\n') };
}

/** Ends a process and its group: SIGTERM, after `timeout` ms SIGKILL. One that is gone is done. */
export async function stop(
  process: { readonly pid: number; readonly identity: string },
  timeout: number,
): Promise<void> {
  if (isAlive(process)) {
    signalGroup(process.pid, 'SIGTERM');
    await gone(process, timeout);
    signalGroup(process.pid, 'SIGKILL'); // its children too, whether it obeyed or not
    await gone(process, 2_000);
  }
}

/** Ends what a process that is gone has left in its group. */
export function sweep(group: number, operation: string): void {
  for (const pid of leftovers(group, `SLUICE_OPERATION=${operation}`)) signal(pid, 'SIGKILL');
}

async function gone(process: { readonly pid: number; readonly identity: string }, within: number): Promise<void> {
  const until = performance.now() + within;
  while (isAlive(process) && performance.now() < until) await pause(20);
}

function signalGroup(leader: number, name: NodeJS.Signals): void {
  signal(-leader, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone already
  }
}

/** A port on loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
