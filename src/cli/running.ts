/** What one run of the program was given. */
import type { Command } from '../core/command/command.ts';
import type { Terminal } from './terminal.ts';

export interface Invocation {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Terminal['stdout'];
  readonly stderr: Terminal['stderr'];
  /** Fires at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Running extends Invocation {
  readonly command: Command;
  readonly terminal: Terminal;
}
