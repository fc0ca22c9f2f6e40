import { entriesOf, may, type Argument, type Entry, type Option } from '../grammar.ts';

const TARGET: Argument = may('target', 'target');
const SINCE: Option = {
  name: 'since',
  kind: 'duration',
  shown: 'DURATION',
  default: '7d',
  means: 'how far to look back',
};

/** How an answer that is a document is written. */
export const FORMAT: Option = {
  name: 'format',
  kind: 'choice',
  of: ['markdown', 'json'],
  shown: 'markdown|json',
  means: 'how it is written',
};

/** Commands that only look. */
export const SEEING: readonly Omit<Entry, 'built'>[] = entriesOf('seeing', [
  {
    name: 'status',
    args: [TARGET],
    example: 'status in production',
    aliases: ['monitor:status', 'traffic:health', 'health', 'get_health_status'],
    answers: 'live, rolling, waiting, locked, frozen, alerts, who watches',
    who: 'R',
  },
  {
    name: 'explain',
    args: [TARGET],
    options: [FORMAT],
    example: 'explain r-7f3a',
    answers: 'the verdicts in sentences, with numbers',
    who: 'R',
  },
  {
    name: 'metrics',
    args: [TARGET],
    options: [
      { name: 'metric', kind: 'name', shown: 'NAME', means: 'only this one' },
      { name: 'window', kind: 'duration', shown: 'DURATION', default: '5m', means: 'the time to measure over' },
    ],
    example: 'metrics web --window 15m',
    aliases: ['traffic:stats', 'get_metrics'],
    answers: 'stable and candidate side by side',
    who: 'R',
  },
  {
    name: 'history',
    args: [TARGET],
    options: [
      { name: 'kind', kind: 'name', shown: 'NAME', means: 'rollback, deploy, flag, ...' },
      SINCE,
      { name: 'by', kind: 'text', shown: 'WHO', means: 'only what this person did' },
      { name: 'limit', kind: 'number', shown: 'N', default: '20', means: 'at most so many' },
    ],
    example: 'history web --kind rollback',
    aliases: ['audit', 'logs', { old: 'rollback:history', now: 'history --kind rollback' }],
    answers: 'who, what, why, commit; refusals too',
    who: 'R',
  },
  {
    name: 'report',
    args: [TARGET],
    options: [SINCE, { ...FORMAT, default: 'markdown' }],
    example: 'report web --since 30d',
    aliases: ['monitor:report'],
    answers: 'the report, or a link to it',
    who: 'R',
  },
  {
    name: 'watch',
    args: [TARGET],
    options: [
      { name: 'until', kind: 'name', shown: 'STATE', default: 'completed', means: 'leave when the rollout is there' },
    ],
    example: 'watch web',
    aliases: [
      { old: 'monitor:start D', now: 'watch D' },
      { old: 'monitor:start D E', now: 'watch D in E' },
    ],
    answers: 'live rows; ticks itself while it is open, for who may write',
    who: 'R',
  },
  {
    name: 'help',
    args: [may('command', 'text', { repeatable: true })],
    example: 'help flag enable',
    answers: 'usage, with this repository’s own names',
    who: 'R',
  },
]);
