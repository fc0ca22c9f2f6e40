import { type ChildProcess, spawn } from 'node:child_process';
import { argvOf, redact, type Runner, type RunRequest, type RunResult, scrub } from '../../ports/runner.ts';

const KEPT_BYTES = 65_536;

/** How long output may still arrive after a command's end, in ms: a background child may hold the pipe for ever. */
const DRAIN = 200;

/** How long a command has between SIGTERM and SIGKILL, in ms. */
const GRACE = 2_000;

/** Runs commands in process groups of their own, on this machine. */
export function processRunner(env: Readonly<Record<string, string | undefined>>): Runner {
  return {
    async run(request) {
      const result = await runOnce(request, scrub(env, request.allowed, request.variables));
      const clean = (text: string): string => redact(text, env, request.allowed);
      return { ...result, stdout: clean(result.stdout), stderr: clean(result.stderr) };
    },
  };
}

async function runOnce(request: RunRequest, env: Record<string, string>): Promise<RunResult> {
  const started = performance.now();
  if (request.signal.aborted) return { end: 'aborted', exit: null, stdout: '', stderr: '', took: 0 };
  const [program, ...args] = argvOf(request.command);
  const options = { env, detached: true, ...(request.cwd !== undefined && { cwd: request.cwd }) };
  const child = spawn(program, args, { ...options, stdio: 'pipe' });
  const stdout = keepTail(child.stdout);
  const stderr = keepTail(child.stderr);
  child.stdin.on('error', () => {}); // a command need not read its input
  child.stdin.end(request.input ?? '');
  const guard = endEarly(child, request);
  const { exit, problem } = await ended(child);
  guard.stop();
  return {
    end: problem === undefined ? (guard.why() ?? 'exited') : 'not-started',
    exit,
    stdout: stdout(),
    stderr: problem ?? stderr(),
    took: Math.round(performance.now() - started),
  };
}

function keepTail(stream: NodeJS.ReadableStream): () => string {
  let kept = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]);
    if (kept.length > 2 * KEPT_BYTES) kept = Buffer.from(kept.subarray(-KEPT_BYTES));
  });
  stream.on('error', () => {});
  return () => kept.subarray(-KEPT_BYTES).toString('utf8');
}

interface Guard {
  why(): 'timed-out' | 'aborted' | undefined;
  stop(): void;
}

function endEarly(child: ChildProcess, { timeout, signal }: RunRequest): Guard {
  let why: 'timed-out' | 'aborted' | undefined;
  let last: NodeJS.Timeout | undefined;
  const end = (because: 'timed-out' | 'aborted'): void => {
    why ??= because;
    killGroup(child, 'SIGTERM');
    last ??= setTimeout(() => killGroup(child, 'SIGKILL'), GRACE);
  };
  const onAbort = (): void => end('aborted');
  const timer = setTimeout(() => end('timed-out'), timeout);
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    why: () => why,
    stop() {
      clearTimeout(timer);
      clearTimeout(last);
      signal.removeEventListener('abort', onAbort);
      if (why !== undefined) killGroup(child, 'SIGKILL'); // what its leader left behind
    },
  };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // nobody is left in the group
  }
}

function ended(child: ChildProcess): Promise<{ exit: number | null; problem?: string }> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exit: null, problem: error.message }));
    child.once('exit', (exit) => {
      const drained = setTimeout(done, DRAIN);
      child.once('close', done);
      function done(): void {
        clearTimeout(drained);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ exit });
      }
    });
  });
}
