import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processRunner } from '../../../src/adapters/runner-process/runner.ts';
import type { RunRequest } from '../../../src/ports/runner.ts';
import { folderWith, temporaryFolder } from '../../support/folder.ts';
import { waitUntil } from '../../support/wait.ts';

const ENV = { PATH: process.env['PATH'], HOME: '/home/x', TOKEN: 'tk-5550123', OTHER: 'hidden' };
const runner = processRunner(ENV);
const run = (command: RunRequest['command'], more: Partial<RunRequest> = {}) =>
  runner.run({ command, variables: {}, allowed: [], timeout: 10_000, signal: new AbortController().signal, ...more });

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a command of the user', () => {
  it('stops at its first failure, also inside a pipe, when it is a text', async () => {
    expect(await run('echo one; false; echo two')).toMatchObject({ end: 'exited', exit: 1, stdout: 'one\n' });
    expect(await run('false | cat')).toMatchObject({ exit: 1 });
  });

  it('sees no shell when it is a list', async () => {
    expect(await run(['echo', '$HOME; rm -rf "x"'])).toMatchObject({ exit: 0, stdout: '$HOME; rm -rf "x"\n' });
  });

  it('gets values as variables only, whatever they hold', async () => {
    const SLUICE_VERSION = '$(touch /tmp/never); "`id`"';
    expect(await run('printf %s "$SLUICE_VERSION"', { variables: { SLUICE_VERSION } })).toMatchObject({
      stdout: SLUICE_VERSION,
    });
  });

  it('sees PATH, HOME and what was granted; granted values are struck out of what it printed', async () => {
    const { stdout } = await run('echo "${OTHER:-nothing} $HOME $TOKEN"; echo "$TOKEN" | rev', { allowed: ['TOKEN'] });
    expect(stdout).toBe('nothing /home/x ***\n3210555-kt\n');
  });

  it('is ended with all its children at its time-out', async () => {
    const folder = await temporaryFolder();
    const command = `trap '' TERM; sleep 600 & echo $! > child; echo begun; wait; sleep 600`;
    const result = await run(command, { cwd: folder, timeout: 1_500 });
    expect(result).toMatchObject({ end: 'timed-out', stdout: 'begun\n' });
    const child = Number(await readFile(join(folder, 'child'), 'utf8'));
    await waitUntil('the child to be gone', () => !lives(child));
  });

  it("reads nobody's ~/.bashrc, which could say, wait or fail whatever it likes", async () => {
    const home = await folderWith({ '.bashrc': 'echo hello from my shell; exit 9' });
    const here = processRunner({ PATH: process.env['PATH'], HOME: home });
    const result = await here.run({
      command: 'echo done',
      variables: {},
      allowed: [],
      timeout: 10_000,
      signal: new AbortController().signal,
    });
    expect(result).toMatchObject({ exit: 0, stdout: 'done\n' });
  });

  it('is ended when its caller gives up, and not begun when it has already', async () => {
    const stop = new AbortController();
    const running = run('sleep 600', { signal: stop.signal });
    stop.abort();
    expect(await running).toMatchObject({ end: 'aborted' });
    expect(await run('echo no', { signal: stop.signal })).toMatchObject({ end: 'aborted', stdout: '' });
  });

  it('is not waited for when it leaves a child that holds its output', async () => {
    const result = await run('sleep 60 & echo done');
    expect(result).toMatchObject({ end: 'exited', exit: 0, stdout: 'done\n' });
    expect(result.took).toBeLessThan(50_000);
  });

  it('keeps the end of a flood of output, within bounds', async () => {
    const { stdout } = await run(`seq 1 200000`);
    expect(stdout.length).toBeLessThanOrEqual(65_536);
    expect(stdout.endsWith('200000\n')).toBe(true);
  });

  it('that does not exist is told, not thrown', async () => {
    expect(await run(['no-such-program'])).toMatchObject({
      end: 'not-started',
      stderr: expect.stringContaining('ENOENT'),
    });
  });
});
