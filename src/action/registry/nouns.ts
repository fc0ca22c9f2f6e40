/** Actions about flags, experiments and what is seen. */
import {
  ANSWER,
  DRY_RUN,
  ENVIRONMENT,
  MOVES_ROLLOUTS,
  outputs,
  OVERRIDE,
  PLACE,
  READS_STATE,
  REASON,
  ROLLOUT,
  SERVICE,
} from './parts.ts';
import type { Action, ActionInput } from './words.ts';

function doing(of: readonly string[], description: string): ActionInput {
  return { name: 'action', kind: 'choice', of, required: true, description };
}

const STRATEGY: ActionInput = {
  name: 'strategy',
  kind: 'text',
  command: true,
  description: 'Strategy whose stages a rollout takes, such as `gradual`.',
};
const FORMAT: ActionInput = {
  name: 'format',
  kind: 'text',
  command: true,
  description: 'How the answer is written: `flagd` of an export, `markdown` or `json` of an analysis.',
};

const FLAG: Action = {
  name: 'flag',
  title: 'Sluice flag',
  description: 'Read and change feature flags: on, off, percentage, staged rollout. Each change is a commit.',
  text: 'One command about a flag, with the same policy as everywhere. `enable` sets at once; `rollout` goes through the stages of a strategy.',
  inputs: [
    doing(
      ['list', 'show', 'create', 'enable', 'disable', 'rollout', 'check', 'archive', 'export'],
      'What to do, such as `enable`.',
    ),
    { name: 'flag', kind: 'text', command: true, description: 'Key of the flag, such as `new-dashboard`.' },
    {
      name: 'percent',
      kind: 'percent',
      command: true,
      description: 'Share of users for `enable` and `rollout`, such as `25%`. `25` is read as 25%; `0.25` is refused.',
    },
    ENVIRONMENT,
    {
      name: 'variant',
      kind: 'list',
      command: true,
      description: 'Variant to serve, such as `on`; of `create` pairs such as `on=true`.',
    },
    STRATEGY,
    {
      name: 'user',
      kind: 'text',
      command: true,
      description: 'User whose answer `check` explains, such as `user-123`.',
    },
    {
      name: 'with',
      kind: 'list',
      command: true,
      description: 'Attributes of that user, such as `country=DE`: one a line, or between commas.',
    },
    {
      name: 'take-over',
      kind: 'boolean',
      default: 'false',
      command: true,
      description: '`true` changes the flag although a rollout or an experiment has it: that one ends.',
    },
    FORMAT,
    REASON,
    DRY_RUN,
    ...PLACE,
  ],
  outputs: outputs(...ANSWER, 'rollout', 'stage', 'weight'),
  permissions: MOVES_ROLLOUTS,
  example: `- uses: USES
  with:
    action: enable
    flag: new-dashboard
    percent: 25%
    environment: production
    reason: \${{ inputs.reason }}`,
};

const EXPERIMENT: Action = {
  name: 'experiment',
  title: 'Sluice experiment',
  description: 'Start, stop, analyse and ship experiments: variants of a flag compared by metrics and guardrails.',
  text: '`analyze` answers users, effect, interval and verdict for each variant. `ship` rolls the winner out, and refuses while nothing is decided.',
  inputs: [
    doing(['list', 'show', 'start', 'stop', 'analyze', 'ship'], 'What to do, such as `analyze`.'),
    { name: 'experiment', kind: 'text', command: true, description: 'Key of the experiment, such as `checkout`.' },
    ENVIRONMENT,
    {
      name: 'variant',
      kind: 'text',
      command: true,
      description: 'Variant to ship. Otherwise the winner; any other needs a reason.',
    },
    STRATEGY,
    {
      name: 'data',
      kind: 'text',
      command: true,
      description:
        'File with the numbers by variant (CSV or JSON), such as `numbers.csv`. Otherwise the configured source is asked.',
    },
    FORMAT,
    REASON,
    DRY_RUN,
    ...PLACE,
  ],
  outputs: outputs(...ANSWER, 'rollout', 'stage', 'weight', 'verdict'),
  permissions: MOVES_ROLLOUTS,
  example: `- id: numbers
  uses: USES
  with:
    action: analyze
    experiment: checkout`,
};

