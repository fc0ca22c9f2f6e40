import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completion, SHELLS } from '../../../src/core/command/completion.ts';
import { commandTable } from '../../../src/core/command/table.ts';

function has(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

/** What bash proposes after these words. */
function proposed(...words: readonly string[]): readonly string[] {
  const script = `${completion('bash')}\nCOMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _sluice; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', 'sluice', ...words], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  it.each(SHELLS)('names every command this version carries out, for %s', (shell) => {
    const script = completion(shell);
    const shown = commandTable.filter(({ built }) => built).flatMap(({ name }) => name.split(' '));
    expect(shown.filter((word) => !new RegExp(`\\b${word}\\b`).test(script))).toEqual([]);
    expect(script).not.toContain('migration');
  });

  for (const shell of SHELLS) {
    it.skipIf(!has(shell))(`is a script that ${shell} itself accepts (skipped where it is not installed)`, () => {
      const { status, stderr } = spawnSync(shell, ['-n'], { input: completion(shell), encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });
  }

  it.skipIf(!has('bash'))('R-707 completes commands, verbs, options and choices in bash', () => {
    expect(proposed('rol')).toEqual(['rollback']);
    expect(proposed('flag', 'en')).toEqual(['enable']);
    expect(proposed('auto', '')).toEqual(['on', 'off']);
    expect(proposed('deploy', '--st')).toEqual(['--strategy']);
    expect(proposed('flag', 'enable', 'new-dashboard', '--t')).toEqual(['--take-over']);
    expect(proposed('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(proposed('flag', 'create', 'a', '--type', 'n')).toEqual(['number']);
  });
});
