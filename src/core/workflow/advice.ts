/** What is left to do on GitHub's pages after `init`, as commands to copy: nothing there is made unasked. */
import type { Block } from '../report/report.ts';
import type { WorkflowPlan } from './plan.ts';

export interface Advised {
  /** `acme/shop` */
  readonly repository: string;
  readonly defaultBranch: string;
  readonly plan: WorkflowPlan;
  readonly secrets: readonly string[];
  /** Of the action's release; absent: the tag stays. */
  readonly pinned?: string;
}

/** GitHub environments, the trust mode, and what the workflows pass by. */
export function adviceBlocks(advised: Advised): readonly Block[] {
  const { plan, pinned } = advised;
  return [
    { type: 'heading', text: 'GitHub environments' },
    {
      type: 'text',
      text: `Two kinds: what deploys runs in ${plan.gated.join(', ')}, whose reviewers GitHub asks before each job; what watches and goes back runs in ${plan.tickEnvironment}, which must have no reviewers, so that a rollback waits for no click. Secrets that both need belong to both. They are not made unasked:`,
    },
    { type: 'code', text: environmentCommands(advised).join('\n'), language: 'sh' },
    { type: 'heading', text: 'Trust' },
    {
      type: 'text',
      text: 'Mode: open. Whoever may push to this repository can write the state branch; seals and the policy catch mistakes and leave traces. Quorum and break-glass bind insiders in sealed mode only (docs/trust.md).',
    },
    ...plan.deploys.flatMap(({ service, unasked }): readonly Block[] =>
      unasked.length === 0
        ? []
        : [
            {
              type: 'text',
              text: `${service}: ${unasked.join(', ')} begin by themselves when the stage before has passed, before the reviewers of their own GitHub environment are asked; write \`promote: job\` on the stage before to have them asked.`,
            },
          ],
    ),
    ...(pinned === undefined
      ? [{ type: 'text', text: NOT_PINNED } as const]
      : [{ type: 'text', text: `The actions are pinned to the commit of ${pinned}.` } as const]),
  ];
}

const NOT_PINNED =
  'The actions are named by tag, since the commit of the release was not seen from here: set GH_TOKEN and run init in a fresh checkout, or write the full SHA behind each `@` yourself.';

/** Makes each environment; the ungated ones for jobs of the default branch and of release tags alone. https://docs.github.com/rest/deployments/environments */
function environmentCommands({ repository, plan, defaultBranch }: Advised): readonly string[] {
  const of = (name: string): string => `repos/${repository}/environments/${encodeURIComponent(name)}`;
  const gated = plan.gated.map((name) => `gh api --method PUT ${of(name)}`);
  const name = plan.tickEnvironment;
  return [
    ...gated,
    `gh api --method PUT ${of(name)} -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'`,
    `gh api --method POST ${of(name)}/deployment-branch-policies -f ${quoted(`name=${defaultBranch}`)}`,
    // A run that a tag started takes back what it began, too.
    `gh api --method POST ${of(name)}/deployment-branch-policies -f 'name=v*' -f type=tag`,
  ];
}

function quoted(text: string): string {
  return /^[\w./=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The next three steps; `configured`: the configuration was written just now and has nothing of its own yet. */
export function nextSteps({ plan, secrets, repository }: Advised, configured: boolean): readonly string[] {
  const places = [...plan.gated, plan.tickEnvironment];
  const [first, ...others] = places;
  const set =
    secrets.length === 0
      ? 'make the GitHub environments above, and choose reviewers in Settings > Environments'
      : `make the GitHub environments above; gh secret set ${secrets[0] ?? ''} --repo ${repository} --env ${first ?? ''}${others.length === 0 ? '' : ` (and ${others.join(', ')})`}${secrets.length === 1 ? '' : `; the same for ${secrets.slice(1).join(', ')}`}`;
  return [
    configured ? `put your own deploy command and URL into .github/sluice.yml, then sluice check; ${set}` : set,
    'commit these files and merge them: configuration and workflows count on the default branch; then sluice check --setup',
    'push a tag `v1.0.0`, or comment `/deploy` on a pull request',
  ];
}