const MONITOR: Action = {
  name: 'monitor',
  title: 'Sluice monitor',
  description: 'See status, metrics, verdicts, history and alerts as outputs and as a job summary. Changes nothing.',
  text: 'Looks and writes a summary. With `fail-on` it is a gate: the step fails while something is open.',
  inputs: [
    {
      name: 'action',
      kind: 'choice',
      of: ['status', 'metrics', 'explain', 'history', 'report', 'alerts'],
      default: 'status',
      description: 'What to show.',
    },
    SERVICE,
    ROLLOUT,
    { name: 'flag', kind: 'text', command: true, description: 'Flag by its key, instead of a service.' },
    ENVIRONMENT,
    { name: 'metric', kind: 'text', command: true, description: 'Only this metric, such as `error-rate`.' },
    {
      name: 'window',
      kind: 'duration',
      command: true,
      description: 'Time that `metrics` measures over, such as `15m`. Otherwise 5m.',
    },
    {
      name: 'since',
      kind: 'duration',
      command: true,
      description: 'How far `history` and `report` look back, such as `30d`. Otherwise 7d.',
    },
    {
      name: 'fail-on',
      kind: 'choice',
      of: ['never', 'fail', 'alert'],
      default: 'never',
      description: 'When the step fails: `never`, on a verdict `fail`, or on any open `alert`.',
    },
    ...PLACE,
  ],
  outputs: outputs(...ANSWER, 'rollout', 'stage', 'weight', 'verdict'),
  permissions: READS_STATE,
  example: `- uses: USES
  with:
    action: metrics
    service: web
    environment: production
    window: 15m`,
};

/** Actions that are one command about a thing. */
export const NOUN_ACTIONS: readonly Action[] = [FLAG, EXPERIMENT, MONITOR];

const STRUCTURED: readonly ActionInput[] = [
  {
    name: 'action',
    kind: 'text',
    description:
      'Instead of `command`: the name of a command, such as `flag enable` or `rollback`. Old names such as `set_rollout_percentage` work. The inputs below fill it in; one that it has no place for is refused.',
  },
  SERVICE,
  { name: 'version', kind: 'version', command: true, description: 'Version: a tag, a SHA, `head` or `latest`.' },
  ENVIRONMENT,
  ROLLOUT,
  {
    name: 'stage',
    kind: 'text',
    command: true,
    description: 'Stage, such as `canary`: `until` of deploy, `to` of promote, what an approval is for.',
  },
  { name: 'flag', kind: 'text', command: true, description: 'Key of a flag, such as `new-dashboard`.' },
  {
    name: 'percent',
    kind: 'percent',
    command: true,
    description: 'Share, such as `25%`. `25` is read as 25%; `0.25` is refused.',
  },
  { name: 'variant', kind: 'list', command: true, description: 'Variant, such as `on`.' },
  { name: 'experiment', kind: 'text', command: true, description: 'Key of an experiment, such as `checkout`.' },
  { name: 'strategy', kind: 'text', command: true, description: 'Strategy whose stages are taken, such as `canary`.' },
  { name: 'metric', kind: 'text', command: true, description: 'Metric, such as `error-rate`.' },
  { name: 'window', kind: 'duration', command: true, description: 'Time that `metrics` measures over, such as `15m`.' },
  { name: 'since', kind: 'duration', command: true, description: 'How far back to look, such as `30d`.' },
  {
    name: 'for',
    kind: 'duration',
    command: true,
    description: 'How long a pause, lock or freeze lasts, such as `2h`.',
  },
  REASON,
  OVERRIDE,
  DRY_RUN,
];

/** The action at the root of the repository. */
export const ROOT: Action = {
  name: 'root',
  title: 'Sluice',
  description: 'Progressive delivery in your repository: staged deploys, flags, canaries, rollback. Runs any command.',
  text: 'Runs any command: as a line in `command`, or as an `action` with inputs, which suits forms of `workflow_dispatch`.',
  inputs: [
    {
      name: 'command',
      kind: 'text',
      description:
        'A command, such as `flag enable new-dashboard 25% in production` (docs/reference/commands.md). One line.',
    },
    ...STRUCTURED,
    {
      name: 'timeout',
      kind: 'duration',
      default: '0s',
      description:
        'How long the step waits for what it began, such as `25m`; `0s` returns at once. When it is over, the step succeeds with code `baking` and the next tick goes on.',
    },
    ...PLACE,
  ],
  outputs: outputs(
    ...ANSWER,
    'rollout',
    'stage',
    'weight',
    'verdict',
    'proceed',
    'version',
    'sha',
    'operation',
    'continue',
  ),
  permissions: MOVES_ROLLOUTS,
  example: `- uses: USES
  with:
    action: \${{ inputs.action }}
    flag: \${{ inputs.flag }}
    percent: \${{ inputs.percent }}
    environment: \${{ inputs.environment }}
    reason: \${{ inputs.reason }}`,
};
