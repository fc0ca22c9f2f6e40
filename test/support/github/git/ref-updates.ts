/** Refs moved by git itself, by compare-and-swap: one `git update-ref --stdin` that stays open. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { FRESH } from './process.ts';

export const NO_OBJECT: string = '0'.repeat(40);

export interface RefUpdate {
  readonly name: string;
  /** Zeros: the ref goes. */
  readonly after: string;
  /** Zeros: it must not be there; absent: whatever it is. */
  readonly before?: string;
}

interface Session {
  readonly child: ChildProcessWithoutNullStreams;
  out: string;
  err: string;
  ended: boolean;
  wake: () => void;
}

/** Moves refs one transaction after the other; all of one or none. */
export class RefUpdates {
  readonly #folder: string;
  #session: Session | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where git moved them; else git's words. */
  apply(updates: readonly RefUpdate[]): Promise<string | undefined> {
    const turn = this.#queue.then(() => this.#apply(updates));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  close(): void {
    this.#session?.child.kill();
    this.#session = undefined;
  }

  async #apply(updates: readonly RefUpdate[]): Promise<string | undefined> {
    const session = (this.#session ??= start(this.#folder));
    session.out = '';
    hold(session.child, true);
    const lines = updates.map(({ name, after, before }) =>
      after === NO_OBJECT
        ? `delete ${name} ${before ?? ''}`.trimEnd()
        : `update ${name} ${after} ${before ?? ''}`.trimEnd(),
    );
    session.child.stdin.write(['start', ...lines, 'prepare', 'commit', ''].join('\n'));
    while (!session.ended && !session.out.includes('commit: ok')) {
      await new Promise<void>((resolve) => (session.wake = resolve));
    }
    if (session.out.includes('commit: ok')) {
      hold(session.child, false);
      return undefined;
    }
    // Git ends with the first transaction that fails.
    this.#session = undefined;
    return session.err.trim() || 'git update-ref ended';
  }
}

function start(folder: string): Session {
  const child = spawn('git', ['-C', folder, 'update-ref', '--stdin'], { env: { ...process.env, ...FRESH } });
  const session: Session = { child, out: '', err: '', ended: false, wake: () => undefined };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    session.out += part;
    session.wake();
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => (session.err += part));
  child.stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  child.on('close', () => {
    session.ended = true;
    session.wake();
  });
  return session;
}

/** A process that waits for the next question keeps no test from ending. */
function hold(child: ChildProcessWithoutNullStreams, on: boolean): void {
  for (const part of [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket]) {
    if (on) part.ref();
    else part.unref();
  }
}
