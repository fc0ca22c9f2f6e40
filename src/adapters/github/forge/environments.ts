/** GitHub environments and who stands before them. https://docs.github.com/rest/deployments/environments */
import type { ForgeEnvironment } from '../../../ports/forge.ts';
import type { Asker } from './ask.ts';

interface Rule {
  readonly type: string;
  readonly wait_timer?: number;
  readonly prevent_self_review?: boolean;
  readonly reviewers?: readonly unknown[];
}

export async function environmentsOf(asker: Asker): Promise<readonly ForgeEnvironment[]> {
  const asking = { doing: 'list environments', route: 'GET /repos/{owner}/{repo}/environments' } as const;
  const pages = await asker.pages(asking, {});
  const found = pages.flatMap((page) => page.environments ?? []);
  return Promise.all(
    found.map(async ({ name, protection_rules: rules, deployment_branch_policy: policy }) => ({
      ...(await environmentOf(asker, name, rules ?? [])),
      ...(policy ? { admits: policy.custom_branch_policies ? await admits(asker, name) : [] } : {}),
    })),
  );
}

/** https://docs.github.com/rest/deployments/branch-policies */
async function admits(asker: Asker, name: string): Promise<NonNullable<ForgeEnvironment['admits']>> {
  const asking = {
    doing: `list the branch policies of ${name}`,
    route: 'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies',
  } as const;
  const { data } = await asker.ask(asking, { environment_name: name, per_page: 100 });
  return data.branch_policies.map(({ name: pattern = '', type }) => ({ type: type ?? 'branch', pattern }));
}

async function environmentOf(asker: Asker, name: string, rules: readonly Rule[]): Promise<ForgeEnvironment> {
  return {
    name,
    reviewers: sum(rules.map(({ reviewers }) => reviewers?.length ?? 0)),
    preventsSelfReview: rules.some((rule) => rule.prevent_self_review === true),
    waits: sum(rules.map((rule) => rule.wait_timer ?? 0)),
    customRules: await customRules(asker, name),
  };
}

/** 404: a server that knows no custom rules. */
async function customRules(asker: Asker, name: string): Promise<readonly string[]> {
  const asking = {
    doing: `list the protection rules of ${name}`,
    route: 'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules',
  } as const;
  const found = await asker.find(asking, { environment_name: name });
  return (found?.data.custom_deployment_protection_rules ?? [])
    .filter(({ enabled }) => enabled)
    .map(({ app }) => app.slug);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
