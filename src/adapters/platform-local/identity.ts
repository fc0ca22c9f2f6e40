import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Tells a process from a later one with the same number: when it began, and in which boot of the machine.
 * Undefined where no such process lives (a zombie does not).
 */
export function identityOf(pid: number): string | undefined {
  const fields = statOf(pid);
  if (fields) return isDead(fields.state) ? undefined : `${bootId()}:${fields.started}`;
  return process.platform === 'linux' ? undefined : fromPs(pid);
}

interface Stat {
  readonly state: string;
  readonly group: number;
  /** In clock ticks since boot. */
  readonly started: string;
}

/** `/proc/PID/stat`; the fields after the name, which may itself hold spaces and brackets (proc(5)). */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? 'X', group: Number(fields[2]), started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function isDead(state: string): boolean {
  return state === 'Z' || state === 'X';
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
  } catch {
    return '';
  }
}

function fromPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' || text.startsWith('Z') ? undefined : `:${text.replace(/^\S+\s+/, '')}`;
  } catch {
    return undefined;
  }
}

export function isAlive({ pid, identity }: { readonly pid: number; readonly identity: string }): boolean {
  return identityOf(pid) === identity;
}

/**
 * Processes of a group whose leader is gone, known by a variable that only we set. Where there is no /proc: none,
 * since a group's number alone could belong to strangers by now.
 */
export function leftovers(group: number, variable: string): readonly number[] {
  return processes().filter((pid) => statOf(pid)?.group === group && environmentOf(pid).includes(variable));
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
