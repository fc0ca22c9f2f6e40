import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/core/command/parse.ts';
import { commandTable, findEntry, optionsOf } from '../../../src/core/command/table.ts';

describe('the table of commands', () => {
  it.each(commandTable.map((entry) => [entry.example, entry.name] as const))(
    'reads its example `%s`',
    (example, name) => {
      const parsed = parseCommand(example);
      expect(parsed.ok ? parsed.command.name : parsed.error.message).toBe(name);
    },
  );

  it('has every name once, and no old name that is a current one', () => {
    const names = commandTable.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const old = commandTable.flatMap(({ aliases }) => aliases.map(({ old: before }) => before.replaceAll(':', ' ')));
    expect(old.filter((name) => names.includes(name))).toEqual([]);
    expect(new Set(old).size).toBe(old.length);
  });

  it.each(commandTable)('gives $name no two options of one name or one letter', (entry) => {
    const names = optionsOf(entry).flatMap(({ name, short }) => [name, ...(short === undefined ? [] : [short])]);
    expect(new Set([...names, 'environment', 'e']).size).toBe(names.length + 2);
  });

  it.each(commandTable)('has the required arguments of $name first and a repeatable one last', ({ args }) => {
    const optional = args.map(({ required }) => (required ? 0 : 1));
    expect(optional).toEqual(optional.toSorted((one, other) => one - other));
    expect(args.slice(0, -1).filter(({ repeatable }) => repeatable)).toEqual([]);
  });

  it('knows which commands this version carries out', () => {
    const later = commandTable.filter(({ built }) => !built).map(({ name }) => name);
    expect(later).toContain('backup restore');
    expect(later).toContain('release check');
    expect(later).not.toContain('release list');
    expect(findEntry('deploy')?.built).toBe(true);
    expect(findEntry('deploi')).toBeUndefined();
  });

  it.each([
    'deploy web@1.4.0 in production',
    'promote web',
    'pause web --for 30m',
    'resume web',
    'rollback web --to 1.3.2',
    'approve r-7f3a/production',
    'reject web -m "numbers look odd"',
    'cancel r-80aa',
    'undo 3f9c2aa',
    'status in production',
    'explain r-7f3a',
    'metrics web --window 15m',
    'history web --kind rollback',
    'report web --since 30d',
    'watch web',
    'help flag enable',
    'lock web in production --for 1h',
    'unlock web in production',
    'freeze in production --until 2026-12-27T08:00',
    'unfreeze in production',
    'auto off web in production --for 1h',
    'traffic show web in production',
    'traffic set web 1.3.2=80% 1.4.0=20%',
    'flag list --stale',
    'flag show new-dashboard',
    'flag create new-dashboard "New dashboard" "Better"',
    'flag enable new-dashboard 25% in production',
    'flag disable new-dashboard in production',
    'flag rollout new-dashboard 100% --strategy gradual in production',
    'flag check new-dashboard user123 --with country=DE',
    'flag target new-dashboard on --when "country in DE,FR"',
    'flag untarget new-dashboard 2',
    'flag archive new-dashboard',
    'segment set staff --when "email ends-with @acme.com"',
    'experiment analyze checkout',
    'experiment create checkout "Checkout redesign" --goal conversion',
    'experiment ship checkout in production',
    'alert ack a-19',
    'release check web 1.3.2 2.0.0',
    'backup create in production',
    'migration revert 0042 in staging',
    'check --setup',
    'init',
    'serve',
    'reconcile --watch',
    'simulate --series last-week.csv',
    'replay 3f9c2aa',
    'flag export in production',
    'link',
    'token create ci --scope flag:read',
    'completion bash',
    'demo',
    'adopt web 1.3.2',
    'retry r-7f3a',
    'resolve r-7f3a',
    'doctor',
    'reduce',
    'rollback --all',
    'rollback web --gradual',
  ])('R-707 reads `%s`', (text) => {
    expect(parseCommand(text)).toMatchObject({ ok: true });
  });
});
