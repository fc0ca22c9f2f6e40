import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { run } from '../support/process.ts';
import { PROGRAM } from '../e2e/given.ts';

it(
  'R-101 R-103 R-507 the demo: two releases go up, a bad one comes back by itself, a flag ramps; within a minute',
  { timeout: 90_000 },
  async () => {
    const cwd = await temporaryFolder();
    const { code, stdout, stderr } = await run(process.execPath, [PROGRAM, 'demo', '--json'], { cwd, within: 60_000 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      completed: ['1.0.0', '1.1.0'],
      rolledBack: ['1.2.0'],
      live: '1.1.0',
      commits: expect.any(Number),
    });
  },
);
