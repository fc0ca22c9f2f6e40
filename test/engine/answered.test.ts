import { describe, expect, it } from 'vitest';
import { isOwn } from '../../src/cli/main.ts';
import { commandTable } from '../../src/core/command/table.ts';
import { wired } from './wired.ts';

describe('the table of commands and who answers them', () => {
  const built = commandTable.filter((entry) => entry.built);

  it.each(built.filter(({ name }) => !isOwn(name)))(
    'R-707 `$name` is decided, and not put off',
    async ({ example }) => {
      const { code, summary } = await wired().run(example);
      expect(['not-yet', 'command-unknown', 'internal'], summary).not.toContain(code);
      expect(summary).not.toMatch(/later version|undefined|\[object/);
    },
  );

  it.each(commandTable.filter((entry) => !entry.built))(
    '`$name` says that it is not built yet',
    async ({ example }) => {
      expect(await wired().run(example)).toMatchObject({ ok: false, code: 'not-yet' });
    },
  );

  it('the program itself carries out what needs files, a terminal or processes', () => {
    const own = built.filter(({ name }) => isOwn(name)).map(({ name }) => name);
    expect(own.toSorted()).toEqual(
      [
        'check',
        'completion',
        'demo',
        'experiment analyze',
        'explain',
        'flag export',
        'flag import',
        'help',
        'init',
        'reconcile',
        'replay',
        'report',
        'serve',
        'simulate',
        'watch',
      ].toSorted(),
    );
  });
});
