import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { StoreError } from '../../ports/store.ts';
import { cannotStart, gitArguments, gitEnvironment } from './git.ts';
import { explain } from './problem.ts';

/** One object as `git cat-file --batch` gives it. */
export interface GitObject {
  readonly oid: string;
  readonly type: string;
  readonly content: Buffer;
}

interface Waiting {
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

const NEWLINE = 10;

/** One process and what is asked of it: an old one that ends late takes nothing of a new one with it. */
interface Session {
  readonly child: ChildProcessWithoutNullStreams;
  waiting: Waiting[];
  chunks: Buffer[];
  length: number;
  /** Bytes that must be there before it is worth looking again. */
  needed: number;
  stderr: string;
}

/**
 * One long-lived `git cat-file --batch`: objects by id or by ref without a process for each.
 * It starts with the first question, keeps no program alive, and is started anew when it was ended.
 */
export class ObjectStream {
  readonly #directory: string;
  #session: Session | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Undefined where there is no such object or ref. A name is one word: an id or a whole ref. */
  get(name: string): Promise<GitObject | undefined> {
    if (/\s/.test(name) || name === '')
      throw new StoreError('value-invalid', `value-invalid: ${JSON.stringify(name)} names no object`);
    const session = (this.#session ??= this.#start());
    hold(session.child, true);
    return new Promise((resolve, reject) => {
      session.waiting.push({ resolve, reject });
      session.child.stdin.write(`${name}\n`);
    });
  }

  close(): void {
    this.#session?.child.stdin.end();
    this.#session = undefined;
  }

  #start(): Session {
    const args = [...gitArguments(this.#directory), 'cat-file', '--batch'];
    // A group of its own: Ctrl-C in a terminal is ours to answer, and what is being written needs it until the end.
    const child = spawn('git', args, { env: gitEnvironment(), detached: true });
    const session: Session = { child, waiting: [], chunks: [], length: 0, needed: 0, stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => take(session, chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      session.stderr = (session.stderr + chunk.toString()).slice(-4_000);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#end(session, cannotStart(error)));
    child.on('close', () => {
      this.#end(session, explain(session.stderr, { directory: this.#directory, command: 'cat-file' }));
    });
    return session;
  }

  #end(session: Session, error: Error): void {
    if (this.#session === session) this.#session = undefined;
    for (const { reject } of session.waiting.splice(0)) reject(error);
  }
}

function take(session: Session, chunk: Buffer): void {
  session.chunks.push(chunk);
  session.length += chunk.length;
  if (session.length < session.needed) return;
  let rest = session.chunks.length === 1 ? chunk : Buffer.concat(session.chunks);
  for (let next = cut(rest); ; next = cut(rest)) {
    if (typeof next === 'number') {
      session.needed = next;
      break;
    }
    session.waiting.shift()?.resolve(next.object);
    rest = rest.subarray(next.end);
  }
  session.chunks = [rest];
  session.length = rest.length;
  if (session.waiting.length === 0) hold(session.child, false);
}

/** The first whole answer in the buffer, or how many bytes are needed to have it. */
function cut(buffer: Buffer): { readonly object: GitObject | undefined; readonly end: number } | number {
  const line = buffer.indexOf(NEWLINE);
  if (line === -1) return buffer.length + 1;
  const [oid = '', type = '', size] = buffer.toString('utf8', 0, line).split(' ');
  if (size === undefined) return { object: undefined, end: line + 1 };
  const begin = line + 1;
  const end = begin + Number(size);
  if (buffer.length <= end) return end + 1;
  return { object: { oid, type, content: Buffer.from(buffer.subarray(begin, end)) }, end: end + 1 };
}

/** While nobody waits, the process at the other end must not keep this program from ending. */
function hold(child: ChildProcessWithoutNullStreams, on: boolean): void {
  for (const part of [child, child.stdin as Socket, child.stdout as Socket, child.stderr as Socket]) {
    if (on) part.ref();
    else part.unref();
  }
}
