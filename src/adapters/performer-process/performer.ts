import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Claim } from '../../core/model/rollout.ts';

/** This process as a performer: host, number and start, so that a later process with the same number is another one. */
export interface ProcessPerformer {
  readonly id: string;
  /** Whether the process that holds the claim lives; undefined: it is on another host. */
  readonly lives: (claim: Claim) => boolean | undefined;
}

export function processPerformer(): ProcessPerformer {
  const host = hostname().replaceAll(/[^\w.-]/g, '_');
  return {
    id: `process:${host}:${process.pid}:${startOf(process.pid) ?? Math.round(performance.timeOrigin)}`,
    lives: ({ by }) => {
      const [kind, where, pid, started] = by.split(':');
      if (kind !== 'process' || where !== host) return undefined;
      return Number(pid) === process.pid ? startMatches(process.pid, started) : isAlive(Number(pid), started);
    },
  };
}

function isAlive(pid: number, started: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startMatches(pid, started);
}

function startMatches(pid: number, started: string | undefined): boolean {
  const now = startOf(pid);
  return now === undefined ? pid === process.pid || started !== undefined : now === started;
}

/** Ticks since boot at which a process began (proc(5), field 22); undefined where there is no /proc or no such process. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
