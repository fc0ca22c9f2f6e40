import { entriesOf, may, need, type Argument, type Entry } from '../grammar.ts';

const ID: Argument = need('id', 'name');
const SERVICE: Argument = need('service', 'name');

/** Commands about what is kept: alerts, releases, backups, migrations. */
export const RECORDS: readonly Omit<Entry, 'built'>[] = entriesOf('records', [
  {
    name: 'alert list',
    example: 'alert list',
    aliases: ['monitor:alerts'],
    answers: 'open problems, the worst first',
    who: 'R',
  },
  { name: 'alert ack', args: [ID], example: 'alert ack a-19', answers: 'yours since 10:31', who: 'W' },
  { name: 'alert resolve', args: [ID], example: 'alert resolve a-19', answers: 'closed', who: 'W' },
  {
    name: 'release list',
    args: [SERVICE],
    example: 'release list web',
    answers: 'versions, commits, where each is live or good',
    who: 'R',
  },
  {
    name: 'release show',
    args: [SERVICE, need('version', 'version')],
    example: 'release show web 1.4.0',
    answers: 'commit, artifact, rollouts',
    who: 'R',
  },
  {
    name: 'release check',
    args: [SERVICE, need('version', 'version', { shown: 'VERSION' }), may('to', 'version', { shown: 'VERSION' })],
    example: 'release check web 1.3.2 2.0.0',
    aliases: ['compat'],
    answers: 'refused: needs api >=2.1; safe path 1.3.2 → 1.9 → 2.0',
    who: 'R',
  },
  {
    name: 'backup list',
    args: [may('target', 'target')],
    example: 'backup list in production',
    aliases: ['rollback:backups'],
    answers: 'id, when, of what, size',
    who: 'R',
  },
  {
    name: 'backup create',
    args: [may('target', 'target')],
    example: 'backup create in production',
    aliases: [
      { old: 'rollback:backup D', now: 'backup create D' },
      { old: 'rollback:backup D E', now: 'backup create D in E' },
    ],
    answers: 'b-5: config, versions, database 1.2 GB',
    who: 'W',
  },
  {
    name: 'backup restore',
    args: [ID],
    example: 'backup restore b-5 in production -m "table dropped"',
    answers: 'restored from b-5; verified',
    reason: 'always',
    who: 'A',
  },
  { name: 'migration list', example: 'migration list in staging', answers: 'id, when, depends on', who: 'R' },
  {
    name: 'migration revert',
    args: [ID],
    example: 'migration revert 0042 in staging -m "index too slow"',
    answers: 'backup b-6 first, then reverted, schema valid',
    reason: 'always',
    who: 'M',
  },
  {
    name: 'migration restore',
    args: [may('id', 'name')],
    options: [{ name: 'to', kind: 'time', shown: 'TIME', means: 'the point in time' }],
    example: 'migration restore --to 2026-11-21T08:00Z in staging -m "bad import"',
    answers: 'database as of 08:00 UTC, schema valid',
    reason: 'always',
    who: 'A',
  },
]);
