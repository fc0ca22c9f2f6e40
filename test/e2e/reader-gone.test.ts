import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { repository } from '../support/repository.ts';

const CLI = new URL('../../dist/cli.js', import.meta.url).pathname;

it('R-707 a reader that leaves early ends no command: what was asked is done, and the exit status says so', async () => {
  const { folder } = await repository();
  const sluice = `'${process.execPath}' '${CLI}'`;
  const script = [
    'set -o pipefail',
    `${sluice} init --yes > /dev/null`,
    `${sluice} flag create a 2>&1 | true; echo "\${PIPESTATUS[0]}"`,
    `${sluice} flag enable a 25% in production 2>&1 | true; echo "\${PIPESTATUS[0]}"`,
    `${sluice} flag nonsense 2>&1 | true; echo "\${PIPESTATUS[0]}"`,
    `${sluice} help 2>&1 | true; echo "\${PIPESTATUS[0]}"`,
    `${sluice} flag show a | grep -c '25%'`,
  ].join('\n');
  const { stdout } = await promisify(execFile)('bash', ['--noprofile', '--norc', '-c', script], { cwd: folder });
  const [created, enabled, wrong, help, shown] = stdout.trim().split('\n');
  expect([created, enabled, wrong, help]).toEqual(['0', '0', '2', '0']);
  expect(Number(shown)).toBeGreaterThan(0);
});
