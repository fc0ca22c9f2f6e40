/**
 * What a step asks of GitHub before it has loaded what it works with: by its inputs and its event alone, and only where nothing speaks
 * against asking at all.
 */
import type { GithubComposeOptions } from '../compose/github.ts';
import { askGithub, begun } from '../compose/github-asking.ts';
import { isRead } from '../core/command/rights.ts';
import { stops } from '../core/command/stops.ts';
import { needsOf, TICK_NEEDS } from '../core/needs.ts';
import { actorOf, fits } from './actor.ts';
import { valueAt } from './context.ts';
import { ActionError } from './failure.ts';
import { textOf } from './inputs.ts';
import type { Begun, Opening, Step } from './given.ts';

/** What a command line does and an action cannot: it writes files, asks questions, or goes on for ever. */
export const OF_THE_COMMAND_LINE: readonly string[] = [
  'help',
  'init',
  'serve',
  'watch',
  'demo',
  'simulate',
  'completion',
  'flag import',
];

/**
 * What the step asks first; undefined: nothing (it is refused, asks a bot instead, or finds out by itself what to ask).
 * Throws `event-unsuitable` or `fork-refused` where the event cannot give the command.
 */
function openingOf({ inputs, context }: Step): Opening | undefined {
  const { action, command } = inputs;
  const isSealed = textOf(inputs, 'endpoint') !== undefined;
  if (action === 'report') {
    const isWhole = textOf(inputs, 'operation') !== undefined && textOf(inputs, 'status') !== undefined;
    return isSealed || !isWhole ? undefined : { needs: TICK_NEEDS, asks: false };
  }
  if (command === undefined || OF_THE_COMMAND_LINE.includes(command.name)) return undefined;
  fits(context, command.name);
  if (isSealed) return undefined;
  if (command.name === 'reconcile') return { needs: TICK_NEEDS, asks: false };
  if (command.name === 'promote') return { needs: TICK_NEEDS, asks: true, givesWay: true };
  return { needs: needsOf(command), asks: !isRead(command.name), givesWay: !stops(command.name) };
}

/** Asks; undefined: there is nothing to ask yet. Throws as `openingOf` and `composing` do. */
export function beginOpening(step: Step): Begun | undefined {
  const opening = openingOf(step);
  if (!opening) return undefined;
  const options = composing(step, opening);
  return { opening, ...begun(() => askGithub(options)) };
}

/** Actions behind which the next job of the same run goes on. */
const PIPELINE: readonly string[] = ['deploy', 'promote', 'report'];

/** Throws `token-missing`. */
export function composing(step: Step, { needs, asks, who, workflow }: Opening): GithubComposeOptions {
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
