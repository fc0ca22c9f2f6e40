/** What GitHub says of token, environments and reviewers, as rows of `check --setup`. */
import type { Prerequisite } from '../config/prerequisites.ts';
import { type Role, ROLES } from '../model/actor.ts';
import type { Config } from '../model/config.ts';
import type { WorkflowPlan } from './plan.ts';

export interface SeenEnvironment {
  readonly name: string;
  readonly reviewers: number;
  /** Minutes. */
  readonly waits: number;
  readonly customRules: readonly string[];
  /** Absent: jobs of every ref may run in it. */
  readonly admits?: readonly { readonly type: 'branch' | 'tag'; readonly pattern: string }[];
}

export interface SeenOnGithub {
  readonly login: string;
  readonly isPerson: boolean;
  readonly role?: Role;
  /** Why teams of the policy cannot be seen; absent: they can, or there are none. */
  readonly teams?: string;
  /** Why they cannot be listed, where they cannot. */
  readonly environments: readonly SeenEnvironment[] | string;
}

/** At which a job waits: for people, for time, or for an App. */
export function isGated({ reviewers, waits, customRules }: SeenEnvironment): boolean {
  return reviewers > 0 || waits > 0 || customRules.length > 0;
}

/** One row a thing. Nothing here is guessed: what could not be seen says why. */
export function seenRows(seen: SeenOnGithub, plan: WorkflowPlan, config: Config): readonly Prerequisite[] {
  const { environments } = seen;
  const listed =
    typeof environments === 'string'
      ? [{ name: 'GitHub environments', state: 'warning', detail: 'could not be seen', remedy: environments } as const]
      : [
          ...plan.gated.map((name) => gatedRow(name, environments, config)),
          ...[plan.tickEnvironment].map((name) => operateRow(name, environments)),
        ];
  return [tokenRow(seen), ...teamRows(seen), ...listed];
}

function tokenRow({ login, isPerson, role }: SeenOnGithub): Prerequisite {
  const name = 'token';
  if (!isPerson)
    return { name, state: 'warning', detail: `${login}, no person`, remedy: 'commands are asked as git’s user' };
  const mayWrite = ROLES.indexOf(role ?? 'none') >= ROLES.indexOf('write');
  if (mayWrite) return { name, state: 'ok', detail: `${login}, role ${role ?? 'none'}` };
  return { name, state: 'warning', detail: `${login}, role ${role ?? 'none'}`, remedy: 'changes need the role write' };
}

function teamRows({ teams }: SeenOnGithub): readonly Prerequisite[] {
  if (teams === undefined) return [];
  return [
    { name: 'teams', state: 'warning', detail: 'the policy names teams that this token cannot see', remedy: teams },
  ];
}

function gatedRow(name: string, known: readonly SeenEnvironment[], config: Config): Prerequisite {
  const found = known.find((one) => sameName(one.name, name));
  const row = `environment ${name}`;
  if (!found)
    return { name: row, state: 'warning', detail: 'not there', remedy: 'its first job makes it, without rules' };
  if (found.reviewers > 0) return { name: row, state: 'ok', detail: ruleWords(found) };
  const asks = Object.values(config.environments).some(
    ({ approvals, githubEnvironments, name: own }) =>
      approvals?.by === 'github' && (own === name || Object.values(githubEnvironments).includes(name)),
  );
  if (!asks) return { name: row, state: 'ok', detail: ruleWords(found) };
  const remedy = 'choose reviewers, or `by: sluice`; private repositories on smaller plans have no reviewers';
  return { name: row, state: 'missing', detail: '`approvals.by: github`, and it has no reviewers', remedy };
}

function operateRow(name: string, known: readonly SeenEnvironment[]): Prerequisite {
  const found = known.find((one) => sameName(one.name, name));
  const row = `environment ${name}`;
  if (!found)
    return { name: row, state: 'warning', detail: 'not there', remedy: 'its first job makes it, for every branch' };
  if (!isGated(found) && found.admits?.some(({ type }) => type === 'tag') === false)
    return {
      name: row,
      state: 'missing',
      detail: 'jobs of tags may not run in it: a failed deploy of a tag could not settle',
      remedy: `gh api --method POST repos/{owner}/{repo}/environments/${name}/deployment-branch-policies -f 'name=v*' -f type=tag`,
    };
  if (!isGated(found))
    return { name: row, state: 'ok', detail: 'nobody has to click: ticks and rollbacks run at once' };
  const remedy = 'take its rules away: a rollback must not wait';
  return { name: row, state: 'missing', detail: ruleWords(found), remedy };
}

/** GitHub's names of environments do not tell capitals apart. */
function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function ruleWords({ reviewers, waits, customRules }: SeenEnvironment): string {
  const words = [
    reviewers > 0 ? `${reviewers} reviewer${reviewers === 1 ? '' : 's'}` : 'no reviewers',
    ...(waits > 0 ? [`waits ${waits} min`] : []),
    ...(customRules.length > 0 ? [`asks ${customRules.join(', ')}`] : []),
  ];
  return words.join(', ');
}
