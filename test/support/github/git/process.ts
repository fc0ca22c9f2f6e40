/** The git binary, as on a fresh machine. */
import { spawn } from 'node:child_process';

export const FRESH: Readonly<Record<string, string>> = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

export interface GitRun {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git in a folder to its end, whatever its exit status. */
function runGit(folder: string, args: readonly string[], input: Buffer | string = ''): Promise<GitRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', folder, ...args], { env: { ...process.env, ...FRESH } });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out), stderr: stderr.trim() }));
  });
}

/** What git printed. @throws Error with git's words when it fails */
export async function git(folder: string, args: readonly string[], input: Buffer | string = ''): Promise<Buffer> {
  const { code, stdout, stderr } = await runGit(folder, args, input);
  if (code !== 0) throw new Error(`git ${args[0] ?? ''}: ${stderr}`);
  return stdout;
}
