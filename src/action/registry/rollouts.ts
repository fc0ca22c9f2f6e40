/** Actions that move rollouts. */
import {
  ANSWER,
  DRY_RUN,
  ENVIRONMENT,
  MOVES_ROLLOUTS,
  MOVING,
  outputs,
  OVERRIDE,
  PLACE,
  REASON,
  ROLLOUT,
  SERVICE,
  timeout,
} from './parts.ts';
import type { Action } from './words.ts';

const DEPLOY: Action = {
  name: 'deploy',
  title: 'Sluice deploy',
  description:
    'Start a staged rollout of a version: gates, lock, deploy, bake, judge; roll back by itself when it fails.',
  text: `Begins a rollout and takes it through its stages while the job waits. The version is resolved to a commit once; gates (order, lock,
freeze, checks, compatibility, approvals) are asked before anything changes.

Where the service's platform is \`job\`, the steps behind this one deploy: they run when the output \`continue\` is \`true\`, and
[\`actions/report\`](../report/README.md) says how they went.`,
  inputs: [
    {
      name: 'version',
      kind: 'version',
      required: true,
      command: true,
      description:
        'What to deploy: a tag, a SHA, `head` or `latest`. Usually `github.ref_name` of a pushed tag, or an input of the workflow.',
    },
    SERVICE,
    ENVIRONMENT,
    {
      name: 'until',
      kind: 'text',
      command: true,
      description: 'Stage after which this step ends, such as `canary`; the rollout waits there for `actions/promote`.',
    },
    {
      name: 'strategy',
      kind: 'text',
      command: true,
      description: 'Strategy instead of the configured one, such as `all-at-once` or one of your own.',
    },
    timeout('10m'),
    {
      name: 'when-green',
      kind: 'boolean',
      default: 'false',
      command: true,
      description: '`true` waits until the checks of the commit are green, then begins.',
    },
    {
      name: 'replace',
      kind: 'boolean',
      default: 'false',
      command: true,
      description: '`true` takes the place of the rollout that runs. Otherwise this one waits in the queue.',
    },
    {
      name: 'emergency',
      kind: 'boolean',
      default: 'false',
      command: true,
      description: '`true` asks the least possible and goes straight to everybody. Needs a reason.',
    },
    REASON,
    OVERRIDE,
    DRY_RUN,
    ...PLACE,
  ],
  outputs: outputs(...ANSWER, ...MOVING, 'operation', 'continue'),
  permissions: MOVES_ROLLOUTS,
  example: `- id: canary
  uses: USES
  with:
    service: web
    environment: production
    version: \${{ github.ref_name }}
    until: canary
    timeout: 25m
  env:
    PROMETHEUS_TOKEN: \${{ secrets.PROMETHEUS_TOKEN }}`,
};

const REPORT: Action = {
  name: 'report',
  title: 'Sluice report',
  description: 'Tell the rollout how your own deploy steps went; Sluice verifies, bakes and judges from there.',
  text: `Belongs behind your own deploy steps, with \`if: always()\`: a job that ends without a report counts as failed. Only the run that
\`actions/deploy\` handed the operation to may report on it.`,
  inputs: [
    {
      name: 'operation',
      kind: 'text',
      required: true,
      description: 'Operation that the steps carried out: the output `operation` of `actions/deploy`.',
    },
    {
      name: 'status',
      kind: 'choice',
      of: ['success', 'failure', 'cancelled'],
      required: true,
      description: 'How they went: always `job.status`.',
    },
    {
      name: 'url',
      kind: 'text',
      description:
        'Where the version can be reached, such as `https://web-7f3a.example.com`; shown with the deployment.',
    },
    {
      name: 'detail',
      kind: 'text',
      description: 'One line to remember, such as the id your platform gave the deployment.',
    },
    timeout('10m'),
    ...PLACE,
  ],
  outputs: outputs(...ANSWER, ...MOVING, 'operation'),
  permissions: MOVES_ROLLOUTS,
  example: `- if: always() && steps.canary.outputs.continue == 'true'
  uses: USES
  with:
    operation: \${{ steps.canary.outputs.operation }}
    status: \${{ job.status }}
    url: \${{ steps.upload.outputs.url }}`,
};

