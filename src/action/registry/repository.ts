/** Actions about the repository itself: comments, pull requests, set-up. */
import { ANSWER, ENVIRONMENT, MOVES_ROLLOUTS, outputs, PLACE, READS_STATE } from './parts.ts';
import type { Action } from './words.ts';

const COMMENT: Action = {
  name: 'comment',
  title: 'Sluice comment',
  description: 'Commands from pull-request comments, with no server: same policy, replies and reactions as the bot.',
  text: `Reads the comment that started the run (\`on: issue_comment: [created]\`), carries its command out as its author, and answers. A comment
without a command costs one quick step. Edited comments, bots, forks, quotations, code and several lines never run.

Keep the workflow in no concurrency group: a rollback must not queue behind the deploy that it stops.`,
  inputs: [
    {
      name: 'workflow',
      kind: 'text',
      description:
        'Workflow file on the default branch that deploys by a job, such as `deploy.yml`: a `/deploy` that needs secrets or a checkout starts it.',
    },
    ...PLACE,
  ],
  outputs: outputs(...ANSWER, 'rollout', 'stage', 'weight', 'verdict', 'version', 'sha'),
  permissions: { ...MOVES_ROLLOUTS, issues: { level: 'write', because: 'reacts to the comment and answers it' } },
  example: `- if: github.event.issue.pull_request && startsWith(github.event.comment.body, '/')
  uses: USES`,
};

const CHECK: Action = {
  name: 'check',
  title: 'Sluice check',
  description: 'Check a pull request: configuration and flags valid, plan, compatibility, who would see a change.',
  text: `Validates what the pull request changes, shows the plan and the blast radius, and puts findings on their lines. For pull requests to the
default branch run it on \`pull_request\`; for those to the state branch on \`pull_request_target\`: it reads by the API and never checks out.`,
  inputs: [
    {
      name: 'deployed',
      kind: 'text',
      description:
        'Also write the check `sluice / deployed`: whether the commit is live in this environment, such as `production`.',
    },
    { ...ENVIRONMENT, description: 'Only show the plan of this environment, such as `production`. Otherwise of all.' },
    {
      name: 'fail-on',
      kind: 'choice',
      of: ['failure', 'warning'],
      default: 'failure',
      description: 'From which level of findings on the step fails.',
    },
    {
      name: 'comment',
      kind: 'boolean',
      default: 'true',
      description: '`false` writes no comment on the pull request; the check run and the summary stay.',
    },
    ...PLACE,
  ],
  outputs: outputs(...ANSWER),
  permissions: {
    ...READS_STATE,
    checks: { level: 'write', because: 'writes the check run with its annotations' },
    'pull-requests': { level: 'write', because: 'reads the changed files, and keeps one comment' },
  },
  example: `- uses: USES`,
};

const SETUP: Action = {
  name: 'setup',
  title: 'Sluice setup',
  description:
    'Put the sluice command line on the PATH of the steps that follow, and check that git and Node are there.',
  text: 'Installs nothing from the network: the program comes with the action, at the version you pinned.',
  inputs: [],
  outputs: outputs('ok', 'code', 'result'),
  permissions: {},
  example: `- uses: USES
- run: sluice status --json`,
};

/** What surrounds the rollouts. */
export const REPOSITORY_ACTIONS: readonly Action[] = [COMMENT, CHECK, SETUP];
