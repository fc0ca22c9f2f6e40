/** How a step's engine is opened, and a command carried out by it. */
import { composeGithub, type GithubComposed, githubForgeAlone } from '../compose/github.ts';
import type { Command } from '../core/command/command.ts';
import { printCommand } from '../core/command/print.ts';
import { isRead } from '../core/command/rights.ts';
import type { Outcome } from '../core/decision.ts';
import { execute } from '../engine/execute.ts';
import type { Forge } from '../ports/forge.ts';
import { rightsOf, teamsIn } from '../engine/rights.ts';
import { begunAt } from './begun-at.ts';
import { actorOf, type Asker } from './actor.ts';
import { ActionError } from './failure.ts';
import type { Opening, Step } from './given.ts';
import { composing } from './opening.ts';
import { requestId } from './request.ts';

export type { Step } from './given.ts';

/** What people should know of what they rely on (docs: trust). */
export const OPEN = 'open mode (whoever may push can write the state):';

/**
 * The engine for this step; `opening` where it was not asked for already. Rejects where the token or the configuration is missing, or
 * GitHub refuses; with `rate-limited` where it gives way to what is more urgent.
 */
export async function openEngine(step: Step, opening?: Opening): Promise<GithubComposed> {
  const asked = opening ?? step.begun?.opening;
  if (!asked) throw new ActionError('internal', `nothing was asked for ${step.inputs.action}`);
  const engine = await composeGithub(composing(step, asked), opening ? undefined : step.begun?.answer);
  if (asked.givesWay !== true || !engine.scarce()) return engine;
  await engine.close();
  throw new ActionError(
    'rate-limited',
    `${FEW_LEFT} \`${step.inputs.command?.name ?? step.inputs.action}\` again later`,
  );
}

/** Why something gives way (github.md, "Ticks"). */
export const FEW_LEFT =
  "fewer than 200 calls of GitHub's API are left in this hour, and they are kept for going back and for results: run";

/** The forge without an engine: a pull request is looked at also where no configuration can be read. */
export async function forgeOf(step: Step): Promise<Forge> {
  return githubForgeAlone(composing(step, { needs: [], asks: false }));
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
  /** Who asks, where that was found out already. */
  readonly by?: Asker;
}

/** Carries the command out, up to its commit, as whoever the event names. */
export async function carryOutCommand(
  step: Step,
  engine: GithubComposed,
  { command, of, by }: Carrying,
): Promise<Outcome> {
  const { context } = step;
  const { actor, rights } = by ?? (isRead(command.name) ? READER : await askerOf(step, engine));
  const id = requestId(context, { command: printCommand(command), ...(of === undefined ? {} : { of }) });
  const born = await begunAt(step.env, step.clock);
  const asked = { command, actor, rights, id, source: context.runUrl, ...(born === undefined ? {} : { born }) };
  return execute(engine.wiring, asked);
}

/** What only looks is allowed to everybody: the name stands nowhere, and no right is asked. */
const READER: Asker = {
  actor: { kind: 'github', id: '0', name: 'reader', verified: false },
  rights: { teams: [] },
};