const PROMOTE: Action = {
  name: 'promote',
  title: 'Sluice promote',
  description: 'Take a rollout to its next stage, or to a named one, and wait for the verdict there.',
  text: `Begins the stage that waits: for a person, or for a job in the stage's own GitHub environment (its reviewers, secrets and URL). The
reviewers who let this job start count as approvals of the stage.`,
  inputs: [
    ROLLOUT,
    SERVICE,
    ENVIRONMENT,
    { name: 'to', kind: 'text', command: true, description: 'Stage to go to, such as `beta`. Otherwise the next one.' },
    {
      name: 'full',
      kind: 'boolean',
      default: 'false',
      command: true,
      description: '`true` goes to the last stage.',
    },
    timeout('10m'),
    REASON,
    OVERRIDE,
    DRY_RUN,
    ...PLACE,
  ],
  outputs: outputs(...ANSWER, ...MOVING, 'operation', 'continue'),
  permissions: MOVES_ROLLOUTS,
  example: `- uses: USES
  with:
    rollout: \${{ needs.canary.outputs.rollout }}
    to: beta
    timeout: 40m`,
};

const ROLLBACK: Action = {
  name: 'rollback',
  title: 'Sluice rollback',
  description: 'Go back: a rollout, a service to an earlier version, or a flag. Waits for no approval, lock or freeze.',
  text: `A rollout that moves is taken back; one that has ended is answered by a rollout back. Going back never waits: run it in an environment
without reviewers, and in no concurrency group that a deploy holds.`,
  inputs: [
    ROLLOUT,
    SERVICE,
    {
      name: 'flag',
      kind: 'text',
      command: true,
      description: 'Flag by its key, such as `new-dashboard`, instead of a service.',
    },
    ENVIRONMENT,
    {
      name: 'to',
      kind: 'version',
      command: true,
      description: 'Version to go back to, such as `1.3.2`. Otherwise the last one known to be good.',
    },
    {
      name: 'gradual',
      kind: 'boolean',
      default: 'false',
      command: true,
      description: '`true` goes back in steps instead of at once.',
    },
    {
      name: 'all',
      kind: 'boolean',
      default: 'false',
      command: true,
      description: '`true` takes every rollout back and every flag in progress off.',
    },
    timeout('10m'),
    REASON,
    DRY_RUN,
    ...PLACE,
  ],
  outputs: outputs(...ANSWER, ...MOVING),
  permissions: MOVES_ROLLOUTS,
  example: `- uses: USES
  with:
    service: web
    environment: production
    reason: \${{ inputs.reason }}`,
};

const RECONCILE: Action = {
  name: 'reconcile',
  title: 'Sluice reconcile',
  description:
    'One tick over everything: look, judge, go on or back. For a schedule, and to settle what a lost job left.',
  text: `Does what is due, once: reads metrics and health, goes on with what has baked, takes back what fails, ends what a cancelled or lost job
left behind. Without news it commits nothing. Sluice switches the scheduled workflow on with the first rollout and off with the last.`,
  inputs: [
    {
      name: 'watch',
      kind: 'boolean',
      default: 'false',
      command: true,
      description: '`true` goes on ticking until nothing moves any more, for at most `timeout`.',
    },
    {
      name: 'failed',
      kind: 'boolean',
      default: 'false',
      description:
        '`true` in a job behind those of a pipeline: one of them failed or was cancelled, so what this run began and has not brought to its end goes back, also where Sluice itself had found nothing wrong.',
    },
    { ...timeout('5m'), description: 'The longest `watch` or the way back after `failed` goes on, such as `50m`.' },
    ...PLACE,
  ],
  outputs: outputs(...ANSWER),
  permissions: MOVES_ROLLOUTS,
  example: `- uses: USES
  env:
    PROMETHEUS_TOKEN: \${{ secrets.PROMETHEUS_TOKEN }}`,
};

/** In the order in which a pipeline uses them. */
export const ROLLOUT_ACTIONS: readonly Action[] = [DEPLOY, REPORT, PROMOTE, ROLLBACK, RECONCILE];
