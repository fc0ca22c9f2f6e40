/** Inputs, outputs and permissions that several actions share. */
import type { ActionInput, ActionOutput, OutputName, Permissions } from './words.ts';

const TOKEN: ActionInput = {
  name: 'token',
  kind: 'text',
  default: '${{ github.token }}',
  description:
    "Token that reads and writes the state. The job's own does; it needs the permissions that the README of the action lists.",
};

const ENDPOINT: ActionInput = {
  name: 'endpoint',
  kind: 'text',
  description:
    'Sealed mode: the bot that carries commands out, such as `https://sluice.example.com`. This job then writes no state itself and needs `id-token: write`.',
};

const WORKING_DIRECTORY: ActionInput = {
  name: 'working-directory',
  kind: 'text',
  default: '.',
  description:
    'Where the repository is checked out, relative to the workspace. Commands of the configuration run there.',
};

const STORE: ActionInput = {
  name: 'store',
  kind: 'choice',
  of: ['api', 'git'],
  default: 'api',
  description:
    "How the state branch is read and written: `api` (signed commits, no checkout) or `git` (pushes from the checkout, spends nothing of the API's budget).",
};

export const DRY_RUN: ActionInput = {
  name: 'dry-run',
  kind: 'boolean',
  default: 'false',
  command: true,
  description: '`true` says what would happen and changes nothing.',
};

/** How long the step waits, with the action's own default. */
export function timeout(otherwise: string): ActionInput {
  return {
    name: 'timeout',
    kind: 'duration',
    default: otherwise,
    description: `How long the step waits for the stage, such as \`25m\`; \`0s\` returns at once. Keep it below the job's \`timeout-minutes\`. When it is over, the step succeeds with code \`baking\` and the next tick goes on.`,
  };
}

export const ENVIRONMENT: ActionInput = {
  name: 'environment',
  kind: 'text',
  command: true,
  description:
    'Environment of the configuration, such as `production`. May be left out where the configuration has one only, or a default.',
};

export const SERVICE: ActionInput = {
  name: 'service',
  kind: 'text',
  command: true,
  description: 'Service of the configuration, such as `web`. May be left out where there is one only.',
};

export const ROLLOUT: ActionInput = {
  name: 'rollout',
  kind: 'text',
  command: true,
  description:
    'Rollout by its id, such as `r-7f3a`: the output `rollout` of an earlier step. Otherwise the active one of service and environment.',
};

export const REASON: ActionInput = {
  name: 'reason',
  kind: 'text',
  command: true,
  description: 'Why, on one line. It stands in the commit of the state branch.',
};

export const OVERRIDE: ActionInput = {
  name: 'override',
  kind: 'list',
  command: true,
  description:
    'Gates to pass over: `approval`, `lock`, `freeze`, `checks`, `order`, `compatibility`, `health`, `bake`. Needs the right to, and a reason.',
};

/** Where it runs and by whose right: every action but `setup`. */
export const PLACE: readonly ActionInput[] = [TOKEN, WORKING_DIRECTORY, STORE, ENDPOINT];

const OUTPUTS: Readonly<Record<OutputName, string>> = {
  ok: '`true` or `false`: whether it was done. `false` also fails the step.',
  code: 'Reason code of the outcome, such as `done`, `baking`, `rolled-back`, `locked`: a closed list (docs/reference/codes.md).',
  result:
    'The whole outcome as JSON: `schemaVersion`, `ok`, `code`, `summary`, `details`, `commit`. Cut where it is too long for an output, with `truncated: true`; still JSON.',
  rollout: 'Id of the rollout, such as `web-production-20261121-7f3a`.',
  stage: 'Name of the stage the rollout is in.',
  weight: 'Share of the candidate in percent, without the sign: `25`.',
  verdict: 'What the judges said last: `pass`, `fail`, `undecided`, `no-data` or `not-applicable`.',
  commit: 'Full SHA of the commit on the state branch.',
  url: 'Where the result can be seen: the URL of the environment, or of the commit.',
  proceed: "`true` when the stage has passed and the next one may begin: for the next job's `if`.",
  operation: 'Id of the operation that the steps after this one carry out, for `actions/report`.',
  version: 'Version that is deployed.',
  sha: 'Full SHA of the commit that is deployed: check this one out.',
  continue: '`true` when the steps after this one shall deploy; then `actions/report` says how it went.',
};

/** These outputs, in this order. */
export function outputs(...names: readonly OutputName[]): readonly ActionOutput[] {
  return names.map((name) => ({ name, description: OUTPUTS[name] }));
}

/** What every action answers. */
export const ANSWER: readonly OutputName[] = ['ok', 'code', 'result', 'commit', 'url'];
/** What is said of a rollout besides. */
export const MOVING: readonly OutputName[] = ['rollout', 'stage', 'weight', 'verdict', 'proceed', 'version', 'sha'];

const CONTENTS: Permissions = { contents: { level: 'write', because: 'commits to the state branch' } };

export const READS_STATE: Permissions = {
  contents: { level: 'read', because: 'reads the configuration and the state branch' },
};

/** Moves rollouts: state, deployments, comments, checks, ticks. */
export const MOVES_ROLLOUTS: Permissions = {
  ...CONTENTS,
  deployments: { level: 'write', because: 'creates deployments and their statuses' },
  'pull-requests': { level: 'write', because: 'keeps the comment on the pull request up to date' },
  checks: { level: 'write', because: "reads the commit's checks, and writes `sluice / deployed`" },
  statuses: { level: 'read', because: "reads the commit's statuses" },
  actions: {
    level: 'write',
    because: 'switches the scheduled tick on and off, starts the workflow of a stage that waits',
  },
};
