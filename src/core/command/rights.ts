import type { Command } from './command.ts';
import type { Who } from './grammar.ts';
import { findEntry } from './table.ts';

export { isBuilt } from './built.ts';
export { findEntry } from './table.ts';

/** Whether policy asks for a reason. Passing over a gate always needs one; going back never does. */
export function needsReason(command: Command): boolean {
  const reason = findEntry(command.name)?.reason ?? 'never';
  if (reason === 'always' || command.options['override'] !== undefined) return true;
  return reason !== 'never' && reason.some((option) => command.options[option] === true);
}

/** Who may, where the configuration's `allow` does not say otherwise. Undefined for a name that is no command. */
export function whoMay(commandName: string): Who | undefined {
  return findEntry(commandName)?.who;
}

/** Whether the command never changes the state. */
export function isRead(commandName: string): boolean {
  return findEntry(commandName)?.reads === true;
}
