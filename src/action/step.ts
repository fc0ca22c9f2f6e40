/** What one step of a job was given, and how its engine is opened. */
import type { GithubComposed, GithubComposeOptions } from '../compose/github.ts';
import type { Command } from '../core/command/command.ts';
import { printCommand } from '../core/command/print.ts';
import { isRead } from '../core/command/rights.ts';
import type { Outcome } from '../core/decision.ts';
import type { Actor } from '../core/model/actor.ts';
import { execute } from '../engine/execute.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Needs } from '../ports/store.ts';
import { actorOf, type Asker, rightsOf, teamsIn } from './actor.ts';
import { type Env, type RunContext, valueAt } from './context.ts';
import { ActionError } from './failure.ts';
import { type Inputs, textOf } from './inputs.ts';
import { requestId } from './request.ts';

export interface Step {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly env: Env;
  readonly clock: Clock;
  /** Fires when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly fetch?: typeof fetch;
}

/** What people should know of what they rely on (docs: trust). */
export const OPEN = 'open mode (whoever may push can write the state):';

interface Opening {
  /** What is read of the state first. */
  readonly needs: Needs;
  /** Whether somebody asks: who it is comes from the event. */
  readonly asks: boolean;
  /** Who it is where the event says it otherwise than by its sender; absent: its sender. */
  readonly who?: Actor;
  /** Starts in place of `deploy.yml` what deploys by a job's own steps. */
  readonly workflow?: string;
}

/** Actions behind which the next job of the same run goes on. */
const PIPELINE: readonly string[] = ['deploy', 'promote', 'report'];

/** The engine for this step. Rejects where the token or the configuration is missing, or GitHub refuses. */
export async function openEngine(step: Step, opening: Opening): Promise<GithubComposed> {
  const options = composing(step, opening);
  const { composeGithub } = await import('../compose/github.ts');
  return composeGithub(options);
}

/** The forge without an engine: a pull request is looked at also where no configuration can be read. */
export async function forgeOf(step: Step): Promise<Forge> {
  const options = composing(step, { needs: [], asks: false });
  const { githubForgeAlone } = await import('../compose/github.ts');
  return githubForgeAlone(options);
}

/** Throws `token-missing`. */
function composing(step: Step, { needs, asks, who, workflow }: Opening): GithubComposeOptions {
  const { inputs, context, env, clock, log, fetch } = step;
  const token = textOf(inputs, 'token') ?? env['GITHUB_TOKEN'];
  if (token === undefined || token === '')
    throw new ActionError(
      'token-missing',
      'no token: leave the input `token` as it is, or give one with `contents: write`',
    );
  const repositoryId = valueAt(context.payload, 'repository', 'id');
  return {
    run: typeof repositoryId === 'number' ? { ...context, repositoryId: String(repositoryId) } : context,
    token,
    env,
    clock,
    log,
    needs,
    followed: PIPELINE.includes(inputs.action),
    folder: textOf(inputs, 'working-directory') ?? '.',
    store: textOf(inputs, 'store') === 'git' ? 'git' : 'api',
    ...(asks ? { asks: async (people) => who ?? actorOf(context, { people }) } : {}),
    ...(workflow === undefined ? {} : { workflows: { deploy: workflow } }),
    ...(fetch === undefined ? {} : { fetch }),
  };
}

/** The same engine where a performer has more: `github-environment:beta`, `job:web/production`. */
export function granted(engine: GithubComposed, has: readonly string[]): GithubComposed {
  const { wiring } = engine;
  const { here } = wiring;
  return here === null || has.length === 0
    ? engine
    : { ...engine, wiring: { ...wiring, here: { ...here, has: [...here.has, ...has] } } };
}

/** Who asks, and what he may by the forge's word of just now. What only looks asks nobody. */
export async function askerOf(
  { context, log }: Pick<Step, 'context' | 'log'>,
  { forge, config, actor, role }: GithubComposed,
): Promise<Asker> {
  const who = actor ?? (await actorOf(context, forge));
  const known = role !== undefined && teamsIn(config).length === 0;
  const rights = known ? { role, teams: [] } : await rightsOf(who, { people: forge.people, config, log });
  log(`asked by ${who.name}${rights.role === undefined ? '' : ` (${rights.role})`}`);
  return { actor: who, rights };
}

interface Carrying {
  readonly command: Command;
  /** Tells apart what one step asks one after another. */
  readonly of?: string;
}

/** Carries the command out, up to its commit, as whoever the event names. */
export async function carryOutCommand(step: Step, engine: GithubComposed, { command, of }: Carrying): Promise<Outcome> {
  const { context } = step;
  const { actor, rights } = isRead(command.name) ? READER : await askerOf(step, engine);
  const id = requestId(context, { command: printCommand(command), ...(of === undefined ? {} : { of }) });
  return execute(engine.wiring, { command, actor, rights, id, source: context.runUrl });
}

/** What only looks is allowed to everybody: the name stands nowhere, and no right is asked. */
const READER: Asker = {
  actor: { kind: 'github', id: '0', name: 'reader', verified: false },
  rights: { teams: [] },
};
