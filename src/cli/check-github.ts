/** The part of `check --setup` about GitHub: what the workflows in the folder lack, and what a token shows of the repository. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteForge } from '../compose/github-remote.ts';
import { parseWorkflow } from '../compose/workflow-text.ts';
import type { Prerequisite } from '../core/config/prerequisites.ts';
import { tokenIn } from '../core/config/github-remote.ts';
import type { Config } from '../core/model/config.ts';
import { examineWorkflows, type WorkflowText } from '../core/workflow/examine.ts';
import { type WorkflowPlan, workflowPlan } from '../core/workflow/plan.ts';
import { isGated, type SeenOnGithub, seenRows } from '../core/workflow/seen.ts';
import { rightsOf } from '../engine/rights.ts';
import { originOf } from './identity.ts';
import type { Running } from './running.ts';

interface Asked {
  readonly root: string;
  readonly config: Config;
  /** Names of secrets that the configuration uses. */
  readonly secrets: readonly string[];
}

export interface GithubChecked {
  readonly rows: readonly Prerequisite[];
  /** Why a rollback would not happen by itself. */
  readonly faults: readonly string[];
}

/** Nothing for a repository that is not on GitHub. What GitHub does not show is a row that says so; never rejects for it. */
export async function checkGithub(running: Running, asked: Asked): Promise<GithubChecked> {
  const remote = await originOf(asked.root, running.env);
  if (!remote) return { rows: [], faults: [] };
  const plan = workflowPlan(asked.config);
  const token = tokenIn(running.env);
  const { remoteForge, leastOf } = await import('../compose/github-remote.ts');
  const seen = token === undefined ? NO_TOKEN : await look(remoteForge(remote, token), asked.config);
  const gated =
    typeof seen === 'string' || typeof seen.environments === 'string'
      ? undefined
      : new Set(seen.environments.filter(isGated).map(({ name }) => name));
  const options = { secrets: asked.secrets, least: leastOf, ...(gated === undefined ? {} : { gated }) };
  const { rows, faults } = examineWorkflows(await workflowsIn(asked.root), options);
  return { rows: [...seenOf(seen, plan, asked.config), ...rows, TRUST], faults };
}

const NO_TOKEN =
  'set GH_TOKEN to see role, teams, environments and reviewers; without it neither was looked at, nor whether going back waits for a click';

const TRUST: Prerequisite = {
  name: 'trust',
  state: 'ok',
  detail: 'open: whoever may push can write the state branch; quorum binds insiders in sealed mode only',
};

function seenOf(seen: SeenOnGithub | string, plan: WorkflowPlan, config: Config): readonly Prerequisite[] {
  if (typeof seen !== 'string') return seenRows(seen, plan, config);
  return [{ name: 'token', state: 'warning', detail: 'GitHub was not asked', remedy: seen }];
}

async function look({ forge, viewer }: RemoteForge, config: Config): Promise<SeenOnGithub | string> {
  try {
    const { id, login, isPerson } = await viewer();
    let teams: string | undefined;
    const log = (line: string): void => void (teams = line);
    const actor = { kind: 'github', id, name: login, verified: true } as const;
    const rights = isPerson ? await rightsOf(actor, { people: forge.people, config, log }) : undefined;
    const environments = await forge.deployments.environments().catch(wordsOf);
    return {
      login,
      isPerson,
      environments,
      ...(rights?.role === undefined ? {} : { role: rights.role }),
      ...(teams === undefined ? {} : { teams }),
    };
  } catch (error) {
    return wordsOf(error);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const FOLDER = '.github/workflows';

async function workflowsIn(root: string): Promise<readonly WorkflowText[]> {
  const names = await readdir(join(root, FOLDER)).catch(() => []);
  const files = names.filter((name) => /\.ya?ml$/.test(name)).toSorted();
  return Promise.all(
    files.map(async (name) => {
      const text = await readFile(join(root, FOLDER, name), 'utf8').catch(() => '');
      return { path: `${FOLDER}/${name}`, tree: parseWorkflow(text) };
    }),
  );
}
