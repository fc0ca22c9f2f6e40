import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/core/command/parse.ts';
import { printCommand } from '../../../src/core/command/print.ts';
import { commandTable } from '../../../src/core/command/table.ts';

const ROWS: readonly (readonly [row: string, old: string, now: string])[] = [
  ['R-101', 'deploy:canary', 'deploy --until canary'],
  ['R-101', 'deploy:canary web@1.4.0', 'deploy web@1.4.0 --until canary'],
  ['R-101', 'deploy:beta', 'deploy --until beta'],
  ['R-101', 'deploy:production', 'deploy --until production'],
  ['R-101', 'deploy canary', 'deploy --until canary'],
  ['R-107', 'predeploy', 'check --predeploy'],
  ['R-107', 'predeploy web', 'check --predeploy web'],
  ['R-107', 'build:check', 'check --predeploy'],
  ['R-107', 'build:verify web', 'check --predeploy web'],
  ['R-115', 'compat web 1.3.2 2.0.0', 'release check web 1.3.2 2.0.0'],
  ['R-116', 'logs', 'history'],
  ['R-116', 'audit web', 'history web'],
  ['R-117', 'rollback:backup web production', 'backup create web --environment production'],
  ['R-117', 'rollback:backups web', 'backup list web'],
  ['R-201', `traffic:setup web '{"1.3.2":80,"1.4.0":20}'`, 'traffic set web 1.3.2=80% 1.4.0=20%'],
  [
    'R-201',
    `traffic:update web '[{"version":"a","weight":50},{"version":"b","weight":"50%"}]'`,
    'traffic set web a=50% b=50%',
  ],
  ['R-202', 'traffic:shift web 1.4.0 300000', 'traffic set web 1.4.0=100% --over 5m'],
  ['R-203', `traffic:canary web '{"version":"1.4.0"}' 10`, 'traffic set web 1.4.0=10% stable=90%'],
  ['R-203', 'traffic:canary web 1.4.0 2.5%', 'traffic set web 1.4.0=2.5% stable=97.5%'],
  ['R-203', 'traffic:promote web 1.4.0', 'promote web'],
  ['R-204', 'traffic:stats web', 'metrics web'],
  ['R-204', 'traffic:health web', 'status web'],
  ['R-304', 'monitor:start web production', 'watch web --environment production'],
  ['R-304', 'monitor:status', 'status'],
  ['R-304', 'health', 'status'],
  ['R-304', 'monitor:alerts', 'alert list'],
  ['R-304', 'monitor:report web', 'report web'],
  ['R-401', 'rollback:trigger web "too slow"', 'rollback web --reason "too slow"'],
  [
    'R-401',
    'rollback:trigger web errors everywhere in production',
    'rollback web --environment production --reason "errors everywhere"',
  ],
  ['R-401', 'rollback:trigger web', 'rollback web'],
  ['R-401', 'rollback-to-version 1.3.2', 'rollback --to 1.3.2'],
  ['R-401', 'rollback-to-version web 1.3.2', 'rollback web --to 1.3.2'],
  ['R-401', 'abort r-7f3a', 'rollback r-7f3a'],
  ['R-402', 'rollback:emergency', 'rollback --all'],
  ['R-403', 'rollback:history', 'history --kind rollback'],
  [
    'R-501',
    'feature:create new-dashboard "New dashboard" "Better"',
    'flag create new-dashboard "New dashboard" Better',
  ],
  ['R-501', 'feature:enable new-dashboard 25', 'flag enable new-dashboard 25%'],
  ['R-501', 'feature:disable new-dashboard', 'flag disable new-dashboard'],
  ['R-501', 'feature:check new-dashboard user123', 'flag check new-dashboard user123'],
  ['R-501', 'feature:status', 'flag list'],
  ['R-501', 'feature:status new-dashboard', 'flag show new-dashboard'],
  ['R-501', 'feature-flags:status', 'flag list'],
  ['R-506', 'canary advance new-dashboard', 'promote flag/new-dashboard'],
  ['R-506', 'canary rollback new-dashboard', 'rollback flag/new-dashboard'],
  [
    'R-601',
    'ab:create "Checkout redesign" "Fewer steps"',
    'experiment create checkout-redesign "Checkout redesign" "Fewer steps"',
  ],
  ['R-601', 'ab:start checkout', 'experiment start checkout'],
  ['R-601', 'ab:status checkout', 'experiment show checkout'],
  ['R-601', 'ab:analyze checkout', 'experiment analyze checkout'],
  ['R-601', 'ab:stop checkout', 'experiment stop checkout'],
  ['R-701', 'get_all_flags', 'flag list'],
  ['R-701', 'enable_flag new-dashboard', 'flag enable new-dashboard'],
  ['R-701', 'disable_flag new-dashboard in staging', 'flag disable new-dashboard --environment staging'],
  ['R-701', 'set_rollout_percentage new-dashboard 25', 'flag enable new-dashboard 25%'],
  ['R-701', 'advance_canary_stage new-dashboard', 'promote flag/new-dashboard'],
  ['R-701', 'rollback_canary_stage new-dashboard', 'rollback flag/new-dashboard'],
  ['R-701', 'get_health_status', 'status'],
  ['R-701', 'get_metrics web', 'metrics web'],
  ['R-701', 'get_experiment_results checkout', 'experiment analyze checkout'],
  ['R-708', 'setup', 'init'],
];

function readAs(text: string): string {
  const parsed = parseCommand(text);
  return parsed.ok ? (parsed.readAs ?? `${printCommand(parsed.command)} (a current name)`) : parsed.error.message;
}

describe('old names', () => {
  it.each(ROWS)('%s reads `%s` as `%s`', (_, old, now) => {
    expect(readAs(old)).toBe(now);
  });

  it.each(ROWS.filter(([, old]) => old.includes(':')))(
    '%s reads `%s` with a space for the colon too',
    (_, old, now) => {
      expect(readAs(old.replace(':', ' '))).toBe(now);
    },
  );

  it('covers every old name of the table', () => {
    const covered = ROWS.map(([, old]) => old.replaceAll(':', ' '));
    const heads = commandTable.flatMap(({ aliases }) =>
      aliases.map(({ old }) => old.replaceAll(':', ' ').replace(/( [A-Z]+(\.\.\.)?)+$/, '')),
    );
    expect(heads.filter((head) => !covered.some((old) => old === head || old.startsWith(`${head} `)))).toEqual([]);
  });

  it('lets every current name be written with a colon', () => {
    expect(parseCommand('flag:enable a 5%')).toEqual(parseCommand('flag enable a 5%'));
  });

  it('prefers a known service to an old name that was typed with a space', () => {
    expect(parseCommand('rollback emergency')).toMatchObject({ ok: true, command: { options: { all: true } } });
    expect(parseCommand('rollback emergency', { knownServices: ['emergency'] })).toEqual({
      ok: true,
      command: { name: 'rollback', args: { target: 'emergency' }, options: {} },
    });
  });

  it('says what to write instead when old values make no sense', () => {
    const parsed = parseCommand('traffic:setup web nonsense');
    expect(parsed).toMatchObject({
      ok: false,
      error: { code: 'command-invalid', suggestion: 'traffic set web 1.3.2=80% 1.4.0=20%' },
    });
  });
});
