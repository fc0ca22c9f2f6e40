/** Runs the user's own commands. What they may see and how long they may take is fixed here, once, for every caller. */
import type { CommandText } from '../core/model/config.ts';

export interface RunRequest {
  readonly command: CommandText;
  readonly cwd?: string;
  /** `SLUICE_*` values: the only way a value reaches a command. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of further variables that it may see; their values are struck out of what it printed. */
  readonly allowed: readonly string[];
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  /** Milliseconds; then the whole process group is ended. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** How a command ended. Output is the last 64 KiB of each stream. */
export interface RunResult {
  readonly end: 'exited' | 'timed-out' | 'aborted' | 'not-started';
  /** Exit status; null when a signal ended it or it never ran. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly took: number;
}

export interface Runner {
  /** Never rejects. */
  run(request: RunRequest): Promise<RunResult>;
}

/**
 * A text runs in bash and stops at its first failure; a list is an argv and sees no shell. `--norc`: bash takes a standard
 * input that is a socket for a remote login, and would read ~/.bashrc first (bash(1), "Invoked by remote shell daemon").
 */
export function argvOf(command: CommandText): readonly [string, ...string[]] {
  if (typeof command === 'string') return ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', command];
  const [program = '', ...rest] = command;
  return [program, ...rest];
}

/** The scrubbed environment: PATH, HOME, the granted names, and `variables`, which win. */
export function scrub(
  env: Readonly<Record<string, string | undefined>>,
  allowed: readonly string[],
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', ...allowed]) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return { ...kept, ...variables };
}

/** Values shorter than this are words, not secrets: striking them out would make logs unreadable. */
const SHORTEST_SECRET = 6;

/** `text` with the values of the granted variables struck out. */
export function redact(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  allowed: readonly string[],
): string {
  const values = allowed.map((name) => env[name] ?? '').filter((value) => value.length >= SHORTEST_SECRET);
  return values.reduce((rest, value) => rest.replaceAll(value, '***'), text);
}

/** The last lines of an output that say something, for a refusal. */
export function lastLines(text: string, count = 10): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}
