/**
 * The one table of actions, their inputs and outputs. Every action.yml and README of an action is written from it (`npm run docs`), and
 * `readInputs` and `writeOutputs` obey it.
 */
import { NOUN_ACTIONS, ROOT } from './registry/nouns.ts';
import { REPOSITORY_ACTIONS } from './registry/repository.ts';
import { ROLLOUT_ACTIONS } from './registry/rollouts.ts';
import type { Action, ActionName } from './registry/words.ts';

export type { Action, ActionInput, ActionName, ActionOutput, OutputName } from './registry/words.ts';
export { ACTION_NAMES } from './registry/words.ts';

/** The root action first. */
export const ACTIONS: readonly Action[] = [ROOT, ...ROLLOUT_ACTIONS, ...NOUN_ACTIONS, ...REPOSITORY_ACTIONS];

const BY_NAME: ReadonlyMap<string, Action> = new Map(ACTIONS.map((action) => [action.name, action]));

/** The action of that name; undefined: there is none. */
export function findAction(name: string): Action | undefined {
  return BY_NAME.get(name);
}

/** Whether this is the name of an action, as `SLUICE_ACTION` gives it. */
export function isActionName(name: string): name is ActionName {
  return BY_NAME.has(name);
}
