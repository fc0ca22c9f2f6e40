/** The real runner's port over files of its own, and what it put on standard output. */
import { readFile } from 'node:fs/promises';
import { vi } from 'vitest';
import { openRunner, type Runner } from '../../../src/action/runner.ts';
import { temporaryFolder } from '../folder.ts';
import { commandFiles, readOutputs } from './files.ts';

export interface Said {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Lines of the log, workflow commands among them. */
  readonly lines: readonly string[];
}

/** What a step says by the toolkit, read back as GitHub reads it. */
export async function saidBy(step: (runner: Runner) => void | Promise<void>): Promise<Said> {
  const files = await commandFiles(await temporaryFolder());
  for (const [name, file] of Object.entries(files)) vi.stubEnv(name, file);
  let log = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    log += String(part);
    return true;
  });
  try {
    await step(await openRunner());
  } finally {
    stdout.mockRestore();
  }
  return {
    outputs: await readOutputs(files),
    summary: await readFile(files['GITHUB_STEP_SUMMARY'] ?? '', 'utf8'),
    lines: log.split('\n').filter((line) => line !== ''),
  };
}
