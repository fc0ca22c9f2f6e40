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

/**
 * One long-lived `git cat-file --batch`: objects by id or by ref without a process for each.
 * It starts with the first question, keeps no program alive, and is started anew when it was ended.
 */
export class ObjectStream {
  readonly #directory: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes that must be there before it is worth looking again. */
  #needed = 0;
  #stderr = '';

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Undefined where there is no such object or ref. A name is one word: an id or a whole ref. */
  get(name: string): Promise<GitObject | undefined> {
    if (/\s/.test(name) || name === '')
      throw new StoreError('value-invalid', `value-invalid: ${JSON.stringify(name)} names no object`);
    const child = (this.#child ??= this.#start());
    hold(child, true);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin.write(`${name}\n`);
    });
  }

  close(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #start(): ChildProcessWithoutNullStreams {
    const args = [...gitArguments(this.#directory), 'cat-file', '--batch'];
    // A group of its own: Ctrl-C in a terminal is ours to answer, and what is being written needs it until the end.
    const child = spawn('git', args, { env: gitEnvironment(), detached: true });
    this.#stderr = '';
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk, child));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4_000);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#fail(cannotStart(error), child));
    child.on('close', () => {
      this.#fail(explain(this.#stderr, { directory: this.#directory, command: 'cat-file' }), child);
    });
    return child;
  }

  #take(chunk: Buffer, child: ChildProcessWithoutNullStreams): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (let next = cut(rest); ; next = cut(rest)) {
      if (typeof next === 'number') {
        this.#needed = next;
        break;
      }
      this.#waiting.shift()?.resolve(next.object);
      rest = rest.subarray(next.end);
    }
    this.#chunks = [rest];
    this.#length = rest.length;
    if (this.#waiting.length === 0) hold(child, false);
  }

  #fail(error: Error, child: ChildProcessWithoutNullStreams): void {
    if (this.#child === child) this.#child = undefined;
    const waiting = this.#waiting;
    [this.#waiting, this.#chunks, this.#length, this.#needed] = [[], [], 0, 0];
    for (const { reject } of waiting) reject(error);
  }
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
