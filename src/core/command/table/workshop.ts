import { entriesOf, need, type Argument, type Entry, type Option, TRAFFIC } from '../grammar.ts';
import { FORMAT } from './seeing.ts';

const NAME: Argument = need('name', 'name');
const PREDEPLOY = { now: 'check --predeploy SERVICE' } as const;
const SERVICE_CHECKS: Option = {
  name: 'predeploy',
  kind: 'name',
  shown: 'SERVICE',
  bare: true,
  means: 'run the checks that come before a deploy',
};

/** Commands about the installation itself. */
export const WORKSHOP: readonly Omit<Entry, 'built'>[] = entriesOf('workshop', [
  {
    name: 'check',
    options: [
      { name: 'setup', kind: 'switch', shown: '', means: 'also rights, secrets and sources' },
      SERVICE_CHECKS,
      ...TRAFFIC,
    ],
    example: 'check --setup',
    aliases: [
      { old: 'predeploy', now: 'check --predeploy' },
      { old: 'predeploy SERVICE', ...PREDEPLOY },
      { old: 'build:check', now: 'check --predeploy' },
      { old: 'build:check SERVICE', ...PREDEPLOY },
      { old: 'build:verify', now: 'check --predeploy' },
      { old: 'build:verify SERVICE', ...PREDEPLOY },
    ],
    answers: 'table: config, state, token rights, sources reachable',
    who: 'R',
  },
  { name: 'doctor', example: 'doctor', answers: 'what is wrong, and the command that mends it', who: 'R' },
  {
    name: 'init',
    options: TRAFFIC,
    example: 'init',
    aliases: ['setup'],
    answers: 'files written, next three steps',
    who: 'local',
  },
  {
    name: 'serve',
    options: [{ name: 'port', kind: 'number', shown: 'N', default: '8080', means: 'where it listens' }],
    example: 'serve',
    answers: 'router, ticks, API',
    who: 'local',
  },
  {
    name: 'reconcile',
    options: [{ name: 'watch', kind: 'switch', shown: '', means: 'go on until stopped' }],
    example: 'reconcile --watch',
    answers: 'what changed, or nothing',
    who: 'token',
  },
  {
    name: 'simulate',
    options: [
      { name: 'series', kind: 'file', shown: 'FILE', means: 'the numbers to try it on: CSV or JSON' },
      { name: 'config', kind: 'file', shown: 'FILE', default: 'this repository’s', means: 'the policy to try' },
      { name: 'service', kind: 'name', shown: 'NAME', means: 'whose policy, where there are several' },
      { name: 'strategy', kind: 'name', shown: 'NAME', means: 'the stages to take instead of the configured ones' },
      {
        name: 'candidate',
        kind: 'version',
        shown: 'VERSION',
        means: 'the label in the column `arm` that is the candidate',
      },
      {
        name: 'stable',
        kind: 'version',
        shown: 'VERSION',
        means: 'the label in the column `arm` that is the stable one',
      },
      { name: 'from', kind: 'time', shown: 'TIME', default: 'its first numbers', means: 'when the rollout begins' },
      { name: 'every', kind: 'duration', shown: 'DURATION', default: '15s', means: 'how often somebody looks' },
      { name: 'sweep', kind: 'switch', shown: '', means: 'also with other bounds, tolerances and budgets' },
    ],
    example: 'simulate --series last-week.csv',
    answers: 'would have rolled back at 10:27 by error-rate',
    who: 'local',
    reads: true,
  },
  {
    name: 'replay',
    args: [need('commit', 'revision')],
    options: [FORMAT],
    example: 'replay 3f9c2aa',
    answers: 'same decision, bit for bit; or what differs, and which judge first',
    who: 'local',
    reads: true,
    nowhere: true,
  },
  { name: 'link', example: 'link', answers: 'your Slack user is now github:alice', who: 'self' },
  {
    name: 'token create',
    args: [NAME],
    options: [{ name: 'scope', kind: 'text', shown: 'NAME', repeatable: 'each', means: 'what it may do' }],
    example: 'token create ci --scope flag:read',
    answers: 'the token, shown once',
    who: 'A',
  },
  { name: 'token list', example: 'token list', answers: 'name, scopes, last used', who: 'A' },
  { name: 'token revoke', args: [NAME], example: 'token revoke ci', answers: 'revoked', who: 'A' },
  {
    name: 'completion',
    args: [need('shell', 'choice', { of: ['bash', 'zsh', 'fish'] })],
    example: 'completion bash',
    answers: 'a script for the shell',
    who: 'local',
    reads: true,
  },
  { name: 'demo', example: 'demo', answers: 'two releases, one rollback', who: 'local' },
]);
